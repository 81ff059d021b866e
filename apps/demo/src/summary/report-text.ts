import { formatClock, formatCount, formatMs } from '../view/format.ts';
import { renderLine, span, type StyledLine } from '../view/styled-text.ts';
import { renderTable, type Cell, type Column } from '../view/table.ts';
import type { AccountLine } from './accounts.ts';
import type { BusinessSummary } from './business-summary.ts';
import type { PerformanceSummary } from './performance.ts';
import { learningLines } from './learning-text.ts';
import { arbitrageTable } from '../view/arbitrage-table.ts';
import { positionTable, topOfBookTable, tradeTable, venueTable } from './report-tables.ts';
import type { DemoReport } from './report.ts';

/** The report for people. The business part is the same to the byte for the same events; the rest is different in every run. */
export function reportText(report: DemoReport, options: { readonly width: number; readonly color: boolean }): string {
  const { width } = options;
  const lines: readonly StyledLine[] = [
    ...(report.interrupted ? [[span('  The market was stopped before its end.', 'warn')], BLANK] : []),
    ...businessLines(report.business, width),
    BLANK,
    ...performanceLines(report.performance, width),
    BLANK,
    ...learningLines(report.learning, width),
    BLANK,
    ...accountLines(report, width),
  ];
  return `${lines.map((line) => renderLine(line, options)).join('\n')}\n`;
}

