import { Priority, type CloseOptions, type Closeable, type Transport } from '@tradewind/core-types';
import { expect, test, vi } from 'vitest';
import { BufferedMessageBusClient } from '../../src/client/buffered-message-bus-client.ts';
import { closeOnSignals } from '../../src/client/close-on-signals.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { FaultyTransport } from '../../src/testing/faulty-transport.ts';
import { InMemoryBroker } from '../../src/transport/in-memory-broker.ts';

const NOTHING_LEFT = { queued: [0, 0, 0, 0], unsettled: 0 };
const never = (): Promise<never> => new Promise(() => undefined);

function recordingLogger() {
  const overdue: unknown[] = [];
  const ignore = (): void => undefined;
  const error = (fields: Readonly<Record<string, unknown>>): void => {
    if (fields['event'] === 'client.close-overdue') overdue.push(fields['part']);
  };
  return { overdue, logger: { debug: ignore, info: ignore, warn: ignore, error } };
}

test('close leaves a plugin and a scheduler behind that never end, and says so', async () => {
  const clock = new ManualClock();
  const { overdue, logger } = recordingLogger();
  const client = new BufferedMessageBusClient({
    clock,
    logger,
    plugins: [{ name: 'stuck', route: () => undefined, [Symbol.asyncDispose]: never }],
    scheduler: { name: 'stuck', pick: () => Priority.CRITICAL, [Symbol.asyncDispose]: never },
  });
  const closing = client.close({ deadlineMs: 50 });
  await clock.advance(1_000);
  expect(await closing).toEqual(NOTHING_LEFT);
  expect(overdue).toEqual(['plugins', 'scheduler']);
});

test.each(['transport', 'consumer'] as const)('close leaves a %s behind that never ends', async (part) => {
  const clock = new ManualClock();
  const { overdue, logger } = recordingLogger();
  const inner = new InMemoryBroker({ clock }).transport();
  const main: Transport = {
    name: inner.name,
    capabilities: inner.capabilities,
    publish: (batch) => inner.publish(batch),
    consume: async (options, sink) => {
      const consumer = await inner.consume(options, sink);
      return part === 'consumer' ? { setPatterns: (to) => consumer.setPatterns(to), close: never } : consumer;
    },
    close: part === 'transport' ? never : (options) => inner.close(options),
  };
  const client = new BufferedMessageBusClient({ clock, logger, paths: { main } });
  client.subscribe('a', () => undefined);
  await clock.settle();
  const closing = client.close({ deadlineMs: 50 });
  await clock.advance(1_000);
  expect(await closing).toEqual(NOTHING_LEFT);
  expect(overdue).toEqual([`${part}s`]);
});

test.each([
  { deadlineMs: Infinity },
  { deadlineMs: Number.NaN },
  { deadlineMs: 'x' },
  { deadlineMs: -1 },
  { signal: {} },
  null,
])('close refuses %j, changes nothing, and can be called again', async (options) => {
  const clock = new ManualClock();
  const client = new BufferedMessageBusClient({ clock });
  await expect(client.close(options as CloseOptions)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  expect(client.publish('a', 1)).toBe(true);
  const closing = client.close();
  await clock.settle();
  expect(await closing).toEqual(NOTHING_LEFT);
});

test('closeOnSignals refuses a deadline that is none when it is called, and listens to nothing then', () => {
  const before = process.listenerCount('SIGTERM');
  const client = new BufferedMessageBusClient({ clock: new ManualClock() });
  expect(() => closeOnSignals(client, { deadlineMs: Number.NaN })).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTIONS' }),
  );
  expect(process.listenerCount('SIGTERM')).toBe(before);
});

test('a close that fails is not taken for an end of the process', async () => {
  const fault = new Error('close failed');
  const client: Closeable = { close: () => Promise.reject(fault) };
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  const unhandled: unknown[] = [];
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (error) => unhandled.push(error));
  try {
    const listening = closeOnSignals(client, { signals: ['SIGUSR2'] });
    process.emit('SIGUSR2', 'SIGUSR2');
    await new Promise((resolve) => setTimeout(resolve, 10));
    listening[Symbol.dispose]();
    expect(kill).not.toHaveBeenCalled();
    expect(unhandled).toEqual([fault]);
    expect(process.listenerCount('SIGUSR2')).toBe(0);
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const listener of others) process.on('unhandledRejection', listener);
    kill.mockRestore();
  }
});

test('a listener of closing may close again, and gets the same promise', async () => {
  const clock = new ManualClock();
  const client = new BufferedMessageBusClient({ clock });
  const inside: unknown[] = [];
  client.events.on('closing', () => {
    expect(client.health().status).toBe('down');
    inside.push(client.close());
  });
  const closing = client.close();
  expect(inside).toEqual([closing]);
  expect(inside[0]).toBe(closing);
  await clock.settle();
  expect(await closing).toEqual(NOTHING_LEFT);
});

test('a flush ends when the client is closed while a path never answers', async () => {
  const clock = new ManualClock();
  const main = new FaultyTransport(new InMemoryBroker({ clock }).transport(), clock);
  const client = new BufferedMessageBusClient({ clock, paths: { main } });
  await clock.settle();
  main.hold();
  client.publish('a', 1);
  let isFlushed = false;
  const flushing = client.flush().then(() => {
    isFlushed = true;
  });
  await clock.settle();
  expect(isFlushed).toBe(false);
  const closing = client.close({ deadlineMs: 50 });
  await clock.advance(1_000);
  await flushing;
  expect(await closing).toEqual({ queued: [0, 0, 1, 0], unsettled: 0 });
});
