import { Priority, type RoutingPlugin, type Transport } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { InMemoryBroker, type BufferedMessageBusClientOptions } from '../../src/index.ts';
import { FaultyTransport } from '../../src/testing/faulty-transport.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { scrape } from '../routing/routing-fixture.ts';
import { bench, byNumber, range, recorder } from './delivery-fixture.ts';

/** A client that sends over a transport that fails as it is told, and one that receives what was stored. */
async function pair(options: BufferedMessageBusClientOptions = {}) {
  const clock = new ManualClock();
  const broker = new InMemoryBroker({ clock });
  const faulty = new FaultyTransport(broker.transport(), clock);
  const sender = bench({ paths: { main: faulty }, ...options }, clock);
  const receiver = bench({ paths: { main: broker.transport() } }, clock);
  const seen = recorder<number>();
  receiver.client.subscribe('*', seen.handler);
  const ready = receiver.client.ready();
  await clock.settle();
  await ready;
  return { clock, faulty, sender, seen, rest: (): Promise<void> => clock.settle() };
}

/** Routes everything over a path of its choice. */
function over(path: string): RoutingPlugin {
  return { name: 'router', route: () => ({ path, reason: `over ${path}` }) };
}

test('a client with paths sends what it publishes, and gets its own messages back over them', async () => {
  const clock = new ManualClock();
  const broker = new InMemoryBroker({ clock });
  const { client, outcomes } = bench({ paths: { main: broker.transport() } }, clock);
  const seen = recorder<number>();
  client.subscribe('a', seen.handler);
  client.publish('a', 1);
  await clock.settle();
  expect(seen.payloads).toEqual([1]);
  expect(outcomes.all.map(({ kind, path, sequence }) => [kind, path, sequence])).toEqual([
    ['sent', 'main', 1],
    ['handled', 'main', 1],
  ]);
});

test('what is published after subscribe does not miss it, though the subscription takes a while to be in force', async () => {
  const clock = new ManualClock();
  const broker = new InMemoryBroker({ clock });
  const inner = broker.transport();
  const late: Transport = {
    name: 'late',
    capabilities: inner.capabilities,
    publish: (batch) => inner.publish(batch),
    consume: async (options, receiver) => {
      await new Promise<void>((resolve) => clock.setTimer(resolve, 500));
      return inner.consume(options, receiver);
    },
    close: (options) => inner.close(options),
  };
  const { client } = bench({ paths: { main: late } }, clock);
  const seen = recorder<number>();
  client.subscribe('a', seen.handler);
  for (const n of range(1, 5)) client.publish('a', n);
  await clock.advance(1_000);
  expect(seen.payloads).toEqual(range(1, 5));
});

test('batches hold at most 500 messages of one lane, numbered without gaps, and at most two of a lane are on their way', async () => {
  const { faulty, sender, seen, rest } = await pair();
  faulty.hold();
  for (const n of range(1, 2_250)) sender.client.publish('a', n);
  for (const n of range(1, 3)) sender.client.publish('b', -n, { priority: Priority.CRITICAL });
  await rest();
  const sizes = (priority: Priority): readonly number[] =>
    faulty.batches.filter((batch) => batch.priority === priority).map(({ messages }) => messages.length);
  expect(sizes(Priority.CRITICAL)).toEqual([3]);
  expect(sizes(Priority.NORMAL)).toEqual([500, 500]);
  faulty.release();
  await rest();
  expect(sizes(Priority.NORMAL)).toEqual([500, 500, 500, 500, 250]);
  expect(
    faulty.batches.filter(({ priority }) => priority === Priority.NORMAL).map(({ batchSequence }) => batchSequence),
  ).toEqual([1, 2, 3, 4, 5]);
  expect(seen.payloads.filter((payload) => payload > 0)).toEqual(range(1, 2_250));
});

test('a retryable failure is tried again in order: no message is lost, none comes twice, none overtakes', async () => {
  const { clock, faulty, sender, seen, rest } = await pair();
  faulty.failPublishes(3);
  faulty.failPublishes(2, { stored: true });
  for (const n of range(1, 1_000)) {
    sender.client.publish('a', n);
    if (n % 100 === 0) await rest();
  }
  await clock.advance(60_000);
  expect(seen.payloads).toEqual(range(1, 1_000));
  expect(sender.outcomes.count('sent')).toBe(1_000);
});

