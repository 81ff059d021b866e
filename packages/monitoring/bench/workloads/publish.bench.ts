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
    (scale) =>
      measurePublishing(scale.count(STRETCHES * stretch), make(), level);
  return {
    off: at(undefined),
    STANDARD: at('STANDARD'),
    'in turns': (scale) => measureInTurns(Math.max(3, scale.count(PAIRS)), stretch, make()),
  };
}

const STRETCHES = 4;
const PAIRS = 15;
/** About half a second of processor time. */
const BUS_STRETCH = 25_000_000;
const CLIENT_STRETCH = 1_500_000;

/** Of pairs in one process: two processes that do the same differ by a tenth and more, so that one per cent cannot be seen between them. */
const targets: Workload['targets'] = [
  { metric: 'ratio', of: 'in turns', atMost: 1.01, unit: 'times' },
  { metric: 'addedNsPerMessage', of: 'in turns', atMost: 10, unit: 'ns' },
];

export const workloads: readonly Workload[] = [
  {
    name: 'publish-bus',
    title: 'A message through the synchronous bus, watched and not',
    work: 'One known topic, one handler; where it is watched, all is scraped and written out each second. In turns: pairs of stretches of about half a second in one process, one with a scrape and one without.',
    contenders: contenders(throughBus, BUS_STRETCH),
    targets,
  },
  {
    name: 'publish-client',
    title: 'A message through the buffered client, watched and not',
    work: 'Bursts of 2,000 messages of one topic, each handled before the next burst; where it is watched, all is scraped and written out each second. In turns: pairs of stretches of about half a second in one process, one with a scrape and one without.',
    contenders: contenders(throughClient, CLIENT_STRETCH),
    targets,
  },
];
