import { alignPoints, formatCount } from '../view/format.ts';
import { span, type StyledLine } from '../view/styled-text.ts';
import { renderTable, type Cell, type Column } from '../view/table.ts';
import type { BusinessSummary, Counts } from './business-summary.ts';

export function venueTable(
  byVenue: Readonly<Record<string, Counts>>,
  byType: Counts,
  width: number,
): readonly StyledLine[] {
  const types = Object.keys(byType);
  const row = (name: string, counts: Counts): readonly Cell[] => [
    name,
    formatCount(Object.values(counts).reduce((sum, count) => sum + count, 0)),
    ...types.map((type) => formatCount(counts[type] ?? 0)),
  ];
  const columns: readonly Column[] = [
    { header: 'EVENTS', align: 'left', rank: 0 },
    { header: 'total', align: 'right', rank: 0 },
    ...types.map((header, index): Column => ({ header, align: 'right', rank: index + 1 })),
  ];
  const venues = Object.entries(byVenue).map(([venue, counts]) => row(venue, counts));
  return renderTable({ columns, rows: venues.length === 1 ? venues : [...venues, row('all', byType)], width });
}

export function topOfBookTable({ topOfBook }: BusinessSummary, width: number): readonly StyledLine[] {
  const rows = topOfBook.flatMap(({ asset, best, venues }) =>
    venues.map(({ instrument, bid, ask, asOf }, index) => ({
      asset: index === 0 ? asset : '',
      best,
      instrument,
      bid,
      ask,
      asOf,
    })),
  );
  const shown = rows.slice(0, MAX_ROWS);
  const bids = alignPoints(shown.map(({ bid }) => bid?.[0] ?? '–'));
  const asks = alignPoints(shown.map(({ ask }) => ask?.[0] ?? '–'));
  const table = renderTable({
    columns: [
      { header: 'asset', align: 'left', rank: 0 },
      { header: 'instrument', align: 'left', rank: 0 },
      { header: 'bid size', align: 'right', rank: 2 },
      { header: 'bid', align: 'right', rank: 0 },
      { header: 'ask', align: 'right', rank: 0 },
      { header: 'ask size', align: 'right', rank: 2 },
      { header: 'as of', align: 'left', rank: 3 },
    ],
    rows: shown.map(({ asset, instrument, bid, ask, asOf }, index) => [
      asset,
      instrument,
      bid?.[1] ?? '–',
      bids[index] ?? '',
      asks[index] ?? '',
      ask?.[1] ?? '–',
      asOf.slice('yyyy-mm-ddT'.length, 'yyyy-mm-ddThh:mm:ss.mmm'.length),
    ]),
    width,
  });
  return withRest(table, rows.length);
}

export function tradeTable({ trades }: BusinessSummary, width: number): readonly StyledLine[] {
  const shown = trades.slice(0, MAX_ROWS);
  const volumes = alignPoints(shown.map(({ volume }) => volume));
  const prices = alignPoints(shown.map(({ lastPrice }) => lastPrice));
  const table = renderTable({
    columns: [
      { header: 'instrument', align: 'left', rank: 0 },
      { header: 'trades', align: 'right', rank: 0 },
      { header: 'volume', align: 'right', rank: 1 },
      { header: 'last', align: 'right', rank: 0 },
    ],
    rows: shown.map(({ instrumentId, trades: count }, index) => [
      instrumentId,
      formatCount(count),
      volumes[index] ?? '',
      prices[index] ?? '',
    ]),
    width,
  });
  return withRest(table, trades.length);
}

export function positionTable({ positions }: BusinessSummary, width: number): readonly StyledLine[] {
  const shown = positions.slice(0, MAX_ROWS);
  const quantities = alignPoints(shown.map(({ quantity }) => quantity));
  const averages = alignPoints(shown.map(({ averagePrice }) => averagePrice ?? '–'));
  const realized = alignPoints(shown.map(({ realizedPnl }) => realizedPnl));
  const fees = alignPoints(shown.map((position) => position.fees));
  const table = renderTable({
    columns: [
      { header: 'instrument', align: 'left', rank: 0 },
      { header: 'quantity', align: 'right', rank: 0 },
      { header: 'average price', align: 'right', rank: 1 },
      { header: 'realized', align: 'right', rank: 0 },
      { header: 'fees', align: 'right', rank: 2 },
      { header: 'fills', align: 'right', rank: 3 },
    ],
    rows: shown.map((position, index) => [
      position.instrumentId,
      quantities[index] ?? '',
      averages[index] ?? '',
      realized[index] ?? '',
      fees[index] ?? '',
      formatCount(position.fills),
    ]),
    width,
  });
  return withRest(table, positions.length);
}

/** What there was no room for is in the document that `--json` prints. */
function withRest(table: readonly StyledLine[], total: number): readonly StyledLine[] {
  if (total <= MAX_ROWS) return table;
  return [...table, [span(`  and ${formatCount(total - MAX_ROWS)} more: see --json`, 'faint')]];
}

const MAX_ROWS = 20;
