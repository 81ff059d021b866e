import assert from 'node:assert/strict';
import {
  PRIORITIES,
  isPriority,
  showValue,
  type LaneScheduler,
  type Priority,
  type SchedulingEvent,
} from '@tradewind/core-types';
import type { ConformanceRule } from '../rule.ts';
import { withAmbient } from '../samples/ambient.ts';
import { repeatableRandom } from '../samples/random.ts';
import { lend } from '../samples/reuse.ts';
import { stateRules } from '../state-rules.ts';
import { settledWithin } from '../waiting.ts';
import { callsOf, event, serve } from './playing.ts';
import { SampleLanes, type SampleMessage } from './sample-lanes.ts';
import type { LaneSchedulerSubject } from './subject.ts';

type Rule = ConformanceRule<LaneSchedulerSubject>;

const NOW_MS = 1_704_067_200_000;
const DISPOSE_WITHIN_MS = 5_000;
const STATES = 2_000;

const SCHEDULER_RULES: readonly Rule[] = [
  {
    id: 'has-its-members',
    title:
      'It has a name that does not change, pick, and observe, state and asyncDispose where it has them, of the right kinds.',
    async check({ create, stateful }) {
      const scheduler = await create();
      const { name, state } = scheduler;
      assert.ok(typeof name === 'string' && name !== '', `a name, received ${showValue(name)}`);
      assert.equal((await create()).name, name, 'the same name each time');
      assert.equal(typeof scheduler.pick, 'function', 'the kind of pick');
      for (const member of [scheduler.observe, scheduler[Symbol.asyncDispose]])
        assert.ok(member === undefined || typeof member === 'function');
      assert.ok(
        state === undefined || (typeof state.snapshot === 'function' && typeof state.restore === 'function'),
        'a state',
      );
      if (stateful !== undefined) assert.equal(state !== undefined, stateful, 'whether it has a state');
    },
  },
  {
    id: 'picks-a-runnable-lane',
    title: 'Whatever waits, it picks a lane with something runnable.',
    async check({ create }) {
      const scheduler = await create();
      for (const lanes of lanesOf(repeatableRandom(7))) assertRunnable(scheduler.pick(lanes, NOW_MS), lanes);
      serve({ ...callsOf(scheduler), pick: (lanes, nowMs) => assertRunnable(scheduler.pick(lanes, nowMs), lanes) });
    },
  },
  {
    id: 'picks-the-only-lane',
    title: 'Where a single lane is runnable it picks that one, as often as it is asked, whatever it has seen before.',
    async check({ create }) {
      const scheduler = await create();
      serve(callsOf(scheduler));
      for (const lane of PRIORITIES) {
        const lanes = new SampleLanes(PRIORITIES.map((each) => (each === lane ? [message(0), message(1)] : [])));
        for (let i = 0; i < 20; i += 1) assert.equal(scheduler.pick(lanes, NOW_MS + i), lane, 'the only runnable lane');
      }
    },
  },
  {
    id: 'passes-over-parked-messages',
    title: 'A lane whose messages are all parked behind busy keys is not picked, however deep it is.',
    async check({ create }) {
      const scheduler = await create();
      for (const blocked of PRIORITIES) {
        const parked = PRIORITIES.map((lane) => (lane === blocked ? 10_000 : 0));
        const lanes = new SampleLanes(
          PRIORITIES.map((lane) => (lane === blocked ? [] : [message(lane)])),
          parked,
        );
        for (let i = 0; i < 20; i += 1) assertRunnable(scheduler.pick(lanes, NOW_MS + i), lanes);
      }
    },
  },
  {
    id: 'survives-empty-lanes',
    title: 'Asked while nothing is runnable it does not throw, and goes on afterwards.',
    async check({ create }) {
      const scheduler = await create();
      for (const parked of [
        [0, 0, 0, 0],
        [5, 5, 5, 5],
      ])
        scheduler.pick(new SampleLanes([[], [], [], []], parked), NOW_MS);
      serve({ ...callsOf(scheduler), pick: (lanes, nowMs) => assertRunnable(scheduler.pick(lanes, nowMs), lanes) });
    },
  },
  {
    id: 'asks-within-bounds',
    title: 'It asks only for lanes 0 to 3, and for the k-th runnable message only where there is one.',
    async check({ create }) {
      const scheduler = await create();
      // The sample lanes throw when they are asked for something else.
      for (const lanes of lanesOf(repeatableRandom(11))) scheduler.pick(lanes, NOW_MS);
      serve(callsOf(scheduler));
    },
  },
  {
    id: 'keeps-nothing',
    title: 'It keeps neither lanes nor events, which are valid during the call only, and writes to none of them.',
    async check({ create }) {
      const scheduler = await create();
      serve({
        pick(lanes, nowMs) {
          const loan = lend<SampleLanes>(lanes);
          const pick = scheduler.pick(loan.lent, nowMs);
          loan.takeBack();
          return pick;
        },
        observe(given) {
          const loan = lend(given);
          scheduler.observe?.(loan.lent);
          loan.takeBack();
        },
      });
    },
  },
  {
    id: 'works-on-reused-events',
    title: 'It picks the same whether it gets a new event each time or the same one filled anew.',
    async check({ create }) {
      const reused = event('arrival', 0, { ...message(0), ticket: 0 }, NOW_MS);
      const scheduler = await create();
      const picks = serve({
        ...callsOf(scheduler),
        observe: (given) => scheduler.observe?.(Object.assign(reused, given)),
      });
      assert.deepEqual(picks, serve(callsOf(await create())), 'picks on reused and on new events');
    },
  },
  {
    id: 'picks-repeatably',
    title:
      'Two schedulers of one configuration pick alike: time and chance come in as arguments, not from the surroundings.',
    async check({ create }) {
      const [first, second] = [await create(), await create()];
      const picks = withAmbient(1, () => serve(callsOf(first)));
      assert.deepEqual(
        withAmbient(2, () => serve(callsOf(second))),
        picks,
      );
    },
  },
  {
    id: 'shares-nothing',
    title: 'What one scheduler has seen, another one of the same configuration does not know.',
    async check({ create }) {
      const expected = serve(callsOf(await create()), 'second');
      const [taught, untouched] = [await create(), await create()];
      serve(callsOf(taught));
      assert.deepEqual(
        serve(callsOf(untouched), 'second'),
        expected,
        'picks of a scheduler beside one that was taught',
      );
    },
  },
  {
    id: 'survives-odd-events',
    title:
      'It never throws on an event, and still picks runnable lanes after odd ones: of tickets that it has not seen, of no length, at the same time.',
    async check({ create }) {
      const scheduler = await create();
      for (const odd of oddEvents()) assert.equal(scheduler.observe?.(odd), undefined, 'observe returns nothing');
      for (const lanes of lanesOf(repeatableRandom(13))) assertRunnable(scheduler.pick(lanes, NOW_MS), lanes);
    },
  },
  {
    id: 'ends',
    title: 'asyncDispose, where it has one, resolves.',
    async check({ create }) {
      const scheduler = await create();
      serve(callsOf(scheduler));
      const disposing = scheduler[Symbol.asyncDispose]?.();
      if (disposing !== undefined) await settledWithin('asyncDispose', disposing, DISPOSE_WITHIN_MS);
    },
  },
];

