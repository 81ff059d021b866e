import { formatClock, formatCount, formatMs } from './format.ts';
import { learningPhrase } from './learning-lines.ts';
import type { ScreenState } from './screen-state.ts';

/** The state in one line, for logs and pipes: every figure has its name and its unit. No escape codes. */
export function plainLine(state: ScreenState): string {
  const { orders } = state;
  const waiting = state.lanes.map(({ depth }) => formatCount(depth)).join('/');
  const p99 = state.lanes.map(({ waitP99Ms }) => formatMs(waitP99Ms)).join(' / ');
  const lost = state.lanes.reduce((sum, lane) => sum + lane.lost, 0);
  return [
    formatClock(state.marketMicros),
    `in ${formatCount(state.inPerSecond).padStart(7)} msg/s`,
    `out ${formatCount(state.outPerSecond).padStart(8)} /s`,
    `waiting C/H/N/L ${waiting}`,
    `p99 ${p99}`,
    `workers ${state.busyWorkers}/${state.workers}`,
    `orders ${orders.sent} (${orders.denied} denied, ${orders.fills} fills)`,
    ...lastOpportunity(state),
    ...(state.learning === undefined ? [] : [learningPhrase(state.learning)]),
    `lost ${formatCount(lost)}`,
    `lag ${formatMs(state.lagMs)}`,
  ].join('  ');
}

/** The last one that something became of. */
function lastOpportunity({ arbitrage }: ScreenState): readonly string[] {
  const [last] = arbitrage;
  if (last === undefined) return [];
  const { asset, buyAt, sellAt, size, netProfit, survivalPercent, outcome } = last;
  const chance = survivalPercent === null ? '' : ` survival ${survivalPercent} %`;
  return [`arbitrage ${size} ${asset} ${buyAt}>${sellAt} net ${netProfit}${chance} ${outcome}`];
}
