import {
  Priority,
  silentLogger,
  type LaneScheduler,
  type MetricsSink,
  type SchedulingEvent,
} from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import { BufferedMessageBusClient } from '../../src/client/buffered-message-bus-client.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { InMemoryBroker } from '../../src/transport/in-memory-broker.ts';
import { Scrape, expectConserved } from './ledger.ts';

const OBSERVED = ['kind', 'lane', 'ticket', 'topic', 'declaredPriority', 'waitedMs', 'servedMs', 'ok'] as const;
type Observed = Pick<SchedulingEvent, (typeof OBSERVED)[number]>;

class ObservingScheduler implements LaneScheduler {
  readonly name = 'observing';
  readonly events: Observed[] = [];
  isDisposed = false;

  pick(): Priority {
    return Priority.CRITICAL;
  }

  observe({ kind, lane, ticket, topic, declaredPriority, waitedMs, servedMs, ok }: SchedulingEvent): void {
    this.events.push({ kind, lane, ticket, topic, declaredPriority, waitedMs, servedMs, ok });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isDisposed = true;
  }
}

function makeClient(scheduler: LaneScheduler, clock: ManualClock = new ManualClock()) {
  const client = new BufferedMessageBusClient({
    clock,
    scheduler,
    lanes: { LOW: { capacity: 2, overflow: 'dropOldest' } },
  });
  return { client, clock };
}

describe('a scheduler that observes', () => {
  test('is told of arrival, start and end of each message once, with its times and its ticket', async () => {
    const scheduler = new ObservingScheduler();
    const { client, clock } = makeClient(scheduler);
    let end: () => void = () => undefined;
    client.subscribe('a', () => clock.elapse(3));
    client.subscribe('a', () => new Promise<void>((resolve) => (end = resolve)), { id: 'slow' });
    client.pause();
    client.publish('a', 1, { priority: Priority.HIGH });
    await clock.advance(7);
    client.resume();
    await clock.settle();
    expect(scheduler.events.map(({ kind }) => kind)).toEqual(['arrival', 'start']);
    await clock.advance(10);
    end();
    await clock.settle();
    expect(scheduler.events.map(({ kind }) => kind)).toEqual(['arrival', 'start', 'end']);
    expect(scheduler.events[0]).toMatchObject({
      lane: Priority.HIGH,
      topic: 'a',
      declaredPriority: Priority.HIGH,
      waitedMs: 0,
    });
    expect(scheduler.events[1]).toMatchObject({ waitedMs: 7, servedMs: 0 });
    expect(scheduler.events[2]).toMatchObject({ servedMs: 13, ok: true });
    expect(new Set(scheduler.events.map(({ ticket }) => ticket)).size).toBe(1);
  });

  test('is told of a message from a transport when it came in, by its own clock, and not when it was published', async () => {
    const [here, there] = [new ManualClock(), new ManualClock()];
    const times: Pick<SchedulingEvent, 'kind' | 'atMs' | 'waitedMs'>[] = [];
    const scheduler: LaneScheduler = {
      name: 'watching',
      pick: () => Priority.CRITICAL,
      observe: ({ kind, atMs, waitedMs }) => void times.push({ kind, atMs, waitedMs }),
    };
    const broker = new InMemoryBroker();
    const receiver = new BufferedMessageBusClient({ clock: here, scheduler, paths: { main: broker.transport() } });
    const sender = new BufferedMessageBusClient({ clock: there, paths: { main: broker.transport() } });
    const publishedAtMs: number[] = [];
    receiver.subscribe('far', (_payload, message) => void publishedAtMs.push(message.publishedAtMs));
    await here.advance(5_000);
    const beforeMs = here.now();
    sender.publish('far', 1);
    for (let turn = 0; turn < 50; turn += 1) await Promise.all([here.advance(1), there.advance(1)]);
    expect(publishedAtMs[0]).toBeLessThan(beforeMs - 4_000);
    expect(times.map(({ kind }) => kind)).toEqual(['arrival', 'start', 'end']);
    expect(times[0]?.atMs).toBeGreaterThanOrEqual(beforeMs);
    expect(times[1]?.waitedMs).toBeLessThanOrEqual(50);
    const closed = Promise.all([receiver.close(), sender.close()]);
    await Promise.all([here.advance(10_000), there.advance(10_000)]);
    await closed;
  });

  test('is told of drops, of expiry, and that a message failed; a retry is not another end', async () => {
    const scheduler = new ObservingScheduler();
    const { client, clock } = makeClient(scheduler);
    client.subscribe('*', () => {
      throw new Error('no');
    });
    client.pause();
    for (const topic of ['dropped', 'failed']) client.publish(topic, 1, { priority: Priority.LOW });
    client.publish('expired', 1, { priority: Priority.LOW, expiresAtMs: clock.now() + 5 });
    await clock.advance(5);
    client.resume();
    await clock.advance(1_000);
    const of = (topic: string): readonly string[] =>
      scheduler.events.filter((event) => event.topic === topic).map(({ kind }) => kind);
    expect(of('dropped')).toEqual(['arrival', 'drop']);
    expect(of('expired')).toEqual(['arrival', 'expired']);
    expect(of('failed')).toEqual(['arrival', 'start', 'end']);
    expect(scheduler.events.find(({ kind, topic }) => kind === 'end' && topic === 'failed')?.ok).toBe(false);
    expectConserved(client);
  });

  test('is disposed of when the client closes', async () => {
    const scheduler = new ObservingScheduler();
    const { client, clock } = makeClient(scheduler);
    const closing = client.close();
    await clock.settle();
    await closing;
    expect(scheduler.isDisposed).toBe(true);
  });

  test('that throws from observe is cut off, and no message is lost', async () => {
    const scheduler: LaneScheduler = {
      name: 'throwing',
      pick: () => Priority.CRITICAL,
      observe: () => {
        throw new Error('no');
      },
    };
    const { client, clock } = makeClient(scheduler);
    const seen: unknown[] = [];
    client.subscribe('*', (payload) => seen.push(payload));
    for (let i = 0; i < 5; i += 1) client.publish(`t.${i}`, i);
    await clock.settle();
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    expect(new Scrape(client).sum('tradewind_scheduler_circuit_open')).toBe(1);
    expect(client.health().status).toBe('degraded');
  });
});

