import { setTimeout as sleep } from 'node:timers/promises';
import type { LanesView, Priority, SchedulingEvent } from '@tradewind/core-types';
import { learned } from '../eval/scheduling/contenders.ts';
import { SCENARIOS, makeTrace, type Scenario } from '../eval/scheduling/scenarios.ts';
import { simulate } from '../eval/scheduling/simulation.ts';
import { QLearningRouter } from '../src/index.ts';
import { countCollections, cpuNs, median, quick } from './measuring.ts';

const PICKS = quick ? 200_000 : 1_000_000;
const MESSAGES = quick ? 60_000 : 300_000;
/** What a decision may cost. */
const TARGET_NS = 1_000;
const NOW_MS = 1_704_067_200_000;

/**
 * A router that has adopted a policy with an index is asked about four lanes of several depths, with deadlines on some messages; then it is told of
 * messages from arrival to end, once while it rests and once while it replays windows as eagerly as in its first minutes. Garbage collections are
 * counted while picks are made.
 */
export async function benchScheduling(): Promise<void> {
  const router = trainedRouter();
  console.log(
    `policies in force: ${router
      .adopted()
      .map(({ policy }) => policy)
      .join(', ')}`,
  );
  const collections = countCollections();
  for (const depth of [1, 8, 1_000]) {
    const lanes = new StillLanes(depth);
    const empty = median(() => cpuNs(PICKS, () => emptyPick(lanes)));
    const own = median(() => cpuNs(PICKS, () => router.pick(lanes, NOW_MS))) - empty;
    console.log(
      `pick, 4 lanes of ${depth}: ${own.toFixed(0)} ns (at most ${TARGET_NS}${own <= TARGET_NS ? '' : ', MISSED'})`,
    );
  }
  await sleep(20);
  console.log(`collections while picking: ${collections()}`);
  const eager = median(() => messageNs(new QLearningRouter(), EAGER_MESSAGES));
  console.log(
    `a message's pick and three events, replaying eagerly (the first ${EAGER_MESSAGES}): ${eager.toFixed(0)} ns`,
  );
  const resting = median(() => messageNs(new QLearningRouter(), MESSAGES));
  console.log(`the same over ${MESSAGES} messages: ${resting.toFixed(0)} ns`);
}

/** While the first 96 windows are replayed. */
const EAGER_MESSAGES = 20_000;

/** One that has something to do at each pick: a load on which strict priority is not the best. */
function trainedRouter(): QLearningRouter {
  const scenario = SCENARIOS.find(({ name }) => name === 'mislabelled') as Scenario;
  const trace = makeTrace(scenario, 104, 14_000);
  const { router, ...contender } = learned(trace);
  simulate(trace, contender);
  if (!router.adopted().some(({ policy }) => policy.startsWith('index'))) {
    throw new Error('Expected that an index was adopted; the decision would not be measured.');
  }
  return router;
}

/** Lanes that do not move: a pick costs the same each time. */
class StillLanes implements LanesView {
  readonly #depth: number;

  constructor(depth: number) {
    this.#depth = depth;
  }

  depth(_lane: Priority): number {
    return this.#depth;
  }

  runnable(_lane: Priority): number {
    return this.#depth;
  }

  topicId(lane: Priority, k: number): number {
    return 1 + ((lane * 3 + k) % 12);
  }

  arrivedAtMs(_lane: Priority, k: number): number {
    return NOW_MS - 1 + k / 1_000;
  }

  deadlineMs(lane: Priority, k: number): number {
    return lane === 0 || k % 3 === 0 ? NOW_MS + 5_000 + k : Infinity;
  }
}

/** What the loop and the view cost without any decision. */
function emptyPick(lanes: LanesView): number {
  return lanes.runnable(0);
}

/** Each message arrives, is picked, starts and ends; eight wait in each lane. */
function messageNs(router: QLearningRouter, messages: number): number {
  const lanes = new StillLanes(8);
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
  const names = Array.from({ length: 13 }, (_, at) => `bench.${at}`);
  let i = 0;
  return cpuNs(messages, () => {
    i += 1;
    event.ticket = i;
    event.topicId = 1 + (i % 12);
    event.topic = names[event.topicId] as string;
    event.lane = (i & 3) as Priority;
    event.declaredPriority = event.lane;
    event.atMs = NOW_MS + i;
    event.kind = 'arrival';
    event.servedMs = 0;
    router.observe(event);
    const lane = router.pick(lanes, NOW_MS + i);
    event.kind = 'start';
    router.observe(event);
    event.kind = 'end';
    event.servedMs = 0.5 + (i % 7) / 10;
    router.observe(event);
    return lane;
  });
}
