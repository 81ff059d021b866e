import type { Contender, Workload } from '../../../../tooling/bench/workload.ts';
import { LEVELS, type MonitoringLevel } from '../../src/index.ts';
import {
  measureInTurns,
  measurePublishing,
  throughBus,
  throughClient,
  type Publishing,
} from '../fixtures/publishing.ts';

const BUS_MESSAGES = 150_000_000;
const CLIENT_MESSAGES = 15_000_000;

function contenders(make: () => Publishing, messages: number): Readonly<Record<string, Contender>> {
  const at =
    (level: MonitoringLevel | undefined): Contender =>
    (scale) =>
      measurePublishing(scale.count(messages), make(), level);
  return {
    off: at(undefined),
    ...Object.fromEntries(LEVELS.map((level) => [level, at(level)])),
    'in turns, STANDARD': (scale) => measureInTurns(scale.count(messages), make(), 'STANDARD'),
  };
}

const targets: Workload['targets'] = [
  { metric: 'cpuNsPerOperation', of: 'STANDARD', against: ['off'], atMost: 1.01, unit: 'ns' },
  { metric: 'ratio', of: 'in turns, STANDARD', atMost: 1.01, unit: 'times' },
  { metric: 'addedNsPerMessage', of: 'in turns, STANDARD', atMost: 10, unit: 'ns' },
];

export const workloads: readonly Workload[] = [
  {
    name: 'publish-bus',
    title: 'A message through the synchronous bus, watched and not',
    work: 'One known topic, one handler; where it is watched, all is scraped and written out each second. In turns: stretches of one process with a scrape each, and without.',
    contenders: contenders(throughBus, BUS_MESSAGES),
    targets,
  },
  {
    name: 'publish-client',
    title: 'A message through the buffered client, watched and not',
    work: 'Bursts of 2,000 messages of one topic, each handled before the next burst; where it is watched, all is scraped and written out each second. In turns: stretches of one process with a scrape each, and without.',
    contenders: contenders(throughClient, CLIENT_MESSAGES),
    targets,
  },
];
