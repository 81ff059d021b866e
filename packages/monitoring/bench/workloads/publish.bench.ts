import type { Contender, Workload } from '../../../../tooling/bench/workload.ts';
import type { MonitoringLevel } from '../../src/index.ts';
import {
  measureInTurns,
  measurePublishing,
  throughBus,
  throughClient,
  type Publishing,
} from '../fixtures/publishing.ts';

function contenders(make: () => Publishing, stretch: number): Readonly<Record<string, Contender>> {
  const at =
    (level: MonitoringLevel | undefined): Contender =>
    // A quick run does all of it: in less than a second nothing is scraped.
    () =>
      measurePublishing(STRETCHES * stretch, make(), level);
  return {
    off: at(undefined),
    STANDARD: at('STANDARD'),
    'in turns': (scale) => measureInTurns(Math.max(3, scale.count(PAIRS)), stretch, make()),
  };
}

/** Some three seconds. */
const STRETCHES = 6;
const PAIRS = 15;
/** About half a second of processor time. */
const BUS_STRETCH = 25_000_000;
const CLIENT_STRETCH = 1_500_000;

/** Told on the page, because it departs from the way in which everything else is compared. */
const IN_TURNS =
  'Off and STANDARD are fresh processes in turns, as everywhere; two of them that do the same differ by a tenth and more, which hides one per cent. In turns therefore departs from that: pairs of stretches of about half a second in one process, one with a scrape and one without, so that what the machine and the compiler do meets both.';

/**
 * In fresh processes as it is asked for, and of pairs in one process beside it: two processes that do the same differ by a tenth and more, so that one
 * per cent cannot be seen between them.
 */
const targets: Workload['targets'] = [
  { metric: 'cpuNsPerOperation', of: 'STANDARD', against: ['off'], atMost: 1.01, unit: 'ns' },
  { metric: 'ratio', of: 'in turns', atMost: 1.01, unit: 'times' },
  { metric: 'addedNsPerMessage', of: 'in turns', atMost: 10, unit: 'ns' },
];

export const workloads: readonly Workload[] = [
  {
    name: 'publish-bus',
    title: 'A message through the synchronous bus, watched and not',
    work: 'One known topic, one handler; where it is watched, all is scraped and written out each second. ' + IN_TURNS,
    contenders: contenders(throughBus, BUS_STRETCH),
    targets,
  },
  {
    name: 'publish-client',
    title: 'A message through the buffered client, watched and not',
    work:
      'Bursts of 2,000 messages of one topic, each handled before the next burst; where it is watched, all is scraped and written out each second. ' +
      IN_TURNS,
    contenders: contenders(throughClient, CLIENT_STRETCH),
    targets,
  },
];
