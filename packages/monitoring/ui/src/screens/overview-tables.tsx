import type { JSX } from 'preact';
import type { LaneFrame, PriorityLatency } from '../../../src/dashboard/protocol/index.ts';
import { laneName } from '../charts/frame-columns.ts';
import { Meter, NumberCell, fullness } from '../components/figures.tsx';
import { Badge, LevelIcon } from '../components/level.tsx';
import { Panel } from '../components/panel.tsx';
import { Table, type Column } from '../components/table.tsx';
import { stretchText, text } from '../format/quantity.ts';
import { IN_TURNS } from '../state/in-turns.ts';
import { page } from '../state/page.ts';
import { useStore } from '../state/store.ts';

/** What messages of each priority waited in the interval of the frame, against what is promised. */
export function Latencies(): JSX.Element {
  const frame = useStore(page, (state) => state.frame, IN_TURNS);
  const stretch = stretchText(frame?.intervalSeconds);
  return (
    <Panel title="Latency by priority" controls={<span class="quiet">{stretch}</span>}>
      <Table
        caption={`Wait from publishing to the first attempt, and time in handlers, ${stretch}`}
        columns={LATENCY_COLUMNS}
        rows={frame?.latencies ?? []}
        rowKey={({ priority }) => priority}
        empty="No latency is measured on this bus."
      />
    </Panel>
  );
}

/** How full the lanes are, and what is lost in them. */
export function Lanes(): JSX.Element {
  const frame = useStore(page, (state) => state.frame, IN_TURNS);
  return (
    <Panel title="Lanes">
      <Table
        caption="Lanes: how full, and what comes in and is lost"
        columns={LANE_COLUMNS}
        rows={frame?.lanes ?? []}
        rowKey={(lane) => `${lane.direction} ${laneName(lane)}`}
        empty="This bus has no lanes."
      />
    </Panel>
  );
}

const LATENCY_COLUMNS: readonly Column<PriorityLatency>[] = [
  { name: 'Priority', cell: ({ priority }) => <th scope="row">{priority}</th> },
  { name: 'p50', isNumber: true, cell: (row) => <NumberCell value={row.waitSeconds?.p50} unit="seconds" /> },
  { name: 'p95', isNumber: true, cell: (row) => <NumberCell value={row.waitSeconds?.p95} unit="seconds" /> },
  { name: 'p99', isNumber: true, cell: (row) => <NumberCell value={row.waitSeconds?.p99} unit="seconds" /> },
  { name: 'p99.9', isNumber: true, cell: (row) => <NumberCell value={row.waitSeconds?.p999} unit="seconds" /> },
  { name: 'Handler p99', isNumber: true, cell: (row) => <NumberCell value={row.handlerSeconds?.p99} unit="seconds" /> },
  { name: 'p99 target', cell: (row) => <td>{targetBadge(row)}</td> },
];

function targetBadge({ waitSeconds, targetSeconds }: PriorityLatency): JSX.Element {
  const target = text(targetSeconds, 'seconds');
  if (waitSeconds === null) return <Badge level="none">{`${target}, no message`}</Badge>;
  return waitSeconds.p99 <= targetSeconds ? (
    <Badge level="good">{`within ${target}`}</Badge>
  ) : (
    <Badge level="warning">{`over ${target}`}</Badge>
  );
}

const LANE_COLUMNS: readonly Column<LaneFrame>[] = [
  {
    name: 'Lane',
    cell: (lane) => (
      <th scope="row" class="name">
        {laneName(lane)} {lane.direction === 'local' ? null : <span class="quiet">{lane.direction}</span>}
      </th>
    ),
  },
  {
    name: 'Filled',
    cell: ({ queuedMessages, capacityMessages }) => {
      const ratio = capacityMessages === 0 ? 0 : queuedMessages / capacityMessages;
      return (
        <td>
          <Meter ratio={ratio} level={fullness(ratio)} />
        </td>
      );
    },
  },
  { name: 'Queued', isNumber: true, cell: (lane) => <NumberCell value={lane.queuedMessages} unit="count" /> },
  { name: 'Parked', isNumber: true, cell: (lane) => <NumberCell value={lane.parkedMessages} unit="count" /> },
  { name: 'In', isNumber: true, cell: (lane) => <NumberCell value={lane.acceptedPerSecond} unit="perSecond" /> },
  { name: 'Lost', isNumber: true, cell: (lane) => <td class="number">{lost(lane)}</td> },
];

/** What did not get through, each kind by its name. */
function lost({ refusedPerSecond, droppedPerSecond, expiredPerSecond }: LaneFrame): JSX.Element | string {
  const kinds = [
    ['refused', refusedPerSecond],
    ['dropped', droppedPerSecond],
    ['expired', expiredPerSecond],
  ] as const;
  if (kinds.every(([, rate]) => rate === null)) return text(null, 'perSecond');
  const lossy = kinds.filter(([, rate]) => rate !== null && rate > 0);
  if (lossy.length === 0) return text(0, 'perSecond');
  return (
    <span class="warning">
      <LevelIcon level="warning" /> {lossy.map(([kind, rate]) => `${text(rate, 'perSecond')} ${kind}`).join(', ')}
    </span>
  );
}