test('a scheduler that overruns its budget is cut off: the default one decides', async () => {
  const clock = new ManualClock();
  const scheduler: LaneScheduler = {
    name: 'slow',
    pick: () => {
      clock.elapse(1);
      return Priority.LOW;
    },
  };
  const client = new BufferedMessageBusClient({ clock, scheduler, logger: silentLogger, maxStarvationMs: 60_000 });
  const seen: number[] = [];
  client.subscribe('*', (_payload, { priority }) => seen.push(priority));
  for (let i = 0; i < 20; i += 1) {
    client.publish(`c.${i}`, i, { priority: Priority.CRITICAL });
    client.publish(`l.${i}`, i, { priority: Priority.LOW });
  }
  await clock.settle();
  expect(new Scrape(client).sum('tradewind_scheduler_circuit_openings_total')).toBe(1);
  expect(seen.filter((priority) => priority === Priority.LOW)).toHaveLength(20);
  // As long as it decided, LOW came first; then CRITICAL did.
  expect(seen.indexOf(Priority.CRITICAL)).toBeGreaterThan(0);
  expect(seen.lastIndexOf(Priority.CRITICAL)).toBeLessThan(seen.lastIndexOf(Priority.LOW));
});

test('a scheduler is a part of its client, with its own faces; while it is cut off, that is what its health says', async () => {
  let breaks = false;
  const learned = {
    name: 'learned',
    pick: (): Priority => {
      if (breaks) throw new Error('broken');
      return Priority.HIGH;
    },
    health: () => ({ status: 'degraded' as const, reason: 'learning', sinceMs: 5 }),
    collect: (into: MetricsSink) => into.gauge('tradewind_learned_depth', 7),
    remedies: () => [{ name: 'disable', description: 'Stops learning.', run: () => Promise.resolve() }],
  };
  const { client, clock } = makeClient(learned);
  const part = () => client.parts().find(({ name }) => name === 'scheduler');
  expect(part()?.health()).toEqual({ status: 'degraded', reason: 'learning', sinceMs: 5 });
  expect(
    part()
      ?.remedies?.()
      .map(({ name }) => name),
  ).toEqual(['disable']);
  expect(new Scrape(client).sum('tradewind_learned_depth')).toBe(7);
  breaks = true;
  client.pause();
  for (const priority of [Priority.HIGH, Priority.LOW]) client.publish('a', 1, { priority });
  client.resume();
  await clock.settle();
  expect(part()?.health().reason).toContain('is cut off');
});