test('when two batches on their way fail, they are offered again one after the other, the earlier first', async () => {
  const { clock, faulty, sender, seen, rest } = await pair();
  faulty.hold();
  faulty.failPublishes(2);
  for (const n of range(1, 2_500)) sender.client.publish('a', n);
  await rest();
  faulty.release();
  await clock.advance(60_000);
  expect(seen.payloads).toEqual(range(1, 2_500));
  const offered = faulty.batches.map(({ batchSequence }) => batchSequence);
  expect(offered.slice(0, 2)).toEqual([1, 2]);
  expect(offered.slice(2)).toEqual(offered.slice(2).toSorted(byNumber));
  expect(new Set(offered)).toEqual(new Set([1, 2, 3, 4, 5]));
});

test('while a path is away its messages wait in their lanes, the client is degraded, and takes the path back when it returns', async () => {
  const { clock, faulty, sender, seen } = await pair();
  faulty.cut();
  for (const n of range(1, 50)) sender.client.publish('a', n);
  await clock.advance(5_000);
  expect(seen.payloads).toEqual([]);
  expect(sender.client.health().status).toBe('degraded');
  expect(sender.logger.lines.filter(({ event }) => event === 'transport.failed')).toHaveLength(1);
  faulty.restore();
  await clock.advance(60_000);
  expect(seen.payloads).toEqual(range(1, 50));
  expect(sender.client.health().status).toBe('up');
});

test('what a transport refuses for good is a dead letter with its cause', async () => {
  const { clock, faulty, sender, seen } = await pair();
  faulty.failPublishes(1, { retryable: false, code: 'TOPIC_NOT_ALLOWED' });
  sender.client.publish('a', 1);
  await clock.advance(10_000);
  const letters = await Array.fromAsync(sender.client.deadLetters.list());
  expect(letters.map(({ payload, cause, subscriptionId }) => [payload, cause.code, subscriptionId])).toEqual([
    [1, 'TOPIC_NOT_ALLOWED', undefined],
  ]);
  expect(sender.outcomes.of('deadLettered').map(({ sequence }) => sequence)).toEqual([1]);
  expect(seen.metas.filter(({ topic }) => topic === 'a')).toEqual([]);
});

test('a plugin picks the path; an unknown one falls back to the default, is counted, and is logged once', async () => {
  const clock = new ManualClock();
  const pickers: readonly (readonly [string, string])[] = [
    ['main', 'main'],
    ['backup', 'backup'],
    ['elsewhere', 'main'],
  ];
  for (const [path, taken] of pickers) {
    const faulty = (): FaultyTransport => new FaultyTransport(new InMemoryBroker({ clock }).transport(), clock);
    const paths: Record<string, FaultyTransport> = { main: faulty(), backup: faulty() };
    const { client, outcomes, logger } = bench({ paths, plugins: [over(path)] }, clock);
    for (const n of [1, 2]) client.publish('a', n);
    await clock.settle();
    expect(outcomes.of('sent').map((outcome) => outcome.path)).toEqual([taken, taken]);
    expect(Object.keys(paths).filter((name) => (paths[name]?.batches.length ?? 0) > 0)).toEqual([taken]);
    const unknown = path === 'elsewhere';
    expect(logger.lines.filter(({ event }) => event === 'path.unknown')).toHaveLength(unknown ? 1 : 0);
    expect([...scrape(client)].some(([name, value]) => name.includes('unknown_path') && value === 2)).toBe(unknown);
  }
});

test('what expired while it waited to be sent is not sent', async () => {
  const { clock, faulty, sender, seen } = await pair();
  faulty.cut();
  sender.client.publish('a', 0);
  await clock.advance(1);
  sender.client.publish('a', 1, { expiresAtMs: clock.now() + 10 });
  sender.client.publish('a', 2);
  await clock.advance(1_000);
  faulty.restore();
  await clock.advance(60_000);
  expect(seen.payloads).toEqual([0, 2]);
  expect(sender.outcomes.of('expired').map(({ sequence }) => sequence)).toEqual([2]);
});

test('close sends what was accepted, and reports what a path did not take in time', async () => {
  const { clock, faulty, sender, seen } = await pair();
  for (const n of range(1, 250)) sender.client.publish('a', n);
  const closing = sender.client.close();
  await clock.advance(10);
  expect(await closing).toEqual({ queued: [0, 0, 0, 0], unsettled: 0 });
  expect(seen.payloads).toEqual(range(1, 250));

  const other = await pair();
  other.faulty.cut();
  for (const n of range(1, 250)) other.sender.client.publish('a', n);
  const givingUp = other.sender.client.close({ deadlineMs: 100 });
  await other.clock.advance(1_000);
  expect((await givingUp).queued).toEqual([0, 0, 250, 0]);
  expect(other.sender.outcomes.of('dropped').filter(({ reason }) => reason === 'closed')).toHaveLength(250);
  expect(faulty.batches.length).toBeGreaterThan(0);
});
