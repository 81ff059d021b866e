import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { AlertRow, ExplanationAnswer, RunbookAnswer } from '../../../src/dashboard/protocol/index.ts';
import { Badge } from '../components/level.tsx';
import { Failure, Panel } from '../components/panel.tsx';
import { text } from '../format/quantity.ts';
import { dateTime, until } from '../format/time.ts';
import { page } from '../state/page.ts';
import { usePolled } from '../state/polled.ts';
import { addressOf } from '../state/requests.ts';
import { useStore } from '../state/store.ts';
import { AcknowledgeAct, EscalateAct, SilenceAct } from './alert-acts.tsx';
import { AlertBadge } from './alert-badge.tsx';
import { Explanation } from './explanation.tsx';

type Act = 'acknowledge' | 'silence' | 'escalate';

/** One alert: what is the case, what to do about it in place, and what its series did. */
export function AlertView(props: { readonly alert: AlertRow; readonly isOperator: boolean }): JSX.Element {
  const { alert, isOperator } = props;
  const [act, setAct] = useState<Act>();
  const runbook = usePolled<RunbookAnswer>(addressOf(`runbooks/${encodeURIComponent(alert.rule)}`), 600_000);
  const explanation = usePolled<ExplanationAnswer>(addressOf('alerts/explanation', { id: alert.id }), 5_000);
  const close = (): void => setAct(undefined);
  return (
    <div class="screen">
      <Panel title={alert.rule} controls={isOperator ? <Acts alert={alert} onAct={setAct} /> : null}>
        <div class="body screen">
          <p>
            <AlertBadge alert={alert} /> <strong>{alert.summary}</strong>
          </p>
          <AlertFacts alert={alert} />
        </div>
      </Panel>
      <Panel title="Runbook">
        <Failure>{runbook.failure}</Failure>
        {runbook.answer === undefined ? null : <Runbook runbook={runbook.answer} />}
      </Panel>
      <Failure>{explanation.failure}</Failure>
      {explanation.answer === undefined ? null : <Explanation answer={explanation.answer} />}
      {act === 'acknowledge' ? <AcknowledgeAct alert={alert} onClose={close} /> : null}
      {act === 'silence' ? <SilenceAct alert={alert} onClose={close} /> : null}
      {act === 'escalate' ? <EscalateAct alert={alert} onClose={close} /> : null}
    </div>
  );
}

/** What may be done depends on the state: what does not fire is not acknowledged. */
function Acts({ alert, onAct }: { readonly alert: AlertRow; readonly onAct: (act: Act) => void }): JSX.Element {
  const isOpen = alert.state === 'firing' || alert.state === 'acknowledged';
  return (
    <>
      <button type="button" class="button main-act" disabled={!isOpen} onClick={() => onAct('acknowledge')}>
        Acknowledge…
      </button>
      <button type="button" class="button" onClick={() => onAct('silence')}>
        Silence…
      </button>
      <button type="button" class="button" disabled={!isOpen} onClick={() => onAct('escalate')}>
        Escalate…
      </button>
    </>
  );
}

function AlertFacts({ alert }: { readonly alert: AlertRow }): JSX.Element {
  const nowMs = useStore(page, (state) => state.nowMs);
  const { acknowledgement } = alert;
  return (
    <dl class="facts">
      <dt>Value</dt>
      <dd>{text(alert.value, 'number')}</dd>
      <dt>Active since</dt>
      <dd>
        {dateTime(alert.activeAtMs)} {alert.isFlapping ? <Badge level="info">comes and goes</Badge> : null}
      </dd>
      {acknowledgement === undefined ? null : (
        <>
          <dt>Looked after by</dt>
          <dd>
            {acknowledgement.by}, {until(acknowledgement.untilMs, nowMs)} it fires again
            {acknowledgement.note === '' ? '' : `: ${acknowledgement.note}`}
          </dd>
        </>
      )}
      {alert.inhibitedBy === undefined ? null : (
        <>
          <dt>Explained by</dt>
          <dd>{alert.inhibitedBy}</dd>
        </>
      )}
      <dt>Escalations</dt>
      <dd>{alert.escalations}</dd>
      <dt>Labels</dt>
      <dd>
        {Object.entries(alert.labels).map(([name, value]) => (
          <span key={name}>
            <code>
              {name}={value}
            </code>{' '}
          </span>
        ))}
      </dd>
    </dl>
  );
}

function Runbook({ runbook }: { readonly runbook: RunbookAnswer }): JSX.Element {
  return (
    <div class="body screen">
      <p>{runbook.means}</p>
      <h3>Look</h3>
      <ol>
        {runbook.look.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <h3>Act</h3>
      <ol>
        {runbook.act.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {runbook.remedy === undefined ? null : <p class="quiet">Remediation: {runbook.remedy}</p>}
      <pre tabIndex={0} aria-label="Expression of the rule">
        {runbook.expression}
      </pre>
    </div>
  );
}
