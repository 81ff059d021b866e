import type { Contender, Workload } from '../../../../tooling/bench/workload.ts';
import {
  measureAddition,
  measureTail,
  measureViewers,
  recordedHistory,
  unwatchedDashboard,
  type Addition,
} from '../fixtures/watching.ts';

const adding =
  (addition: Addition): Contender =>
  (scale) =>
    measureAddition(Math.max(3, scale.count(PAIRS)), scale.isQuick ? 1 : STRETCH_SECONDS, addition);
const watchedBy =
  (count: number): Contender =>
  (scale) =>
    measureViewers(scale.isQuick ? QUICK_SECONDS : SECONDS, count);
const tailedBy =
  (count: number): Contender =>
  // A quick run has stretches of the same length: shorter ones have hardly a tick of the tail in them.
  (scale) =>
    measureTail(Math.max(3, scale.count(TAIL_PAIRS)), MESSAGES, count);

const PAIRS = 10;
const STRETCH_SECONDS = 2;
const SECONDS = 10;
const QUICK_SECONDS = 4;
const TAIL_PAIRS = 8;
/** About a third of a second of processor time. */
const MESSAGES = 1_000_000;

const IN_TURNS =
  'In pairs of stretches in one process, with it and without, the median of the differences: two processes that do the same differ by more than is asked for here.';

export const workloads: readonly Workload[] = [
  {
    name: 'dashboard-idle',
    title: 'A bus with a dashboard that nobody looks at, and a bus with a history',
    work: `A client with 1,000 messages in a second. A dashboard that nobody looks at reads nothing and has no timer: it is a server that waits. A history is a scrape a second into a table in memory, whether or not there is a dashboard, and is no part of the dashboard's figure. ${IN_TURNS} Ten pairs of two seconds each.`,
    contenders: {
      'dashboard, nobody looks': adding(unwatchedDashboard),
      'history, no dashboard': adding(recordedHistory),
    },
    targets: [{ metric: 'ratio', of: 'dashboard, nobody looks', atMost: 1.05, unit: 'times' }],
  },
  {
    name: 'dashboard-viewers',
    title: 'A bus whose dashboard one and ten look at',
    work: 'A client with 1,000 messages in a second, for ten seconds; the viewers are streams of another process. Processor time of the bus with everything in its process.',
    contenders: { 'one viewer': watchedBy(1), 'ten viewers': watchedBy(10) },
    targets: [{ metric: 'cpuMsPerSecond', of: 'ten viewers', against: ['one viewer'], atMost: 1.5, unit: 'ms' }],
  },
  {
    name: 'dashboard-tail',
    title: 'A message through the buffered client while one and four look at the tail',
    work: `Bursts of 2,000 messages of one topic, each handled before the next burst: far more than a tail shows. When it has shown what it may in a quarter of a second, it looks at 50 more and lets go of the bus until the next one. ${IN_TURNS} Eight pairs of some third of a second of processor time.`,
    contenders: { 'one viewer': tailedBy(1), 'four viewers': tailedBy(4) },
    targets: [
      { metric: 'ratio', of: 'one viewer', atMost: 1.05, unit: 'times' },
      { metric: 'ratio', of: 'four viewers', atMost: 1.05, unit: 'times' },
    ],
  },
];
