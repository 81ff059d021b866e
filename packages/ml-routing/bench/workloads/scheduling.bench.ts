import type { LanesView, Priority, SchedulingEvent } from '@tradewind/core-types';
import { measureCpu } from '../../../../tooling/bench/measure.ts';
import type { Contender, Workload } from '../../../../tooling/bench/workload.ts';
import { learned } from '../../eval/scheduling/contenders.ts';
import { SCENARIOS, makeTrace, type Scenario } from '../../eval/scheduling/scenarios.ts';
import { simulate } from '../../eval/scheduling/simulation.ts';
import { QLearningRouter } from '../../src/index.ts';
import { firstRunnable } from '../../src/scheduling/lane-index.ts';
import { countCollections } from '../fixtures/collections.ts';
import { NOW_MS, StillLanes, TOPICS } from '../fixtures/still-lanes.ts';

const PICKS = 2_000_000;
/** About what arrives while the first windows are replayed without a rest. */
const EAGER_MESSAGES = 20_000;
const MESSAGES = 300_000;
/** What a decision may cost, in nanoseconds. */
const MOST_NS = 1_000;

/** One that has something to do at each pick: trained on a load on which strict priority is not the best. */
function trainedRouter(): QLearningRouter {
  const scenario = SCENARIOS.find(({ name }) => name === 'mislabelled') as Scenario;
  const trace = makeTrace(scenario, 2, 14_000);
  const { router, ...contender } = learned(trace);
  simulate(trace, contender);
  if (!router.adopted().some(({ policy }) => policy.startsWith('index'))) {
    throw new Error('Expected that an index was adopted; the decision would not be measured.');
  }
  return router;
}

function picks(depth: number, pick: (lanes: LanesView) => Priority): Contender {
  return async (scale) => {
    const lanes = new StillLanes(depth);
    let sum = 0;
    const run = (count: number): void => {
      for (let i = 0; i < count; i += 1) sum += pick(lanes);
    };
    const metrics = await measureCpu(scale.count(PICKS), run);
    const collections = await countCollections(() => run(scale.count(PICKS)));
    if (!Number.isFinite(sum)) throw new Error('Expected lanes, came something else.');
    return { ...metrics, collections };
  };
}

function pickWorkload(depth: number): Workload {
  return {
    name: `scheduling-pick-${depth}`,
    title: `Next lane, three lanes of ${depth.toLocaleString('en')}`,
    work:
      'One pick of a router that has adopted an index, deadlines on some of the messages, the calls of the lanes included; beside it strict priority over the same lanes. ' +
      'Collections are those during all picks of a run.',
    contenders: {
      'q-learning': (scale) => {
        const router = trainedRouter();
        return picks(depth, (lanes) => router.pick(lanes, NOW_MS))(scale);
      },
      strict: picks(depth, firstRunnable),
    },
    targets: [{ metric: 'cpuNsPerOperation', of: 'q-learning', atMost: MOST_NS, unit: 'ns' }],
  };
}

/** Each message arrives, is picked, starts and ends; eight wait in each lane. */
function lives(router: QLearningRouter): (count: number) => void {
  const lanes = new StillLanes(8);
  const names = Array.from({ length: TOPICS + 1 }, (_, at) => `bench.${at}`);
  const event: { -readonly [Key in keyof SchedulingEvent]: SchedulingEvent[Key] } = {
    kind: 'arrival',
    lane: 2,
    ticket: 0,
    topicId: 1,
    topic: '',
    declaredPriority: 2,
    deadlineMs: Infinity,
    atMs: NOW_MS,
    waitedMs: 0,
    servedMs: 0,
    ok: true,
  };
  return (count) => {
    for (let i = 0; i < count; i += 1) {
      event.ticket += 1;
      event.topicId = 1 + (event.ticket % TOPICS);
      event.topic = names[event.topicId] as string;
      event.lane = (event.ticket & 3) as Priority;
      event.declaredPriority = event.lane;
      event.atMs = NOW_MS + event.ticket;
      event.kind = 'arrival';
      event.servedMs = 0;
      router.observe(event);
      router.pick(lanes, event.atMs);
      event.kind = 'start';
      router.observe(event);
      event.kind = 'end';
      event.servedMs = 0.5 + (i % 7) / 10;
      router.observe(event);
    }
  };
}

const eager: Contender = (scale) =>
  measureCpu(scale.count(EAGER_MESSAGES), (count) => lives(new QLearningRouter())(count));

const overall: Contender = (scale) => measureCpu(scale.count(MESSAGES), (count) => lives(new QLearningRouter())(count));

export const workloads: readonly Workload[] = [
  ...[1, 8, 1_000].map(pickWorkload),
  {
    name: 'scheduling-message',
    title: 'A message from arrival to end',
    work: `Its pick and its three events, replays of the traffic included: over the first ${EAGER_MESSAGES.toLocaleString('en')} messages, while windows are replayed eagerly, and over ${MESSAGES.toLocaleString('en')}.`,
    contenders: { 'while it learns eagerly': eager, overall },
    targets: [],
  },
];
