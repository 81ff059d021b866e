import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type {
  AcknowledgeBody,
  AlertChanged,
  AlertRow,
  EscalateBody,
  SilenceBody,
  SilenceMade,
} from '../../../src/dashboard/protocol/index.ts';
import { Choice, TextField } from '../components/controls.tsx';
import { ActDialog } from '../components/dialog.tsx';
import { tell } from '../state/page.ts';
import { act } from '../state/requests.ts';

interface AlertActProps {
  readonly alert: AlertRow;
  readonly onClose: () => void;
}

/** Says that somebody looks after it, for how long, with a note. */
export function AcknowledgeAct({ alert, onClose }: AlertActProps): JSX.Element {
  const [note, setNote] = useState('');
  const [forMs, setForMs] = useState<number>(HALF_AN_HOUR_MS);
  const onAct = async (by: string | undefined): Promise<void> => {
    const body: AcknowledgeBody = { id: alert.id, note, forMs, by };
    await act<AlertChanged>('alerts/acknowledge', body);
    tell(`Acknowledged: ${alert.summary}`);
  };
  return (
    <ActDialog title="Acknowledge this alert?" act="Acknowledge" onAct={onAct} onClose={onClose}>
      <p>{alert.summary}</p>
      <TextField label="Note, for whoever comes after you" value={note} onInput={setNote} />
      <Choice label="It fires again after" options={DURATIONS} value={forMs} onChoose={setForMs} isTall />
    </ActDialog>
  );
}

/** Keeps alerts like this one from being told for a while. */
export function SilenceAct({ alert, onClose }: AlertActProps): JSX.Element {
  const labels = Object.entries(alert.labels);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set(labels.map(([name]) => name).filter((name) => name === 'alertname' || name === 'bus')),
  );
  const [reason, setReason] = useState('');
  const [forMs, setForMs] = useState<number>(HALF_AN_HOUR_MS);
  const toggle = (name: string): void => {
    const next = new Set(chosen);
    if (!next.delete(name)) next.add(name);
    setChosen(next);
  };
  const onAct = async (by: string | undefined): Promise<void> => {
    const match = Object.fromEntries(labels.filter(([name]) => chosen.has(name)));
    const body: SilenceBody = { match, reason, forMs, by };
    await act<SilenceMade>('silences', body);
    tell(`Silenced: ${alert.rule}`);
  };
  return (
    <ActDialog title="Silence alerts like this one?" act="Silence" onAct={onAct} onClose={onClose}>
      <fieldset>
        <legend>Alerts with all of these labels</legend>
        {labels.map(([name, value]) => (
          <label class="field" key={name}>
            <input type="checkbox" checked={chosen.has(name)} onChange={() => toggle(name)} />
            <code>
              {name}={value}
            </code>
          </label>
        ))}
      </fieldset>
      <Choice label="For" options={DURATIONS} value={forMs} onChoose={setForMs} isTall />
      <TextField label="Reason" value={reason} onInput={setReason} isRequired />
    </ActDialog>
  );
}

/** Tells the next step of its policy now. */
export function EscalateAct({ alert, onClose }: AlertActProps): JSX.Element {
  const onAct = async (by: string | undefined): Promise<void> => {
    const body: EscalateBody = { id: alert.id, by };
    await act<AlertChanged>('alerts/escalate', body);
    tell(`Escalated: ${alert.summary}`);
  };
  return (
    <ActDialog title="Escalate this alert?" act="Escalate" onAct={onAct} onClose={onClose}>
      <p>{alert.summary}</p>
      <p class="quiet">
        The next step of the escalation of {alert.severity} alerts is taken now instead of at its time.
      </p>
    </ActDialog>
  );
}

const MINUTE_MS = 60_000;
const HALF_AN_HOUR_MS = 30 * MINUTE_MS;
const DURATIONS: readonly { readonly value: number; readonly name: string }[] = [
  { value: 15 * MINUTE_MS, name: '15 minutes' },
  { value: HALF_AN_HOUR_MS, name: '30 minutes' },
  { value: 60 * MINUTE_MS, name: '1 hour' },
  { value: 4 * 60 * MINUTE_MS, name: '4 hours' },
  { value: 24 * 60 * MINUTE_MS, name: '1 day' },
  { value: 7 * 24 * 60 * MINUTE_MS, name: '7 days' },
];
