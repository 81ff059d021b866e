import { BufferedMessageBusClient } from '@tradewind/core';
import { ManualClock } from '@tradewind/core/testing';
import { Priority, type LanesView, type SchedulingEvent } from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import { learned, strict } from '../../eval/scheduling/contenders.ts';
import { evaluate } from '../../eval/scheduling/evaluate.ts';
import { SCENARIOS, makeTrace, type Scenario } from '../../eval/scheduling/scenarios.ts';
import { simulate } from '../../eval/scheduling/simulation.ts';
import { playOnBus } from '../../eval/scheduling/on-the-bus.ts';
import { QLearningRouter } from '../../src/index.ts';

const NOW_MS = 1_704_067_200_000;

function scenario(name: string): Scenario {
  const found = SCENARIOS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`expected a scenario, got ${name}`);
  return found;
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Two lanes with one message each. */
const HIGH_AND_LOW: LanesView = {
  depth: (lane) => (lane % 2 === 1 ? 1 : 0),
  runnable: (lane) => (lane % 2 === 1 ? 1 : 0),
  topicId: (lane) => lane,
  arrivedAtMs: () => NOW_MS,
  deadlineMs: () => Infinity,
};

describe('learning', () => {
  test('it starts as strict priority, and says so', () => {
    const router = new QLearningRouter();
    expect(router.pick(HIGH_AND_LOW, NOW_MS)).toBe(Priority.HIGH);
    expect(router.adopted().map(({ policy }) => policy)).toEqual(['strict', 'strict', 'strict']);
    expect(router.explain()[0]).toMatchObject({ lane: 'HIGH', cause: 'strict', policy: 'strict' });
  });

  test('on a held-out load it costs much less than strict priority, and about as much as the oracle', () => {
    const { ratio, adoptedAt, extraCriticalMisses } = evaluate(scenario('mislabelled'), 104, 13_000);
    expect(ratio.learned).toBeLessThan(1.15);
    expect(ratio.learned).toBeLessThan(0.95 * ratio.strict);
    expect(adoptedAt).toBeLessThan(10_000);
    expect(extraCriticalMisses).toBeLessThanOrEqual(0.001);
  });

  test('the same load gives the same decisions, down to the last bit', () => {
    const trace = makeTrace(scenario('desk'), 7, 11_000);
    const [once, again] = [learned(trace), learned(trace)];
    expect(simulate(trace, once).cost).toEqual(simulate(trace, again).cost);
    expect(once.router.state.snapshot()).toEqual(again.router.state.snapshot());
  });

  test('where all topics are alike nothing but strict priority is adopted: there is nothing to gain', () => {
    const trace = makeTrace(scenario('poisson'), 3, 8_000);
    const alike = {
      ...trace,
      topics: trace.topics.map((topic, at) => ({ ...topic, perMs: [64, 16, 4, 1][topic.declared] ?? at })),
    };
    const served = alike.servedMs.map(() => 1);
    const subject = learned({ ...alike, servedMs: served });
    simulate({ ...alike, servedMs: served }, subject);
    for (const { policy, windows } of subject.router.adopted()) {
      expect(policy).toBe('strict');
      expect(windows).toBeGreaterThan(5);
    }
  });

  test('poisoned service times and deadlines are survived: it goes on learning, and costs less than strict priority', () => {
    const trace = makeTrace(scenario('poisson-heavy'), 4, 14_000);
    const subject = learned(trace);
    const poison = [Number.NaN, Infinity, -5, 1e12];
    let events = 0;
    const result = simulate(trace, {
      ...subject,
      scheduler: {
        name: 'poisoned',
        pick: (lanes, nowMs) => subject.router.pick(lanes, nowMs),
        observe(event: SchedulingEvent): void {
          events += 1;
          const odd = events % 50 === 0;
          const servedMs = odd ? (poison[events % 4] ?? 0) : event.servedMs;
          subject.router.observe({ ...event, servedMs, deadlineMs: odd ? Number.NaN : event.deadlineMs });
        },
      },
    });
    expect(total(result.cost)).toBeLessThan(total(simulate(trace, strict()).cost));
    expect(JSON.stringify(subject.router.state.snapshot())).not.toContain('null');
  });
});

