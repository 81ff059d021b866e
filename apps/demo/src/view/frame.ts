import { formatClock, formatCount, formatMs, formatSpeed, gauge } from './format.ts';
import type { FrameSize, LaneState, ScreenState } from './screen-state.ts';
import { lineWidth, span, type Span, type StyledLine, type TextStyle } from './styled-text.ts';
import { renderTable, spread, type Column } from './table.ts';
import { learningLine } from './learning-lines.ts';
import { arbitrageTable } from './arbitrage-table.ts';
import { bookTable } from './book-table.ts';

/** A whole screen: at most `height` lines, what matters most first. Sections that do not fit are shortened, never wrapped. */
export function renderFrame(state: ScreenState, size: FrameSize): readonly StyledLine[] {
  const { width, height } = size;
  const gap = height < ROOMY_HEIGHT ? [] : [BLANK];
  const top = [
    ...heading(state, width),
    ...gap,
    flow(state, width),
    orders(state, width),
    ...(state.learning === undefined ? [] : [learningLine(state.learning)]),
    ...gap,
    ...lanes(state, width),
    ...gap,
  ];
  const room = height - top.length;
  const logRows = room >= 14 ? Math.min(LOG_ROWS, state.log.length) : 0;
  const found = room >= 24 ? arbitrageTable(state.arbitrage, width) : [];
  const middle = found.length === 0 ? [] : [BLANK, ...found];
  const bookRoom = room - (logRows === 0 ? 0 : logRows + 2) - middle.length;
  const bottom = logRows === 0 ? [] : [BLANK, [span('  RECENT', 'label')], ...recent(state, logRows)];
  return [...top, ...bookTable(state.books, { width, height: bookRoom }), ...middle, ...bottom].slice(0, height);
}

function heading(state: ScreenState, width: number): readonly StyledLine[] {
  const { marketMicros, endMicros, speed, lagMs, draining } = state;
  const of = endMicros === undefined ? '' : ` of ${formatClock(endMicros)}`;
  const right = [
    span(draining ? 'draining  ' : '', 'warn'),
    span(formatClock(marketMicros), 'value'),
    span(`${of} · ${formatSpeed(speed)} · lag `, 'label'),
    span(formatMs(lagMs), lagMs > LAG_TO_NOTICE_MS ? 'warn' : 'plain'),
    span(' '),
  ];
  const title = span('  TRADEWIND', 'title');
  const line = firstFitting([[title, span(`  ${state.source}`)], [title], [span(' ')]], right, width);
  return state.caution === undefined ? [line] : [line, [span(`  ${state.caution}`, 'warn')]];
}

/** The fullest left part that leaves room for the right one, which matters most. */
function firstFitting(lefts: readonly StyledLine[], right: StyledLine, width: number): StyledLine {
  const left = lefts.find((candidate) => lineWidth(candidate) + lineWidth(right) + 2 <= width);
  return left === undefined ? right : spread(left, right, width);
}

function flow(state: ScreenState, width: number): StyledLine {
  return figures(width, [
    figure('in', `${formatCount(state.inPerSecond).padStart(7)} msg/s`),
    figure('out', `${formatCount(state.outPerSecond).padStart(8)} deliveries/s`),
    figure('workers', `${state.busyWorkers.toString().padStart(2)} busy of ${state.workers}`),
    figure('memory', `${Math.round(state.memoryBytes / 2 ** 20)} MiB`),
  ]);
}

function orders(state: ScreenState, width: number): StyledLine {
  const { sent, passed, denied, fills } = state.orders;
  return figures(width, [
    figure('orders', formatCount(sent).padStart(3)),
    figure('passed', formatCount(passed).padStart(3)),
    figure('denied', formatCount(denied).padStart(3), denied > 0 ? 'warn' : 'value'),
    figure('fills', formatCount(fills).padStart(3)),
    figure('trades', formatCount(state.byKind.trade)),
    figure('bars', formatCount(state.byKind.bar)),
  ]);
}

/** As many figures as fit, the first ones first. */
function figures(width: number, all: readonly (readonly Span[])[]): StyledLine {
  const line: Span[] = [];
  for (const one of all) {
    if (lineWidth(line) + lineWidth(one) > width) break;
    line.push(...one);
  }
  return line;
}

function figure(label: string, value: string, style: TextStyle = 'value'): readonly Span[] {
  return [span(`  ${label} `, 'label'), span(value, style), span(' ')];
}

function lanes(state: ScreenState, width: number): readonly StyledLine[] {
  return renderTable({ columns: LANE_COLUMNS, rows: state.lanes.map(laneRow), width });
}

function laneRow(lane: LaneState): readonly (string | Span)[] {
  const share = lane.depth / lane.capacity;
  return [
    lane.name,
    formatCount(lane.depth),
    span(gauge(share), share > 0.8 ? 'bad' : share > 0.4 ? 'warn' : 'good'),
    formatCount(lane.accepted),
    formatCount(lane.acceptedPerSecond),
    formatCount(lane.superseded),
    span(formatCount(lane.lost), lane.lost > 0 ? 'bad' : 'plain'),
    formatMs(lane.waitP50Ms),
    formatMs(lane.waitP99Ms),
  ];
}

function recent(state: ScreenState, rows: number): readonly StyledLine[] {
  return state.log
    .slice(-rows)
    .toReversed()
    .map(({ atMicros, kind, text }) => [
      span(`  ${formatClock(atMicros)}  `, 'faint'),
      span(kind.padEnd(6), LOG_STYLES[kind]),
      span(`  ${text}`),
    ]);
}

const LOG_STYLES: Readonly<Record<ScreenState['log'][number]['kind'], TextStyle>> = {
  order: 'plain',
  fill: 'good',
  risk: 'warn',
  market: 'plain',
  system: 'title',
};
const LANE_COLUMNS: readonly Column[] = [
  { header: 'LANE', align: 'left', rank: 0, style: 'value' },
  { header: 'WAITING', align: 'right', rank: 0, minWidth: 7 },
  { header: '', align: 'left', rank: 4 },
  { header: 'MESSAGES', align: 'right', rank: 3, minWidth: 10 },
  { header: 'MSG/S', align: 'right', rank: 1, minWidth: 7 },
  { header: 'SUPERSEDED', align: 'right', rank: 5 },
  { header: 'LOST', align: 'right', rank: 2 },
  { header: 'WAIT p50', align: 'right', rank: 1, minWidth: 8 },
  { header: 'p99', align: 'right', rank: 0, minWidth: 8 },
];
const LAG_TO_NOTICE_MS = 100;
const LOG_ROWS = 6;
/** In a lower terminal there are no blank lines. */
const ROOMY_HEIGHT = 16;
const BLANK: StyledLine = [];
