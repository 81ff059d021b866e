import type { Experiment, Metrics, Run } from '../experiments/experiment.ts';
import { childFlags, moduleBeside } from '../running/child-process.ts';
import { runModule } from '../running/run-child.ts';
import type { WorkerCourse } from './worker-course.ts';

const CHILD = moduleBeside(import.meta.url, './worker-child');
const LONGEST_MS = 180_000;
const MOST = 50;
/** A tenth of a second of each worker's time, ten times a second: a hundred messages a second for each. */
const PER_WORKER = 1000;
const QUICK_PER_WORKER = 100;

function course(name: string, full: WorkerCourse, quick: WorkerCourse): Run {
  return (scale) => {
    const task = scale.isQuick ? quick : full;
    return runModule<Metrics>({ module: CHILD, task, name, flags: childFlags() }, { longestMs: LONGEST_MS });
  };
}

/** Of the curve. */
const COUNTS = [1, 2, 4, 8, 16, 32, MOST];
const nameOf = (count: number): string => `${count} ${count === 1 ? 'worker' : 'workers'}`;

function fixed(count: number): Run {
  const workers = { min: count, max: count };
  return course(
    nameOf(count),
    { workers, messages: PER_WORKER * count, restMs: 0 },
    { workers, messages: QUICK_PER_WORKER * count, restMs: 0 },
  );
}

/** More workers do more. */
export const workerScaling: Experiment = {
  name: 'worker-scaling',
  title: 'Workers from 1 to 50',
  work: `A backlog of ${PER_WORKER} messages for each worker, whose handlers wait 10 ms each, worked off by 1 to 50 workers; \`from 1 to 50\` begins with one and adds more by itself, for as much work as 50 have.`,
  metrics: ['messagesPerSecond', 'peakWorkers'],
  contenders: {
    ...Object.fromEntries(COUNTS.map((count) => [nameOf(count), fixed(count)])),
    'from 1 to 50': course(
      'scaled workers',
      { workers: { min: 1, max: MOST }, messages: PER_WORKER * MOST, restMs: 0 },
      { workers: { min: 1, max: MOST }, messages: QUICK_PER_WORKER * MOST, restMs: 0 },
    ),
  },
  targets: [
    { metric: 'messagesPerSecond', of: '50 workers', against: '1 worker', atLeast: 45, unit: '' },
    { metric: 'messagesPerSecond', of: '8 workers', against: '1 worker', atLeast: 7.2, unit: '' },
    { metric: 'peakWorkers', of: 'from 1 to 50', atLeast: MOST, unit: 'workers' },
    { metric: 'messagesPerSecond', of: 'from 1 to 50', against: '50 workers', atLeast: 0.9, unit: '' },
  ],
  pictures: [
    {
      kind: 'scaling',
      metric: 'messagesPerSecond',
      over: 'workers',
      places: Object.fromEntries(COUNTS.map((count) => [nameOf(count), count])),
    },
  ],
};

const BURST = 25_000;
const QUICK_BURST = 2500;
const REST_MS = 55_000;
const QUICK_REST_MS = 6000;

function withRest(min: number): Run {
  const workers = { min, max: MOST };
  return course(
    `workers from ${min}`,
    { workers, messages: BURST, restMs: REST_MS },
    { workers, messages: QUICK_BURST, restMs: QUICK_REST_MS },
  );
}

/** Nothing to do, nothing to pay. */
export const idleWorkers: Experiment = {
  name: 'idle-workers',
  title: 'Idle workers',
  work: 'About a minute: five seconds of work for 50 workers, and then a rest. Workers on average over that time, and CPU time of the process in the rest. A worker that is idle holds no thread, so that what is saved is bound, not memory.',
  metrics: ['averageWorkers', 'peakWorkers', 'workersAtEnd', 'restCpuMsPerSecond'],
  contenders: { 'from 1 to 50': withRest(1), 'fixed at 50': withRest(MOST) },
  targets: [
    { metric: 'averageWorkers', of: 'from 1 to 50', against: 'fixed at 50', atMost: 0.5, unit: '' },
    { metric: 'workersAtEnd', of: 'from 1 to 50', atMost: 1, unit: 'workers' },
    { metric: 'restCpuMsPerSecond', of: 'from 1 to 50', atMost: 10, unit: 'ms/s' },
  ],
  pictures: [{ kind: 'bars', metric: 'averageWorkers' }],
};