describe('safety', () => {
  test('the kill switch: strict priority and no corrections from the next pick on, and back', () => {
    const trace = makeTrace(scenario('mislabelled'), 104, 12_000);
    const { router, ...contender } = learned(trace);
    simulate(trace, contender);
    expect(router.corrected().length).toBeGreaterThan(0);
    router.disable('rehearsal');
    expect(router.health()).toMatchObject({ status: 'degraded', reason: 'rehearsal' });
    expect(router.corrected()).toEqual([]);
    expect(router.pick(HIGH_AND_LOW, NOW_MS)).toBe(Priority.HIGH);
    expect(router.explain(1)[0]).toMatchObject({ cause: 'disabled' });
    router.enable();
    expect(router.health().status).toBe('up');
    expect(router.corrected().length).toBeGreaterThan(0);
  });

  test('a disabled router serves exactly as strict priority does', () => {
    const trace = makeTrace(scenario('desk'), 5, 6_000);
    const { router, ...contender } = learned(trace);
    router.disable();
    expect(simulate(trace, contender).cost).toEqual(simulate(trace, strict()).cost);
  });

  test('no topic is moved into CRITICAL or out of it', () => {
    const trace = makeTrace(scenario('mislabelled'), 102, 12_000);
    const { router, ...contender } = learned(trace);
    simulate(trace, contender);
    for (const { declared, lane } of router.corrected()) {
      expect(declared).not.toBe('CRITICAL');
      expect(lane).not.toBe('CRITICAL');
    }
  });

  test('a message that waited far too long goes before dearer ones, but never before CRITICAL', () => {
    const router = new QLearningRouter();
    const lanes = (others: readonly number[]): LanesView => ({
      depth: () => 1,
      runnable: (lane) => (lane === 3 || others.includes(lane) ? 1 : 0),
      topicId: () => 0,
      arrivedAtMs: (lane) => (lane === 3 ? NOW_MS - 1e7 : NOW_MS),
      deadlineMs: () => Infinity,
    });
    expect(router.pick(lanes([1]), NOW_MS)).toBe(Priority.LOW);
    expect(router.explain(1)[0]).toMatchObject({ cause: 'aged', text: 'LOW: its oldest message waited too long' });
    expect(router.pick(lanes([0, 1]), NOW_MS)).toBe(Priority.CRITICAL);
  });

  test('whatever was learned, CRITICAL is served first whenever it has something', () => {
    const trace = makeTrace(scenario('desk'), 2, 12_000);
    const { router, ...contender } = learned(trace);
    let choices = 0;
    simulate(trace, {
      ...contender,
      scheduler: {
        name: 'watched',
        pick(lanes, nowMs): Priority {
          const lane = router.pick(lanes, nowMs);
          if (lanes.runnable(0) > 0) {
            choices += 1;
            expect(lane).toBe(Priority.CRITICAL);
          }
          return lane;
        },
        observe: (event) => router.observe(event),
      },
    });
    expect(choices).toBeGreaterThan(100);
    expect(router.adopted().some(({ policy }) => policy !== 'strict')).toBe(true);
  });
});

describe('explanations and figures', () => {
  test('every decision of the index says what each lane was worth', () => {
    const trace = makeTrace(scenario('poisson-heavy'), 104, 12_000);
    const { router, ...contender } = learned(trace);
    simulate(trace, contender);
    const decisions = router.explain(256);
    expect(decisions).toHaveLength(256);
    const byIndex = decisions.filter(({ cause }) => cause === 'index');
    expect(byIndex.length).toBeGreaterThan(0);
    for (const { lane, index, text } of byIndex) {
      expect(index[lane]).toBe(Math.max(...Object.values(index)));
      expect(text).toContain(`${lane}: the highest cost saved per time`);
    }
  });

  test('metrics count every pick once, by what decided it', () => {
    const router = new QLearningRouter();
    for (let i = 0; i < 10; i += 1) router.pick(HIGH_AND_LOW, NOW_MS);
    router.disable();
    router.pick(HIGH_AND_LOW, NOW_MS);
    const picks = new Map<string, number>();
    const values = new Map<string, number>();
    router.collect({
      describe: () => undefined,
      counter: (name, value, labels) =>
        name === 'tradewind_ml_scheduling_picks_total'
          ? picks.set(labels?.['cause'] ?? '', value)
          : values.set(name, value),
      gauge: (name, value) => values.set(name, value),
      histogram: () => undefined,
    });
    expect(picks.get('strict')).toBe(10);
    expect(picks.get('disabled')).toBe(1);
    expect(values.get('tradewind_ml_scheduling_enabled')).toBe(0);
  });
});

