import type { Contender, Workload } from '../../../../tooling/bench/workload.ts';
import { measureTail, measureViewers } from '../fixtures/watching.ts';

const watchedBy =
  (count: number | undefined): Contender =>
  (scale) =>
    measureViewers(scale.isQuick ? QUICK_SECONDS : SECONDS, count);
const tailedBy =
  (count: number): Contender =>
  (scale) =>
    measureTail(scale.count(MESSAGES), count);

const SECONDS = 10;
const QUICK_SECONDS = 4;
const MESSAGES = 1_500_000;

export const workloads: readonly Workload[] = [
  {
    name: 'dashboard-viewers',
    title: 'A bus whose dashboard nobody, one and ten look at',
    work: 'A client with 1,000 messages in a second, for ten seconds; the viewers are streams of another process. Processor time of the bus with everything in its process.',
    contenders: {
      'no dashboard': watchedBy(undefined),
      nobody: watchedBy(0),
      'one viewer': watchedBy(1),
      'ten viewers': watchedBy(10),
    },
    targets: [
      { metric: 'cpuMsPerSecond', of: 'nobody', against: ['no dashboard'], atMost: 1.05, unit: 'ms' },
      { metric: 'cpuMsPerSecond', of: 'ten viewers', against: ['one viewer'], atMost: 1.5, unit: 'ms' },
    ],
  },
  {
    name: 'dashboard-tail',
    title: 'A message through the buffered client while nobody, one and four look at the tail',
    work: 'Bursts of 2,000 messages of one topic, each handled before the next burst: far more than a tail shows. It looks at 1,000 in a quarter of a second, and lets go of the bus until the next one.',
    contenders: { nobody: tailedBy(0), 'one viewer': tailedBy(1), 'four viewers': tailedBy(4) },
    targets: [{ metric: 'cpuNsPerOperation', of: 'four viewers', against: ['nobody'], atMost: 1.05, unit: 'ns' }],
  },
];
