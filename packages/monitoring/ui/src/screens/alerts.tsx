import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { AlertRow } from '../../../src/dashboard/protocol/index.ts';
import { Switches } from '../components/controls.tsx';
import { Panel } from '../components/panel.tsx';
import { Table, type Column } from '../components/table.tsx';
import { ago } from '../format/time.ts';
import { page } from '../state/page.ts';
import { hashOf } from '../state/route.ts';
import { useStore } from '../state/store.ts';
import { AlertBadge } from './alert-badge.tsx';
import { AlertAudit, Silences } from './alert-lists.tsx';
import { AlertView } from './alert-view.tsx';

type Filter = 'open' | 'pending' | 'over' | 'all';

/** What somebody should look at, who looks, and what to do. */
export function Alerts({ subject }: { readonly subject: string }): JSX.Element {
  const answer = useStore(page, (state) => state.alerts);
  const isOperator = useStore(page, ({ session }) => session?.role === 'operator');
  const [filter, setFilter] = useState<Filter>('open');
  const chosen = answer?.alerts.find(({ id }) => id === subject);
  const rows = (answer?.alerts ?? []).filter(({ state }) => FILTERS[filter].includes(state));
  return (
    <>
      <div class="screen-head">
        <h1 tabIndex={-1}>Alerts</h1>
        <Switches label="Which alerts" options={FILTER_NAMES} value={filter} onChoose={setFilter} />
        <span class="spring" />
        <span class="quiet">
          {answer === undefined
            ? ''
            : `${answer.rules} rules watch; ${answer.quietRules} keep quiet, as their source is not installed`}
        </span>
      </div>
      <div class="grid own-heights">
        <div class={chosen === undefined ? 'w12' : 'w5'}>
          <Panel title="Alerts">
            <Table
              caption="Alerts, the most urgent first"
              columns={chosen === undefined ? COLUMNS : NARROW_COLUMNS}
              rows={rows}
              rowKey={({ id }) => id}
              empty={answer === undefined ? 'Looking…' : EMPTY[filter]}
            />
          </Panel>
        </div>
        {chosen === undefined ? null : (
          <div class="w7">
            <AlertView key={chosen.id} alert={chosen} isOperator={isOperator} />
          </div>
        )}
        {subject !== '' && chosen === undefined && answer !== undefined ? (
          <p class="w12 quiet">The alert of this address is over, and no longer kept.</p>
        ) : null}
      </div>
      <Silences silences={answer?.silences ?? []} isOperator={isOperator} />
      <AlertAudit entries={answer?.audit ?? []} />
    </>
  );
}

function Since({ alert }: { readonly alert: AlertRow }): JSX.Element {
  const nowMs = useStore(page, (state) => state.nowMs);
  return <td class="number">{ago(alert.resolvedAtMs ?? alert.firedAtMs ?? alert.activeAtMs, nowMs)}</td>;
}

const FILTERS: Readonly<Record<Filter, readonly AlertRow['state'][]>> = {
  open: ['firing', 'acknowledged'],
  pending: ['pending'],
  over: ['resolved'],
  all: ['firing', 'acknowledged', 'pending', 'resolved'],
};
const FILTER_NAMES = [
  { value: 'open', name: 'Open' },
  { value: 'pending', name: 'Pending' },
  { value: 'over', name: 'Over' },
  { value: 'all', name: 'All' },
] as const;
const EMPTY: Readonly<Record<Filter, string>> = {
  open: 'No alert is open.',
  pending: 'None is on its way.',
  over: 'None is over that is still kept.',
  all: 'There is no alert.',
};

const COLUMNS: readonly Column<AlertRow>[] = [
  {
    name: 'State',
    cell: (alert) => (
      <td>
        <AlertBadge alert={alert} />
      </td>
    ),
  },
  { name: 'Severity', cell: ({ severity }) => <td>{severity}</td> },
  {
    name: 'Alert',
    cell: ({ id, rule, summary }) => (
      <th scope="row">
        <a href={hashOf('alerts', id)}>{summary}</a>
        <br />
        <span class="quiet">{rule}</span>
      </th>
    ),
  },
  { name: 'Bus', cell: ({ labels }) => <td>{labels['bus'] ?? '–'}</td> },
  { name: 'Since', isNumber: true, cell: (alert) => <Since alert={alert} /> },
];

/** Beside an alert that is open there is less room; what is left out stands there. */
const NARROW_COLUMNS = COLUMNS.filter(({ name }) => name !== 'Severity' && name !== 'Bus');