/** What every lane scheduler keeps. */
export const LANE_SCHEDULER_RULES: readonly ConformanceRule<LaneSchedulerSubject>[] = [
  ...SCHEDULER_RULES,
  ...stateRules<LaneSchedulerSubject>(async ({ create }) => {
    const scheduler: LaneScheduler = await create();
    return { state: scheduler.state, run: (half) => serve(callsOf(scheduler), half) };
  }),
];

function assertRunnable(pick: Priority, lanes: SampleLanes): Priority {
  assert.ok(isPriority(pick), `a lane 0 to 3, received ${showValue(pick)}`);
  assert.ok(lanes.runnable(pick) > 0, `a runnable lane, one of ${lanes.choices.join(', ')}, received ${pick}`);
  return pick;
}

function message(topicId: number): SampleMessage {
  return { topicId, arrivedAtMs: NOW_MS - 1, deadlineMs: Infinity };
}

/** Lanes of all kinds, at least one of them runnable. */
function* lanesOf(random: () => number): Generator<SampleLanes> {
  for (let i = 0; i < STATES; i += 1) {
    const runnable = PRIORITIES.map(() =>
      Array.from({ length: random() < 0.4 ? 0 : Math.floor(random() * 5) }, () => ({
        topicId: Math.floor(random() * 4),
        arrivedAtMs: NOW_MS - random() * 1_000,
        deadlineMs: random() < 0.5 ? Infinity : NOW_MS + (random() - 0.5) * 100,
      })),
    );
    const lanes = new SampleLanes(
      runnable,
      PRIORITIES.map(() => Math.floor(random() * 3)),
    );
    if (lanes.choices.length > 0) yield lanes;
  }
}

function oddEvents(): readonly SchedulingEvent[] {
  const waiting = { ...message(0), ticket: 1 };
  const kinds = ['end', 'start', 'drop', 'superseded', 'expired', 'arrival', 'arrival', 'end', 'end'] as const;
  return PRIORITIES.flatMap((lane) => [
    ...kinds.map((kind) => event(kind, lane, waiting, NOW_MS)),
    {
      ...event('end', lane, { ...waiting, ticket: Number.MAX_SAFE_INTEGER }, NOW_MS),
      waitedMs: 0,
      servedMs: 0,
      ok: true,
    },
    {
      ...event('end', lane, waiting, NOW_MS),
      waitedMs: 1e12,
      servedMs: 1e12,
      topicId: Number.MAX_SAFE_INTEGER,
      topic: '__proto__',
    },
    event('arrival', lane, { ...waiting, ticket: 0, topicId: 0, deadlineMs: 0 }, 0),
  ]);
}
