import type { ShownMetric } from './workload.ts';

/** What tables show of an open loop beside its latencies: what was offered, what of it was achieved, and how late the sender was at most. */
export const LOAD_SHOWN: readonly ShownMetric[] = [
  { metric: 'offeredPerSecond', better: 'neither' },
  { metric: 'achievedPerSecond', better: 'more' },
  { metric: 'longestSendDelayUs', better: 'less' },
];

/** The same of the quotes, where other messages are the question. */
export const QUOTE_LOAD_SHOWN: readonly ShownMetric[] = [
  { metric: 'quoteOfferedPerSecond', better: 'neither' },
  { metric: 'quoteAchievedPerSecond', better: 'more' },
  { metric: 'quoteLongestSendDelayUs', better: 'less' },
];
