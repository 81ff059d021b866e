import type { JSX } from 'preact';
import type {
  OpportunityLegRow,
  OpportunityRow,
  VenueRow,
  VenuesAnswer,
} from '../../../src/dashboard/protocol/index.ts';
import { NumberCell } from '../components/figures.tsx';
import { Badge, StatusBadge } from '../components/level.tsx';
import { Failure, Panel } from '../components/panel.tsx';
import { Table, type Column } from '../components/table.tsx';
import { exact, text } from '../format/quantity.ts';
import { until } from '../format/time.ts';
import { page } from '../state/page.ts';
import { usePolled } from '../state/polled.ts';
import { addressOf } from '../state/requests.ts';
import { useStore } from '../state/store.ts';

/** How the feeds of the venues are, and what may be earned between them. */
export function Venues(): JSX.Element {
  const bus = useStore(page, (state) => state.bus);
  const { answer, failure } = usePolled<VenuesAnswer>(addressOf('venues', { bus }), 1_000);
  const opportunities = answer?.opportunities ?? null;
  return (
    <>
      <div class="screen-head">
        <h1 tabIndex={-1}>Venues and arbitrage</h1>
      </div>
      <Failure>{failure}</Failure>
      <Panel title="Venues">
        <Table
          caption="Feeds and connections of venues"
          columns={VENUE_COLUMNS}
          rows={answer?.venues ?? []}
          rowKey={({ bus: of, venue }) => `${of} ${venue}`}
          empty={answer === undefined ? 'Looking…' : 'No feed is watched.'}
        />
      </Panel>
      {answer === undefined || opportunities === null ? null : (
        <Panel title="Opportunities alive" controls={<Counts counts={answer.counts} />}>
          <Table
            caption="Arbitrage opportunities, the most profitable first"
            columns={OPPORTUNITY_COLUMNS}
            rows={opportunities}
            rowKey={({ bus: of, id }) => `${of} ${id}`}
            empty="None is alive now."
          />
        </Panel>
      )}
    </>
  );
}

function Counts({ counts }: { readonly counts: VenuesAnswer['counts'] }): JSX.Element {
  const shown = Object.entries(counts ?? {}).map(([state, count]) => `${exact(count)} ${state}`);
  return <span class="quiet">{shown.length === 0 ? '' : `So far ${shown.join(', ')}`}</span>;
}

function Legs({ legs }: { readonly legs: readonly OpportunityLegRow[] }): JSX.Element {
  return (
    <ul class="plain">
      {legs.map(({ venue, symbol, side, limit, quantity }, index) => (
        <li key={index}>
          {side} {quantity ?? ''} <code>{`${symbol}.${venue}`}</code> {limit === null ? '' : `at ${limit}`}
        </li>
      ))}
    </ul>
  );
}

function Expiry({ ms }: { readonly ms: number }): JSX.Element {
  const nowMs = useStore(page, (state) => state.nowMs);
  return <td class="number">{until(ms, nowMs)}</td>;
}

const VENUE_COLUMNS: readonly Column<VenueRow>[] = [
  {
    name: 'Venue',
    cell: ({ venue, reason }) => (
      <th scope="row">
        {venue}
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
    name: 'Status',
    cell: ({ status }) => (
      <td>
        <StatusBadge status={status} />
      </td>
    ),
  },
  {
    name: 'Events',
    isNumber: true,
    key: (row) => row.eventsPerSecond ?? -1,
    cell: (row) => <NumberCell value={row.eventsPerSecond} unit="perSecond" />,
  },
  {
    name: 'Silent for',
    isNumber: true,
    key: (row) => row.silentSeconds ?? -1,
    cell: (row) => <NumberCell value={row.silentSeconds} unit="seconds" />,
  },
  {
    name: 'Streams',
    isNumber: true,
    cell: ({ streams, illStreams }) => (
      <td class="number">
        {text(streams, 'count')}
        {illStreams === null || illStreams === 0 ? '' : `, ${illStreams} ill`}
      </td>
    ),
  },
  { name: 'Gaps', isNumber: true, cell: (row) => <NumberCell value={row.gapsPerSecond} unit="perSecond" /> },
  {
    name: 'Out of order',
    isNumber: true,
    cell: (row) => <NumberCell value={row.outOfOrderPerSecond} unit="perSecond" />,
  },
  { name: 'Delay', isNumber: true, cell: (row) => <NumberCell value={row.delaySeconds} unit="seconds" /> },
  { name: 'Round trip', isNumber: true, cell: (row) => <NumberCell value={row.roundTripSeconds} unit="seconds" /> },
  { name: 'Clock ahead', isNumber: true, cell: (row) => <NumberCell value={row.clockOffsetSeconds} unit="seconds" /> },
  { name: 'Good', isNumber: true, cell: (row) => <NumberCell value={row.goodRatio} unit="ratio" /> },
  { name: 'Subscribed anew', isNumber: true, cell: (row) => <NumberCell value={row.resubscriptions} unit="count" /> },
];

const OPPORTUNITY_COLUMNS: readonly Column<OpportunityRow>[] = [
  { name: 'Type', cell: ({ type }) => <th scope="row">{type}</th> },
  {
    name: 'State',
    cell: ({ state }) => (
      <td>
        <Badge level="info">{state}</Badge>
      </td>
    ),
  },
  { name: 'Urgency', cell: ({ urgency }) => <td>{urgency}</td> },
  {
    name: 'Orders',
    cell: ({ legs }) => (
      <td>
        <Legs legs={legs} />
      </td>
    ),
  },
  { name: 'Profit (quote)', isNumber: true, cell: ({ profit }) => <td class="number">{profit ?? '–'}</td> },
  { name: 'Survives', isNumber: true, cell: (row) => <NumberCell value={row.survivalProbability} unit="ratio" /> },
  { name: 'Ends', isNumber: true, cell: ({ expiresAtMs }) => <Expiry ms={expiresAtMs} /> },
];
