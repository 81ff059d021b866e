import { BufferedMessageBusClient } from '@tradewind/core';
import { ManualClock } from '@tradewind/core/testing';
import type { SchedulingEvent } from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import { QLearningRouter } from '../../src/index.ts';

const START_MS = 1_704_067_200_000;

/** A generator of numbers from 0 to 1 that gives the same ones in each run. */
function uniform(): () => number {
  let state = 7;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
}

function event(over: Partial<SchedulingEvent>): SchedulingEvent {
  return {
    kind: 'arrival',
    lane: 2,
    ticket: 1,
    topicId: 1,
    topic: 'a.b',
    declaredPriority: 2,
    deadlineMs: Infinity,
    atMs: START_MS,
    waitedMs: 0,
    servedMs: 0,
    ok: true,
    ...over,
  };
}

interface Oddity {
  /** Added to the stamp of an arrival, by its ticket. */
  readonly skewMs?: (ticket: number) => number;
  readonly deadlineMs?: number;
  /** What takes the place of every tenth end. */
  readonly tenthEnd?: Partial<SchedulingEvent>;
}

/** One worker and one lane, so that there is nothing to decide: whatever a router believes to have saved is a fault of its account. */
function serveInOrder(messages: number, { skewMs = () => 0, deadlineMs = Infinity, tenthEnd }: Oddity) {
  const router = new QLearningRouter();
  const random = uniform();
  const waiting: number[] = [];
  let nowMs = START_MS;
  let nextMs = nowMs;
  let running = 0;
  let startedAtMs = 0;
  let untilMs = 0;
  for (let ticket = 0; ticket < messages;) {
    const head = running === 0 ? waiting.shift() : undefined;
    if (head !== undefined) {
      running = head;
      startedAtMs = nowMs;
      untilMs = nowMs + 0.2 + random() * 0.8;
      router.observe(event({ kind: 'start', ticket: head, atMs: nowMs }));
    }
    if (running !== 0 && untilMs <= nextMs) {
      nowMs = untilMs;
      const odd = running % 10 === 0 ? tenthEnd : {};
      router.observe(event({ kind: 'end', ticket: running, atMs: nowMs, servedMs: nowMs - startedAtMs, ...odd }));
      running = 0;
    } else {
      nowMs = nextMs;
      ticket += 1;
      router.observe(
        event({ ticket, atMs: nowMs + skewMs(ticket), deadlineMs: ticket % 10 === 0 ? deadlineMs : Infinity }),
      );
      waiting.push(ticket);
      nextMs = nowMs - Math.log(1 - random());
    }
  }
  return router;
}

function longestFifoMs(router: QLearningRouter): number {
  const { data } = router.state.snapshot();
  const [peakMs] = (data as { readonly fifo: readonly number[] }).fifo;
  return peakMs ?? Number.NaN;
}

describe('stamps of arrivals from another clock', () => {
  const plain = longestFifoMs(serveInOrder(20_000, {}));

  test.each([
    ['5 ms ahead', (ticket: number) => (ticket % 2) * 5],
    ['200 ms ahead', (ticket: number) => (ticket % 2) * 200],
    ['an hour ahead, once', (ticket: number) => (ticket === 5_000 ? 3.6e6 : 0)],
    ['a second behind', (ticket: number) => (ticket % 2) * -1_000],
    ['no number, now and then', (ticket: number) => (ticket % 100 === 0 ? Number.NaN : 0)],
    ['infinite, now and then', (ticket: number) => (ticket % 100 === 0 ? Infinity : 0)],
  ])('%s: nothing is believed to be saved or lost, and the longest wait stays what it is', (_name, skewMs) => {
    const router = serveInOrder(20_000, { skewMs });
    const { saved, blocks } = router.gain();
    expect(blocks).toBeGreaterThan(20);
    expect(Math.abs(saved)).toBeLessThan(1e-6);
    expect(router.health().status).toBe('up');
    expect(longestFifoMs(router)).toBeGreaterThan(0.9 * plain);
    expect(longestFifoMs(router)).toBeLessThan(1.1 * plain);
  });

  test('a deadline before all time is none', () => {
    const router = serveInOrder(20_000, { deadlineMs: -Infinity });
    expect(Math.abs(router.gain().saved)).toBeLessThan(1e-6);
    expect(JSON.stringify(router.state.snapshot())).not.toContain('null');
  });
});

describe('ends that say nothing', () => {
  test.each([
    ['an unknown time', { servedMs: Number.NaN }],
    ['a drop', { kind: 'drop', servedMs: 0 }],
  ] as const)('%s after a start does not let a message run for ever', (_name, tenthEnd) => {
    const { saved, blocks } = serveInOrder(20_000, { tenthEnd }).gain();
    expect(blocks).toBeGreaterThan(20);
    expect(Math.abs(saved)).toBeLessThan(0.15);
  });
});

describe('workers that nobody has counted', () => {
  test.each([2, 4, 12])(
    'on a client with %i of them that sleep, nothing is believed to be saved in one lane',
    async (workers) => {
      const clock = new ManualClock();
      const router = new QLearningRouter();
      const client = new BufferedMessageBusClient({
        clock,
        scheduler: router,
        workers: { min: workers, max: workers },
      });
      client.subscribe('data.q.*', () => new Promise<void>((resolve) => void clock.setTimer(() => resolve(), 20)));
      const random = uniform();
      for (let at = 0; at < 4_000; at += 1) {
        client.publish(`data.q.${at % 40}`, at, { orderingKey: String(at) });
        await clock.advance((-Math.log(1 - random()) * 30) / workers);
      }
      const { saved, blocks } = router.gain();
      expect(blocks).toBeGreaterThan(5);
      expect(Math.abs(saved)).toBeLessThan(0.02);
      expect(router.health().status).toBe('up');
      expect(router.state.snapshot().data).toMatchObject({ workers });
      await clock.advance(10_000);
      const closed = client.close();
      await clock.advance(10_000);
      await closed;
    },
  );

  test('what was counted goes into the state and back, and a count that cannot be is refused', () => {
    const router = new QLearningRouter();
    const { version, data } = router.state.snapshot();
    const counted = { version, data: { ...(data as object), workers: 4 } };
    router.state.restore(counted);
    expect(router.state.snapshot().data).toMatchObject({ workers: 4 });
    expect(() => router.state.restore({ version, data: { ...(data as object), workers: 51 } })).toThrow(
      /data\.workers: expected an integer from 1 to 50, received 51/,
    );
  });
});
