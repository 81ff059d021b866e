import type { LaneScheduler, Priority, SchedulingEvent } from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import { costRules, learned, strict } from '../../eval/scheduling/contenders.ts';
import { SCENARIOS, makeTrace, type Scenario } from '../../eval/scheduling/scenarios.ts';
import { simulate } from '../../eval/scheduling/simulation.ts';
import type { Trace } from '../../eval/scheduling/trace.ts';
import { StaticAccount } from '../../src/learning/static-account.ts';
import { Concurrency } from '../../src/scheduling/concurrency.ts';
import { CostBook } from '../../src/scheduling/cost-rule.ts';
import { firstRunnable } from '../../src/scheduling/lane-index.ts';
import { TopicBook } from '../../src/scheduling/topic-book.ts';

function scenario(name: string): Scenario {
  const found = SCENARIOS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`expected a scenario, got ${name}`);
  return found;
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** An account that follows a trace while a scheduler serves it. */
function follow(trace: Trace, pick: (account: StaticAccount) => LaneScheduler['pick']) {
  const book = new TopicBook(new CostBook(costRules(trace)), trace.topics.length);
  const account = new StaticAccount(book, new Concurrency(trace.workers));
  const result = simulate(trace, {
    scheduler: {
      name: 'followed',
      pick: pick(account),
      observe(event: SchedulingEvent): void {
        const row = book.arrive(event.topicId, event.topic, event.declaredPriority);
        if (event.kind === 'arrival') account.arrived(event, row, event.lane);
        else if (event.kind === 'end') {
          book.times.observe(row, event.servedMs);
          account.ended(event);
        } else account.left(event);
      },
    },
  });
  return { account, cost: total(result.cost) };
}

describe('the running account', () => {
  test.each(['deadlines', 'convex', 'bursts'])(
    'under strict priority both sides are the same, on the load %s',
    (name) => {
      const trace = makeTrace(scenario(name), 2, 4_000);
      const { account, cost } = follow(trace, () => firstRunnable);
      expect(account.own / cost).toBeCloseTo(1, 6);
      expect(account.strict / cost).toBeCloseTo(1, 6);
      expect(account.gain().saved).toBeCloseTo(0, 6);
    },
  );

  test('under another order it says what strict priority would have cost, though that never happened', () => {
    for (const name of ['poisson', 'bursts', 'mislabelled']) {
      const trace = makeTrace(scenario(name), 2, 8_000);
      const inReverse = follow(trace, () => (lanes) => {
        const least = [3, 2, 1, 0].find((lane) => lanes.runnable(lane as Priority) > 0) ?? 0;
        return least as Priority;
      });
      const strictly = total(simulate(trace, strict()).cost);
      expect(inReverse.account.own / inReverse.cost).toBeCloseTo(1, 6);
      expect(Math.abs(inReverse.account.strict / strictly - 1), name).toBeLessThan(0.1);
      const { saved, to } = inReverse.account.gain();
      expect(saved).toBeLessThan(-0.2);
      expect(to).toBeLessThan(0);
    }
  });

  test('a router that saves says so, with an interval above nothing', () => {
    const trace = makeTrace(scenario('mislabelled'), 2, 14_000);
    const { router, ...contender } = learned(trace);
    const cost = total(simulate(trace, contender).cost);
    const really = 1 - cost / total(simulate(trace, strict()).cost);
    const { saved, from, to, blocks } = router.gain();
    expect(from).toBeGreaterThan(0);
    expect(blocks).toBeGreaterThan(10);
    expect(really).toBeGreaterThan(from - 0.05);
    expect(really).toBeLessThan(to + 0.05);
    expect(saved).toBeGreaterThan(0.1);
    expect(router.health().status).toBe('up');
  });

  test('tickets that nobody announced, and more messages than it follows, change nothing for the worse', () => {
    const book = new TopicBook(new CostBook([]), 4);
    const account = new StaticAccount(book, new Concurrency(1));
    const event = (over: Partial<SchedulingEvent>): SchedulingEvent => ({
      kind: 'arrival',
      lane: 2,
      ticket: 1,
      topicId: 1,
      topic: 't',
      declaredPriority: 2,
      deadlineMs: Infinity,
      atMs: 1_000,
      waitedMs: 0,
      servedMs: 0,
      ok: true,
      ...over,
    });
    account.left(event({ kind: 'start', ticket: 77 }));
    account.ended(event({ kind: 'end', ticket: 77, servedMs: Number.NaN }));
    expect(account.room(2_000)).toBe(0);
    for (let ticket = 1; ticket <= 20_000; ticket += 1) account.arrived(event({ ticket, atMs: 1_000 + ticket }), 2, 2);
    expect(Number.isFinite(account.room(30_000))).toBe(true);
  });
});
