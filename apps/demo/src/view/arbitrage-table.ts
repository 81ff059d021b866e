import type { BoardRow } from '../arbitrage/opportunity-board.ts';
import { alignPoints, formatClock } from './format.ts';
import { span, type Span, type StyledLine } from './styled-text.ts';
import { renderTable, type Column } from './table.ts';

/** Opportunities with their size, net profit, chance of survival and outcome; nothing where there are none. Amounts are shown as the eye reads them. */
export function arbitrageTable(rows: readonly BoardRow[], width: number): readonly StyledLine[] {
  if (rows.length === 0) return [];
  const profits = alignPoints(rows.map(({ netProfit }) => shortened(netProfit)));
  return renderTable({
    columns: COLUMNS,
    width,
    rows: rows.map((row, index) => [
      row.asset,
      formatClock(row.atMicros),
      row.buyAt,
      row.sellAt,
      row.size,
      profits[index] ?? '',
      row.survivalPercent === null ? '–' : `${row.survivalPercent} %`,
      outcomeCell(row),
    ]),
  });
}

function outcomeCell({ outcome }: BoardRow): Span {
  if (outcome === 'executed' || outcome === 'partial') return span(outcome, 'good');
  if (outcome === 'unmatched') return span(outcome, 'bad');
  return span(outcome, outcome === 'nothing' || outcome === 'refused' ? 'warn' : 'plain');
}

/** At most four decimals, cut and not rounded: a profit must not look larger than it is. */
function shortened(amount: string): string {
  const point = amount.indexOf('.');
  return point === -1 ? amount : amount.slice(0, point + 1 + PLACES);
}

const PLACES = 4;
const COLUMNS: readonly Column[] = [
  { header: 'ARBITRAGE', align: 'left', rank: 0, style: 'value' },
  { header: 'AT', align: 'left', rank: 3 },
  { header: 'BUY AT', align: 'left', rank: 0 },
  { header: 'SELL AT', align: 'left', rank: 0 },
  { header: 'SIZE', align: 'right', rank: 1, minWidth: 8 },
  { header: 'NET PROFIT', align: 'right', rank: 0, minWidth: 10 },
  { header: 'SURVIVAL', align: 'right', rank: 0 },
  { header: 'OUTCOME', align: 'left', rank: 0, minWidth: 11 },
];
