import type { JSX } from 'preact';
import type {
  CircuitBody,
  Done,
  RemediationBody,
  RemediationRow,
  RemedyBody,
  RemedyRow,
  RemedyRun,
} from '../../../src/dashboard/protocol/index.ts';
import { ActDialog } from '../components/dialog.tsx';
import { tell } from '../state/page.ts';
import { act } from '../state/requests.ts';

/** Asks before a remedy is run by hand. */
export function RemedyAct(props: { readonly remedy: RemedyRow; readonly onClose: () => void }): JSX.Element {
  const { bus, component, remedy, description } = props.remedy;
  const onAct = async (by: string | undefined): Promise<void> => {
    const body: RemedyBody = { bus, component, remedy, by };
    const { entry } = await act<RemedyRun>('health/remedy', body);
    tell(`${remedy} of ${component}: ${entry.result}${entry.error === undefined ? '' : ` (${entry.error})`}.`);
  };
  return (
    <ActDialog title={`Run ${remedy} of ${component}?`} act="Run" onAct={onAct} onClose={props.onClose}>
      <p>{description}</p>
      <p class="quiet">It runs once, now, on {bus}, whether or not remediation is enabled.</p>
    </ActDialog>
  );
}

/** Asks before a circuit is closed. */
export function CircuitAct(props: {
  readonly bus: string;
  readonly circuit: RemediationRow['circuits'][number];
  readonly onClose: () => void;
}): JSX.Element {
  const { bus, circuit, onClose } = props;
  const { rule, component } = circuit;
  const onAct = async (by: string | undefined): Promise<void> => {
    const body: CircuitBody = { bus, rule, component, by };
    await act<RemedyRun>('remediation/circuit', body);
    tell(`${rule} treats ${component} again.`);
  };
  return (
    <ActDialog title={`Close the circuit of ${rule} on ${component}?`} act="Close" onAct={onAct} onClose={onClose}>
      <p>The cause is gone: the rule treats it again, with its budget and its cooldown as at first.</p>
    </ActDialog>
  );
}

/** Asks before remedies run on their own, or no longer do. */
export function SwitchAct(props: { readonly remediation: RemediationRow; readonly onClose: () => void }): JSX.Element {
  const { bus, enabled } = props.remediation;
  const onAct = async (by: string | undefined): Promise<void> => {
    const body: RemediationBody = { bus, enabled: !enabled, by };
    await act<Done>('remediation', body);
    tell(enabled ? `Remediation of ${bus} is set to dry-run.` : `Remediation of ${bus} is enabled.`);
  };
  return enabled ? (
    <ActDialog
      title={`Set remediation of ${bus} to dry-run?`}
      act="Set to dry-run"
      onAct={onAct}
      onClose={props.onClose}
    >
      <p>From now on remedies are only written down. What runs now is finished.</p>
    </ActDialog>
  ) : (
    <ActDialog title={`Enable remediation of ${bus}?`} act="Enable" onAct={onAct} onClose={props.onClose}>
      <p>From now on remedies run on their own, one component at a time, within the budget of each rule.</p>
    </ActDialog>
  );
}
