import type { JSX } from 'preact';
import type { RemediationRow } from '../../../src/dashboard/protocol/index.ts';
import { Badge, type Level } from '../components/level.tsx';
import { Panel } from '../components/panel.tsx';
import { Table, type Column } from '../components/table.tsx';
import { text } from '../format/quantity.ts';
import { dateTime } from '../format/time.ts';

type Entry = RemediationRow['entries'][number];
/** An open circuit. */
export type Circuit = RemediationRow['circuits'][number];

/** Whether remedies run on their own, and what they did. */
export function RemediationPanel(props: {
  readonly remediation: RemediationRow;
  readonly isOperator: boolean;
  readonly onSwitch: () => void;
  readonly onClose: (circuit: Circuit) => void;
}): JSX.Element {
  const { bus, enabled, busyWith, circuits, entries } = props.remediation;
  return (
    <Panel
      title={`Remediation of ${bus}`}
      controls={
        <>
          {busyWith === null ? null : <Badge level="info">{`treating ${busyWith}`}</Badge>}
          {enabled ? (
            <Badge level="good">enabled</Badge>
          ) : (
            <Badge level="none">dry-run: nothing is run on its own</Badge>
          )}
          {props.isOperator ? (
            <button type="button" class="button" onClick={props.onSwitch}>
              {enabled ? 'Set to dry-run…' : 'Enable…'}
            </button>
          ) : null}
        </>
      }
    >
      {circuits.length === 0 ? null : (
        <Table
          caption={`Rules of ${bus} that rest because three runs in a row did not heal`}
          columns={circuitColumns(props.isOperator ? props.onClose : undefined)}
          rows={circuits}
          rowKey={({ rule, component }) => `${rule} ${component}`}
          empty="None rests."
        />
      )}
      <Table
        caption={`What was done about ill components of ${bus}, the newest first`}
        columns={COLUMNS}
        rows={entries}
        rowKey={({ id }) => String(id)}
        empty="Nothing had to be done yet."
      />
    </Panel>
  );
}

/** How each result is to be taken. */
const RESULTS: Readonly<Record<Entry['result'], Level>> = {
  healed: 'good',
  done: 'info',
  'no-better': 'warning',
  failed: 'critical',
  'dry-run': 'none',
  'over-budget': 'warning',
  'circuit-open': 'critical',
  'no-remedy': 'warning',
  'held-up': 'warning',
  'ended-late': 'warning',
  'circuit-closed': 'info',
};

function circuitColumns(onClose: ((circuit: Circuit) => void) | undefined): readonly Column<Circuit>[] {
  return [
    { name: 'Rule', cell: ({ rule }) => <th scope="row">{rule}</th> },
    { name: 'Component', cell: ({ component }) => <td>{component}</td> },
    { name: 'Rests until', cell: ({ openUntilMs }) => <td>{dateTime(openUntilMs)}</td> },
    {
      name: '',
      cell: (circuit) => (
        <td class="actions">
          {onClose === undefined ? null : (
            <button type="button" class="button" onClick={() => onClose(circuit)}>
              Close the circuit…
              <span class="unseen">
                {' '}
                of {circuit.rule} on {circuit.component}
              </span>
            </button>
          )}
        </td>
      ),
    },
  ];
}

const COLUMNS: readonly Column<Entry>[] = [
  { name: 'Time', cell: ({ atMs }) => <td>{dateTime(atMs)}</td> },
  {
    name: 'Component',
    cell: ({ component, reason }) => (
      <th scope="row">
        {component}
        {reason === '' ? null : (
          <>
            <br />
            <span class="quiet">{reason}</span>
          </>
        )}
      </th>
    ),
  },
  {
    name: 'Remedy',
    cell: ({ remedy, target, component }) => <td>{target === component ? remedy : `${remedy} on ${target}`}</td>,
  },
  {
    name: 'Result',
    cell: ({ result, error }) => (
      <td>
        <Badge level={RESULTS[result]}>{result}</Badge> {error ?? ''}
      </td>
    ),
  },
  { name: 'Took', isNumber: true, cell: ({ tookMs }) => <td class="number">{text(tookMs, 'ms')}</td> },
  { name: 'Rule', cell: ({ rule }) => <td>{rule}</td> },
  { name: 'By', cell: ({ by }) => <td>{by ?? 'itself'}</td> },
];
