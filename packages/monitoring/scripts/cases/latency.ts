import { days, short, type CasesByRule, type RuleCase } from './rule-case.ts';

const BOUNDS = ['0.000256', '0.000512', '0.001024', '0.002048', '0.01024', '0.049152', '0.262144', '+Inf'];

/** A histogram that grows by so many observations a sample in each bucket of its own, in the order of the bounds. */
function histogram(lane: string, growth: readonly number[], samples = 80): RuleCase['series'] {
  const series: Record<string, string> = {};
  let total = 0;
  for (const [index, le] of BOUNDS.entries()) {
    total += growth[index] ?? 0;
    series[`tradewind_message_wait_seconds_bucket{bus="main", lane="${lane}", direction="local", le="${le}"}`] =
      `0+${total}x${samples}`;
  }
  series[`tradewind_message_wait_seconds_count{bus="main", lane="${lane}", direction="local"}`] =
    `0+${total}x${samples}`;
  return series;
}

/** A week of waits up to a quarter of a millisecond, and then hours of others. */
function drifting(growth: readonly number[], samples = 8 * 288): RuleCase {
  const last = 72;
  const series: Record<string, string> = {};
  let total = 0;
  const at = samples - last;
  for (const [index, le] of BOUNDS.entries()) {
    total += growth[index] ?? 0;
    series[`tradewind_message_wait_seconds_bucket{bus="main", lane="LOW", direction="local", le="${le}"}`] =
      `0+1000x${at} ${at * 1000}+${total}x${last}`;
  }
  series['tradewind_message_wait_seconds_count{bus="main", lane="LOW", direction="local"}'] = `0+1000x${samples}`;
  return days((samples - 30) * 5, series);
}

export const latencyCases: CasesByRule = {
  TradewindLatencyP50OverTarget: {
    fires: short(10, histogram('CRITICAL', [10, 10, 60, 20])),
    quiet: short(10, { ...histogram('CRITICAL', [60, 30, 10]), ...histogram('LOW', [0, 0, 0, 0, 10, 90]) }),
  },
  TradewindLatencyP99OverTarget: {
    fires: short(12, histogram('HIGH', [90, 5, 0, 0, 5])),
    quiet: short(12, { ...histogram('HIGH', [90, 9, 1]), ...histogram('NORMAL', [90, 5, 0, 5]) }),
  },
  TradewindLatencyP999OverTarget: {
    fires: short(40, histogram('NORMAL', [900, 90, 5, 0, 0, 5])),
    quiet: short(40, histogram('NORMAL', [900, 90, 5, 5])),
  },
  TradewindLatencyDrift: {
    fires: drifting([0, 0, 0, 500, 500]),
    quiet: drifting([900, 100]),
  },
};
