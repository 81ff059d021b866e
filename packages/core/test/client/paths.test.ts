import { Priority, type Health, type OverflowPolicy } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BufferedMessageBusClient } from '../../src/client/buffered-message-bus-client.ts';
import type { BufferedMessageBusClientOptions } from '../../src/client/options.ts';
import { FaultyTransport } from '../../src/testing/faulty-transport.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { InMemoryBroker } from '../../src/transport/in-memory-broker.ts';
import { Scrape, expectConserved, ledgerOf } from './ledger.ts';

const RETRY = { maxAttempts: 2, initialDelayMs: 50, multiplier: 2, maxDelayMs: 400, jitter: 0 };

function market(options: BufferedMessageBusClientOptions = {}) {
  const clock = new ManualClock();
  const broker = new InMemoryBroker({ clock });
  const main = new FaultyTransport(broker.transport(), clock);
  const client = new BufferedMessageBusClient({ clock, retry: RETRY, paths: { main }, ...options });
  const reader = new BufferedMessageBusClient({ clock, paths: { main: broker.transport() } });
  const seen: unknown[] = [];
  reader.subscribe('*', (payload, { topic }) => {
    if (topic !== 'dead-letters') seen.push(payload);
  });
  return { clock, broker, main, client, reader, seen };
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

async function closed(client: BufferedMessageBusClient, clock: ManualClock, deadlineMs: number = 5_000) {
  const closing = client.close({ deadlineMs });
  await clock.advance(deadlineMs + 1);
  return closing;
}

describe('sending', () => {
  test('packs at most 500 messages of one lane, two batches on their way at a time, numbered without gaps', async () => {
    const { client, main, clock, seen } = market();
    await clock.settle();
    main.hold();
    for (const n of range(1, 2_250)) client.publish('t', n);
    client.publish('urgent', 0, { priority: Priority.CRITICAL });
    await clock.settle();
    expect(main.batches.map(({ priority, messages }) => [priority, messages.length])).toEqual([
      [Priority.CRITICAL, 1],
      [Priority.NORMAL, 500],
      [Priority.NORMAL, 500],
    ]);
    main.release();
    await clock.settle();
    const normal = main.batches.filter(({ priority }) => priority === Priority.NORMAL);
    expect(normal.map(({ batchSequence, messages }) => [batchSequence, messages.length])).toEqual([
      [1, 500],
      [2, 500],
      [3, 500],
      [4, 500],
      [5, 250],
    ]);
    expect(seen).toEqual([0, ...range(1, 2_250)]);
    expectConserved(client);
  });

  test('a batch that failed is offered again, with its number and its messages, before later ones, until it is stored', async () => {
    const { client, main, clock, seen } = market();
    const events: string[] = [];
    client.events.on('pathDown', ({ path }) => events.push(`${path} down`));
    client.events.on('pathUp', ({ path }) => events.push(`${path} up`));
    await clock.settle();
    main.failPublishes(3);
    for (const n of range(1, 250)) client.publish('t', n);
    await clock.settle();
    expect(seen).toEqual([]);
    expect(client.health().status).toBe('degraded');
    expect(new Scrape(client).sum('tradewind_path_up', { path: 'main' })).toBe(0);
    await clock.advance(2_000);
    expect(seen).toEqual(range(1, 250));
    expect(events).toEqual(['main down', 'main up']);
    expect(client.health().status).toBe('up');
    const first = main.batches.filter(({ batchSequence }) => batchSequence === 1);
    expect(first.length).toBeGreaterThan(1);
    expect(new Set(first.map(({ messages }) => messages)).size).toBe(1);
    expectConserved(client);
  });

  test('a path is down as soon as its transport says so of itself, before a batch has failed, and up as soon as it does not', async () => {
    const clock = new ManualClock();
    const transport = new InMemoryBroker({ clock }).transport();
    const health: { status: Health['status'] | 'unknown' } = { status: 'up' };
    const main = Object.assign(transport, {
      health: (): Health => {
        if (health.status === 'unknown') throw new Error('cannot tell');
        return { status: health.status, reason: '', sinceMs: 0 };
      },
    });
    const client = new BufferedMessageBusClient({ clock, paths: { main } });
    const isUp = () => new Scrape(client).sum('tradewind_path_up', { path: 'main' });
    await clock.settle();
    const seen: number[] = [];
    for (const status of ['up', 'down', 'degraded', 'unknown'] as const) {
      health.status = status;
      seen.push(isUp());
    }
    expect(seen).toEqual([1, 0, 1, 1]);
    health.status = 'up';
    await closed(client, clock);
  });

  test('a batch that was stored although its answer got lost is not delivered twice', async () => {
    const { client, main, clock, seen } = market();
    await clock.settle();
    main.failPublishes(2, { stored: true });
    for (const n of range(1, 150)) client.publish('t', n);
    await clock.advance(2_000);
    expect(seen).toEqual(range(1, 150));
  });

  test('what can never be stored becomes a dead letter with its cause, and the rest goes on', async () => {
    const { client, main, clock, seen } = market();
    await clock.settle();
    main.failPublishes(1, { code: 'TRANSPORT_DENIED', retryable: false });
    client.publish('denied', 1, { orderingKey: 'k', correlationId: 'c' });
    await clock.settle();
    client.publish('fine', 2);
    await clock.advance(500);
    expect(seen).toEqual([2]);
    const [letter] = await Array.fromAsync(client.deadLetters.list());
    expect(letter).toMatchObject({
      topic: 'denied',
      payload: 1,
      orderingKey: 'k',
      correlationId: 'c',
      cause: { code: 'TRANSPORT_DENIED' },
    });
    expect(letter?.subscriptionId).toBeUndefined();
    expect(ledgerOf(client).messages.deadLettered).toBe(1);
    expectConserved(client);
  });

  test('a path that is away fills its own lanes and nobody else’s', async () => {
    const clock = new ManualClock();
    const broker = new InMemoryBroker({ clock });
    const away = new FaultyTransport(broker.transport(), clock);
    const toAway = { path: 'away', reason: 'test' };
    const client = new BufferedMessageBusClient({
      clock,
      retry: RETRY,
      lanes: { NORMAL: { capacity: 10 } },
      paths: { main: broker.transport(), away },
      plugins: [{ name: 'router', route: ({ topic }) => (topic === 'a' ? toAway : undefined) }],
    });
    away.cut();
    const answers = range(1, 300).map(() => client.publish('a', 1));
    await clock.settle();
    expect(answers.filter(Boolean)).toHaveLength(10);
    expect(client.publish('m', 1)).toBe(true);
    await clock.settle();
    expect(new Scrape(client).sum('tradewind_messages_sent_total', { path: 'main' })).toBe(1);
    expect(
      client
        .parts()
        .find(({ name }) => name === 'away')
        ?.health().status,
    ).toBe('down');
    away.restore();
    await clock.advance(2_000);
    expect(new Scrape(client).sum('tradewind_messages_sent_total', { path: 'away' })).toBe(10);
    expectConserved(client);
  });

  test('an unknown path falls back to the default one', async () => {
    const { client, clock, seen } = market({
      plugins: [{ name: 'lost', route: () => ({ path: 'nowhere', reason: 'test' }) }],
    });
    client.publish('t', 1);
    await clock.settle();
    expect(seen).toEqual([1]);
    expect(new Scrape(client).sum('tradewind_plugin_unknown_paths_total')).toBe(1);
  });

  test('plugins see the load of a path, and outcomes carry path and latencies', async () => {
    const loads: { readonly waiting: number; readonly inFlight: number }[] = [];
    const outcomes: { readonly kind: string; readonly path: string | undefined; readonly handledMs: number }[] = [];
    const { client, main, clock } = market({
      plugins: [
        {
          name: 'watcher',
          route: (_message, context) => {
            const load = context.load('main');
            if (load !== undefined) loads.push({ waiting: load.waiting, inFlight: load.inFlight });
            return undefined;
          },
          observe: ({ kind, path, handledMs }) => void outcomes.push({ kind, path, handledMs }),
        },
      ],
    });
    await clock.settle();
    main.delayPublishes(7);
    client.publish('t', 1);
    client.publish('t', 2);
    await clock.settle();
    client.publish('t', 3);
    await clock.advance(20);
    expect(loads).toEqual([
      { waiting: 0, inFlight: 0 },
      { waiting: 1, inFlight: 0 },
      { waiting: 0, inFlight: 2 },
    ]);
    expect(outcomes).toEqual(Array.from({ length: 3 }, () => ({ kind: 'sent', path: 'main', handledMs: 7 })));
  });

  test('what expires before it is offered is not sent', async () => {
    const { client, clock, seen } = market();
    client.pause();
    client.publish('t', 1, { expiresAtMs: clock.now() + 5 });
    client.publish('t', 2);
    await clock.advance(10);
    client.resume();
    await clock.settle();
    expect(seen).toEqual([2]);
    expect(ledgerOf(client).messages.expired).toBe(1);
  });
});

describe('subscriptions over paths', () => {
  test('what is published after subscribe reaches the subscription, without waiting for ready()', async () => {
    const { client, clock } = market();
    const seen: unknown[] = [];
    client.subscribe('own', (payload) => seen.push(payload));
    client.publish('own', 1);
    await clock.settle();
    expect(seen).toEqual([1]);
  });

  test('ready() rejects with the error of a consumption that fails, and resolves when it is mended', async () => {
    const { client, main, clock } = market();
    main.failConsumes(1);
    const seen: unknown[] = [];
    client.subscribe('own', (payload) => seen.push(payload));
    await expect(client.ready()).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
    const ready = client.ready();
    await clock.advance(1_000);
    await ready;
    client.publish('own', 1);
    await clock.settle();
    expect(seen).toEqual([1]);
  });

  test('close gives back what was not handled, sends what was accepted, and closes the transport', async () => {
    const { client, main, clock, seen } = market();
    await clock.settle();
    main.delayPublishes(100);
    for (const n of range(1, 120)) client.publish('t', n);
    const report = await closed(client, clock);
    expect(report).toEqual({ queued: [0, 0, 0, 0], unsettled: 0 });
    expect(seen).toEqual(range(1, 120));
  });

  test('what a transport that stays away did not take is in the report, and counted as dropped', async () => {
    const { client, main, clock } = market();
    await clock.settle();
    main.cut();
    for (const n of range(1, 250)) client.publish('t', n);
    const report = await closed(client, clock, 1_000);
    expect(report.queued).toEqual([0, 0, 250, 0]);
    expect(ledgerOf(client).messages.dropped).toBe(250);
    expectConserved(client);
  });
});

test('over failing transports nothing is lost, repeated, reordered or uncounted', async () => {
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        publish: fc.nat(3),
        priority: fc.constantFrom(0, 2, 3) as fc.Arbitrary<Priority>,
        times: fc.constantFrom(1, 30, 150),
      }),
    },
    { weight: 2, arbitrary: fc.record({ fail: fc.integer({ min: 1, max: 3 }), stored: fc.boolean() }) },
    { weight: 3, arbitrary: fc.record({ advance: fc.constantFrom(0, 10, 60, 500) }) },
    { weight: 1, arbitrary: fc.constantFrom('cut' as const, 'restore' as const, 'hold' as const, 'release' as const) },
  );
  const overflow = fc.constantFrom<OverflowPolicy>('refuse', 'dropOldest');
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), overflow, async (steps, policy) => {
      const lane = { capacity: 120, overflow: policy };
      const { client, main, clock, reader } = market({ lanes: { CRITICAL: lane, NORMAL: lane, LOW: lane } });
      const last = new Map<string, number>();
      let received = 0;
      reader.subscribe('f.*', (_payload, { topic, priority, sequence }) => {
        received += 1;
        const key = `${topic}/${priority}`;
        expect(sequence).toBeGreaterThan(last.get(key) ?? 0);
        last.set(key, sequence);
      });
      // The reader's patterns are in force before the first message.
      await clock.settle();
      for (const action of steps) {
        if (action === 'cut') main.cut();
        else if (action === 'restore') main.restore();
        else if (action === 'hold') main.hold();
        else if (action === 'release') main.release();
        else if ('fail' in action) main.failPublishes(action.fail, { stored: action.stored });
        else if ('advance' in action) await clock.advance(action.advance);
        else
          for (let i = 0; i < action.times; i += 1)
            client.publish(`f.${action.publish}`, i, { priority: action.priority });
        expectConserved(client);
      }
      main.restore();
      main.release();
      await clock.advance(20_000);
      const { messages } = ledgerOf(client);
      expect(messages.queued).toBe(0);
      expect(received).toBe(messages.sent);
      expectConserved(client);
      expectConserved(reader);
    }),
    { numRuns: 60, seed: 1_700_000_020 },
  );
});
