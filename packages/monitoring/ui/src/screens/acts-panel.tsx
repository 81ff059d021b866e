import type { JSX } from 'preact';
import type { ActKind, ActResult, ActRow } from '../../../src/dashboard/protocol/index.ts';
import { Badge, type Level } from '../components/level.tsx';
import { Panel } from '../components/panel.tsx';
import { Table, type Column } from '../components/table.tsx';
import { exact } from '../format/quantity.ts';
import { dateTime } from '../format/time.ts';
import { page } from '../state/page.ts';
import { useStore } from '../state/store.ts';

/** Who did what from this dashboard, whatever it was about. */
export function ActsPanel(): JSX.Element {
  const acts = useStore(page, (state) => state.acts);
  const forgotten = acts?.forgotten ?? 0;
  return (
    <Panel
      title="What people did"
      controls={
        forgotten > 0 ? <span class="quiet">{`${exact(forgotten)} before these are in the log only`}</span> : null
      }
    >
      <Table
        caption="What operators did from here since the process began, the newest first"
        columns={COLUMNS}
        rows={acts?.acts ?? []}
        rowKey={({ id }) => String(id)}
        empty={acts === undefined ? 'Looking…' : 'Nobody has done anything from here since the process began.'}
      />
    </Panel>
  );
}

const NAMES: Readonly<Record<ActKind, string>> = {
  acknowledge: 'Acknowledge',
  escalate: 'Escalate',
  silence: 'Silence',
  'expire-silence': 'End a silence',
  'retry-dead-letters': 'Retry dead letters',
  'purge-dead-letters': 'Purge dead letters',
  'run-remedy': 'Run a remedy',
  'enable-remediation': 'Switch remediation',
  'close-circuit': 'Close a circuit',
  'undo-decision': 'Undo a decision',
};

const LEVELS: Readonly<Record<ActResult, Level>> = { done: 'info', refused: 'warning', failed: 'critical' };

const COLUMNS: readonly Column<ActRow>[] = [
  { name: 'Time', cell: ({ atMs }) => <td>{dateTime(atMs)}</td> },
  { name: 'By', cell: ({ by }) => <td>{by}</td> },
  { name: 'Act', cell: ({ act }) => <th scope="row">{NAMES[act]}</th> },
  { name: 'On', cell: ({ on }) => <td>{on}</td> },
  {
    name: 'Result',
    cell: ({ result, detail }) => (
      <td>
        <Badge level={LEVELS[result]}>{result}</Badge> {detail}
      </td>
    ),
  },
];