describe('state', () => {
  test('a later process goes on with what was learned: topics by name, whatever their ids are there', () => {
    const trace = makeTrace(scenario('poisson-heavy'), 104, 12_000);
    const { router, ...contender } = learned(trace);
    simulate(trace, contender);
    const heir = new QLearningRouter();
    heir.state.restore(JSON.parse(JSON.stringify(router.state.snapshot())));
    expect(heir.adopted()).toEqual(router.adopted());
    expect(heir.state.snapshot()).toEqual(router.state.snapshot());
  });

  test('a state with figures that cannot be is refused, whatever is wrong with it', () => {
    const router = new QLearningRouter();
    const good = JSON.stringify(router.state.snapshot());
    const faults = [
      ['"meanMs":[1', '"meanMs":[-1'],
      ['"declared":[0', '"declared":[7'],
      ['"adopted":[0', '"adopted":[99'],
      ['"names":[]', '"names":["a","a"]'],
      ['"counters":[0', '"counters":[null'],
    ] as const;
    for (const [from, to] of faults) {
      expect(good).toContain(from);
      expect(() => router.state.restore(JSON.parse(good.replace(from, to))), to).toThrow(/expected/);
      expect(JSON.stringify(router.state.snapshot())).toBe(good);
    }
  });

  test('the evidence about policies that are no more is dropped; what is known of topics stays', () => {
    const trace = makeTrace(scenario('poisson-heavy'), 104, 12_000);
    const { router, ...contender } = learned(trace);
    simulate(trace, contender);
    const older = JSON.stringify(router.state.snapshot()).replace('"index-corrected-late"', '"index-of-old"');
    const heir = new QLearningRouter();
    heir.state.restore(JSON.parse(older));
    expect(heir.adopted().map(({ policy }) => policy)).toEqual(['strict', 'strict', 'strict']);
    expect(heir.state.snapshot().data).toMatchObject({ names: expect.arrayContaining(['sim.fills']) });
  });
});

describe('options', () => {
  test('what is wrong is named, all at once', () => {
    expect(() => new QLearningRouter({ workers: 0, leastGain: -1 })).toThrow(
      /workers: expected an integer from 1 to 50, received 0; leastGain: expected a number from 0 to 1/,
    );
    expect(() => new QLearningRouter({ costs: [{ pattern: '', perMs: Number.NaN }] })).toThrow(/costs\[0\]\.pattern/);
    expect(() => new QLearningRouter({ priorityCosts: { HIGH: -1 } })).toThrow(/priorityCosts\.HIGH/);
  });
});

describe('on the bus', () => {
  test('a load costs what the simulator says, and much less with learned routing where priorities are wrong', async () => {
    const trace = makeTrace(scenario('mislabelled'), 104, 12_000);
    const strictly = await playOnBus(trace, strict(), 0);
    expect(strictly.settled).toBe(12_000);
    expect(strictly.cost / total(simulate(trace, strict()).cost)).toBeCloseTo(1, 3);
    const own = await playOnBus(trace, learned(trace), 6_000);
    expect(own.settled).toBe(12_000);
    const base = await playOnBus(trace, strict(), 6_000);
    expect(own.cost).toBeLessThan(0.6 * base.cost);
  });

  test('a client asks it, tells it of every message, and finds its plugin', async () => {
    const router = new QLearningRouter({ costs: [{ pattern: 'slow', perMs: 1 }] });
    const clock = new ManualClock();
    const client = new BufferedMessageBusClient({ scheduler: router, plugins: [router.corrections], clock });
    const handled: string[] = [];
    client.subscribe('*', (_, { topic }) => {
      handled.push(topic);
    });
    for (const [topic, priority] of [
      ['slow', Priority.LOW],
      ['quick', Priority.HIGH],
      ['slow', Priority.LOW],
      ['quick', Priority.HIGH],
    ] as const) {
      client.publish(topic, 1, { priority });
    }
    await client.close();
    expect(handled).toEqual(['quick', 'quick', 'slow', 'slow']);
    expect(router.explain().map(({ lane }) => lane)).toEqual(['HIGH', 'HIGH']);
    expect(router.state.snapshot().data).toMatchObject({ names: ['slow', 'quick'] });
  });
});
