import { formatClock, formatCount, formatMs, formatSpeed, gauge } from './format.ts';
import type { FrameSize, LaneState, ScreenState } from './screen-state.ts';
import { span, type Span, type StyledLine, type TextStyle } from './styled-text.ts';
import { renderTable, spread, type Column } from './table.ts';
import { bookTable } from './book-table.ts';

/** A whole screen: at most `height` lines, what matters most first. Sections that do not fit are shortened, never wrapped. */
export function renderFrame(state: ScreenState, size: FrameSize): readonly StyledLine[] {
  const { width, height } = size;
  const top = [...heading(state, width), BLANK, flow(state), orders(state), BLANK, ...lanes(state, width), BLANK];
  const room = height - top.length;
  const logRows = room >= 14 ? Math.min(LOG_ROWS, state.log.length) : 0;
  const bookRoom = room - (logRows === 0 ? 0 : logRows + 2);
  const bottom = logRows === 0 ? [] : [BLANK, [span('  RECENT', 'label')], ...recent(state, logRows)];
  return [...top, ...bookTable(state.books, { width, height: bookRoom }), ...bottom].slice(0, height);
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
  const line = spread([span('  TRADEWIND', 'title'), span(`  ${state.source}`)], right, width);
  return state.caution === undefined ? [line] : [line, [span(`  ${state.caution}`, 'warn')]];
}

function flow(state: ScreenState): StyledLine {
  return [
    ...figure('in', `${formatCount(state.inPerSecond).padStart(7)} msg/s`),
    ...figure('out', `${formatCount(state.outPerSecond).padStart(8)} deliveries/s`),
    ...figure('workers', `${state.busyWorkers.toString().padStart(2)} busy of ${state.workers}`),
    ...figure('memory', `${Math.round(state.memoryBytes / 2 ** 20)} MiB`),
  ];
}

function orders(state: ScreenState): StyledLine {
  const { sent, passed, denied, fills } = state.orders;
  return [
    ...figure('orders', `${formatCount(sent).padStart(3)}`),
    ...figure('passed', formatCount(passed).padStart(4)),
    ...figure('denied', formatCount(denied), denied > 0 ? 'warn' : 'plain'),
    ...figure('fills', formatCount(fills)),
    ...figure('trades', formatCount(state.byKind.trade)),
    ...figure('bars', formatCount(state.byKind.bar)),
  ];
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
const BLANK: StyledLine = [];
