import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { TransportRow, TransportsAnswer } from '../../../src/dashboard/protocol/index.ts';
import { LiveChart } from '../charts/live-chart.tsx';
import { Switches } from '../components/controls.tsx';
import { NumberCell } from '../components/figures.tsx';
import { StatusBadge } from '../components/level.tsx';
import { Failure, Panel } from '../components/panel.tsx';
import { Table, type Column } from '../components/table.tsx';
import { ago } from '../format/time.ts';
import { page } from '../state/page.ts';
import { usePolled } from '../state/polled.ts';
import { addressOf } from '../state/requests.ts';
import { SPANS, useSpan } from '../state/span.ts';
import { useStore } from '../state/store.ts';
import { DeadLetters } from './dead-letters.tsx';
import { FigureList } from './figure-list.tsx';

/** How the ways out of the process are, and what did not get through. */
export function Transports({ subject }: { readonly subject: string }): JSX.Element {
  const bus = useStore(page, (state) => state.bus);
  const [seconds, setSeconds] = useSpan();
  const { answer, failure } = usePolled<TransportsAnswer>(addressOf('transports', { bus }), 2_000);
  const transports = answer?.transports ?? [];
  const hasTransports = transports.length > 0;
  // The same as long as nothing about them changes: they draw themselves.
  const charts = useMemo(() => <Charts seconds={seconds} hasTransports={hasTransports} />, [seconds, hasTransports]);
  return (
    <>
      <div class="screen-head">
        <h1 tabIndex={-1}>Transports</h1>
        <span class="spring" />
        <Switches label="Time span of the charts" options={SPANS} value={seconds} onChoose={setSeconds} />
      </div>
      <Failure>{failure}</Failure>
      <Panel title="Transports and paths">
        <Table
          caption="Transports and paths"
          columns={COLUMNS}
          rows={transports}
          rowKey={({ bus: of, component }) => `${of} ${component}`}
          empty={answer === undefined ? 'Looking…' : 'This bus has no way out of its process.'}
        />
        {transports.map(({ bus: of, component, name, figures }) => (
          <FigureList key={`${of} ${component}`} of={name} figures={figures} />
        ))}
      </Panel>
      {charts}
      {(answer?.stores ?? []).map(({ store }) => (
        <DeadLetters key={store} store={store} subject={subject} />
      ))}
    </>
  );
}

function Charts(props: { readonly seconds: number; readonly hasTransports: boolean }): JSX.Element {
  const { seconds, hasTransports } = props;
  return (
    <div class="grid">
      {hasTransports ? (
        <div class="w6">
          <LiveChart chart="lag" title="Lag and pending" unit="count" seconds={seconds} />
        </div>
      ) : null}
      <div class={hasTransports ? 'w6' : 'w12'}>
        <LiveChart chart="dead-letters" title="Dead letters kept" unit="count" seconds={seconds} />
      </div>
    </div>
  );
}

function Name({ name, reason, status, sinceMs }: TransportRow): JSX.Element {
  const nowMs = useStore(page, (state) => state.nowMs);
  return (
    <th scope="row">
      {name}
      {status === 'up' ? null : (
        <>
          <br />
          <span class="quiet">
            {reason} ({ago(sinceMs, nowMs)})
          </span>
        </>
      )}
    </th>
  );
}

const COLUMNS: readonly Column<TransportRow>[] = [
  { name: 'Name', cell: (row) => <Name {...row} /> },
  {
    name: 'Status',
    cell: ({ status }) => (
      <td>
        <StatusBadge status={status} />
      </td>
    ),
  },
  { name: 'Lag', isNumber: true, cell: (row) => <NumberCell value={row.lagEntries} unit="count" /> },
  { name: 'Pending', isNumber: true, cell: (row) => <NumberCell value={row.pendingEntries} unit="count" /> },
  {
    name: 'Oldest pending',
    isNumber: true,
    cell: (row) => <NumberCell value={row.oldestPendingSeconds} unit="seconds" />,
  },
  { name: 'Sending', isNumber: true, cell: (row) => <NumberCell value={row.sendingMessages} unit="count" /> },
  { name: 'Sent', isNumber: true, cell: (row) => <NumberCell value={row.sentPerSecond} unit="perSecond" /> },
  { name: 'Received', isNumber: true, cell: (row) => <NumberCell value={row.receivedPerSecond} unit="perSecond" /> },
  {
    name: 'Redelivered',
    isNumber: true,
    cell: (row) => <NumberCell value={row.redeliveriesPerSecond} unit="perSecond" />,
  },
  { name: 'Failures', isNumber: true, cell: (row) => <NumberCell value={row.failuresPerSecond} unit="perSecond" /> },
];