function businessLines(business: BusinessSummary, width: number): readonly StyledLine[] {
  const { events, orders, bars, market } = business;
  const denied = Object.entries(orders.denied)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${reason} ${formatCount(count)}`);
  return [
    heading('BUSINESS'),
    ...sourceLines(business),
    fact('market time', `${formatClock(market.micros)} from ${market.start}`),
    fact('events', formatCount(events.total)),
    fact(
      'bars',
      `${formatCount(bars.published)} published, ${formatCount(bars.open)} not closed when the market stopped`,
    ),
    fact(
      'orders',
      `${formatCount(orders.wanted)} wanted, ${formatCount(orders.passed)} passed, ${denied.length === 0 ? 'none denied' : `denied: ${denied.join(', ')}`}, ${formatCount(orders.open)} open`,
    ),
    BLANK,
    ...venueTable(events.byVenue, events.byType, width),
    ...section('TOP OF BOOK', topOfBookTable(business, width)),
    ...section('TRADES', tradeTable(business, width)),
    ...section('POSITIONS', positionTable(business, width)),
    ...arbitrageLines(business, width),
  ];
}

function arbitrageLines({ arbitrage }: BusinessSummary, width: number): readonly StyledLine[] {
  if (arbitrage === null || arbitrage.states.detected === 0) return [];
  const { states, executions, forecasts, brierScore, balances } = arbitrage;
  const { executed, partial, nothing, unmatched, refused } = executions;
  const unwound = arbitrage.unmatched.map(({ base, quantity }) => `${quantity} ${base}`);
  return [
    ...section('ARBITRAGE ON PAPER', arbitrageTable(arbitrage.last, width)),
    fact(
      'opportunities',
      `${formatCount(states.detected)} detected, ${formatCount(states.confirmed)} confirmed, ${formatCount(states.routed)} acted on`,
    ),
    fact(
      'orders',
      `${formatCount(executed)} executed, ${formatCount(partial)} in part, ${formatCount(nothing)} came to nothing, ${formatCount(unmatched)} unmatched, ${formatCount(refused)} refused`,
    ),
    fact('survival', `${formatCount(forecasts)} forecasts judged, Brier score ${brierScore ?? '–'}`),
    fact('paper account', balances.map(({ currency, total }) => `${total} ${currency}`).join(', ') || 'empty'),
    ...(unwound.length === 0 ? [] : [fact('to be unwound', unwound.join(', '))]),
  ];
}

function sourceLines({ source }: BusinessSummary): readonly StyledLine[] {
  if (source.mode === 'simulation')
    return [fact('source', `simulated venues ${source.venues.join(', ')}, seed ${source.seed}`)];
  const files = source.files.length <= 3 ? source.files.join(', ') : `${source.files.length} files`;
  const lines = [fact('source', `recorded: ${files}`)];
  if (source.retimed) lines.push(fact('', 'RE-TIMED: prices of different times, never to be compared'));
  if (source.replica) lines.push(fact('', 'SYNTHETIC: venues made from the recording of one'));
  if (source.rejected > 0) lines.push(fact('rejected', `${formatCount(source.rejected)} lines`));
  return lines;
}

function performanceLines(performance: PerformanceSummary, width: number): readonly StyledLine[] {
  const { published, delivered, spreadMonitor } = performance;
  const speed = performance.speed === null ? 'as fast as it goes' : `speed ${performance.speed}`;
  return [
    heading('PERFORMANCE', '(different in every run)'),
    fact('elapsed', `${(performance.elapsedMs / 1000).toFixed(2)} s, ${speed}, Node ${performance.node}`),
    fact('published', `${formatCount(published)} messages, ${formatCount(performance.publishedPerSecond)} a second`),
    fact(
      'delivered',
      `${formatCount(delivered)} handler calls, ${formatCount(performance.deliveredPerSecond)} a second`,
    ),
    fact('workers', `${performance.peakWorkers} at most`),
    fact(
      'lag',
      `${formatMs(performance.maxLagMs)} at most; a full lane was waited for ${formatCount(performance.waitsForRoom)} times`,
    ),
    ...spreadLines(spreadMonitor),
    BLANK,
    ...renderTable({
      columns: [
        { header: 'LANE', align: 'left', rank: 0 },
        { header: 'messages', align: 'right', rank: 1 },
        { header: 'superseded', align: 'right', rank: 2 },
        { header: 'wait p50', align: 'right', rank: 0 },
        { header: 'wait p99', align: 'right', rank: 0 },
      ],
      rows: performance.lanes.map((lane) => [
        lane.lane,
        formatCount(lane.messages),
        formatCount(lane.superseded),
        formatMs(lane.waitP50Ms ?? undefined),
        formatMs(lane.waitP99Ms ?? undefined),
      ]),
      width,
    }),
  ];
}

/** A recording without tickers gives it nothing to do. */
function spreadLines({ handled, widestBps }: PerformanceSummary['spreadMonitor']): readonly StyledLine[] {
  if (handled === 0) return [];
  const text = `came to ${formatCount(handled)} tickers; the widest spread was ${widestBps.toFixed(2)} bp`;
  return [fact('spread monitor', text)];
}

/** The first lines of a recording that were no events, and once for all of them what an event is. */
function rejectionLines(rejections: DemoReport['rejections']): readonly StyledLine[] {
  if (rejections.length === 0) return [];
  return [
    ...rejections.map(({ file, line, reason }): StyledLine => [span(`    ${file}:${line}: ${reason}`)]),
    [span('    The format of recordings is described in the README of the demo; they are sorted by tsRecv.', 'faint')],
  ];
}

function accountLines({ accounts, rejections }: DemoReport, width: number): readonly StyledLine[] {
  const rows = accounts.lines.filter((line) => line.published > 0 || line.missing !== 0);
  const verdict: readonly StyledLine[] =
    accounts.problems.length === 0
      ? [
          [
            span('  Nothing was lost: ', 'good'),
            span('published = delivered + conflated, for every subscriber and kind.'),
          ],
        ]
      : [
          [span('  NOT RIGHT:', 'bad')],
          ...accounts.problems.map((problem): StyledLine => [span(`  - ${problem}`, 'bad')]),
        ];
  return [
    heading('ACCOUNTS'),
    ...renderTable({ columns: ACCOUNT_COLUMNS, rows: rows.map(accountRow), width }),
    BLANK,
    ...verdict,
    ...rejectionLines(rejections),
  ];
}

function accountRow(line: AccountLine): readonly Cell[] {
  return [
    line.subscriber,
    line.kind,
    formatCount(line.published),
    formatCount(line.delivered),
    formatCount(line.conflated),
    span(formatCount(line.missing), line.missing === 0 ? 'plain' : 'bad'),
  ];
}

function heading(title: string, remark = ''): StyledLine {
  return [span(`  ${title} `, 'title'), span(remark, 'faint')];
}

function fact(name: string, value: string): StyledLine {
  return [span(`  ${name.padEnd(FACT_WIDTH)}`, 'label'), span(value)];
}

/** A table under its title; nothing where there are no rows. */
function section(title: string, table: readonly StyledLine[]): readonly StyledLine[] {
  return table.length < 2 ? [] : [BLANK, [span(`  ${title}`, 'label')], ...table];
}

const BLANK: StyledLine = [];
const FACT_WIDTH = 16;
const ACCOUNT_COLUMNS: readonly Column[] = [
  { header: 'subscriber', align: 'left', rank: 0 },
  { header: 'kind', align: 'left', rank: 0 },
  { header: 'published', align: 'right', rank: 1 },
  { header: 'delivered', align: 'right', rank: 1 },
  { header: 'conflated', align: 'right', rank: 2 },
  { header: 'missing', align: 'right', rank: 0 },
];
