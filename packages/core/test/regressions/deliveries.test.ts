import { errorCode, type Clock } from '@tradewind/core-types';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BufferedMessageBusClient } from '../../src/index.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { HeldHandler, bench } from '../delivery/delivery-fixture.ts';

const escaped: unknown[] = [];
const note = (error: unknown): void => {
  escaped.push(error);
};

beforeEach(() => {
  escaped.length = 0;
  process.on('unhandledRejection', note);
});

afterEach(() => {
  process.off('unhandledRejection', note);
});

/** Node tells of unhandled rejections after the microtasks of a turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function unreadableError(): Error {
  return Object.defineProperty(new Error('unreadable'), 'message', {
    get: () => {
      throw new Error('the message of this error cannot be read');
    },
  });
}

class BrokenPromise extends Promise<unknown> {
  override then(): never {
    throw new Error('this promise cannot be waited for');
  }
}

function promiseBehindProxy(): unknown {
  return new Proxy(Promise.resolve(), {});
}

test('the code of what cannot be read is none', () => {
  expect(errorCode(revoked())).toBe(undefined);
});

test.each([
  ['a revoked proxy', revoked],
  ['an error whose message cannot be read', unreadableError],
])('a handler that throws %s fails, and the next message is delivered', async (_what, thrown) => {
  const { client, settled } = bench({ retry: { maxAttempts: 1 } });
  const seen: unknown[] = [];
  client.subscribe('a', (payload) => {
    // oxlint-disable-next-line typescript/only-throw-error -- what others may throw is what is tested
    if (payload === 'bad') throw thrown();
    seen.push(payload);
  });
  client.publish('a', 'bad');
  client.publish('a', 'good');
  await settled();
  expect(seen).toEqual(['good']);
  const messages: string[] = [];
  for await (const { cause } of client.deadLetters.list()) messages.push(cause.message);
  expect(messages).toEqual(['something that cannot be shown as text was thrown']);
});

test.each([
  ['a promise that cannot be waited for', (): unknown => new BrokenPromise(() => undefined)],
  ['a proxy of a promise', promiseBehindProxy],
])('a handler that returns %s fails, at once and from its parking place', async (_what, returned) => {
  const { client, outcomes, settled } = bench({ retry: { maxAttempts: 1 } });
  client.subscribe('a', returned);
  client.publish('a', 1);
  client.publish('a', 2);
  await settled();
  expect(outcomes.count('deadLettered')).toBe(2);
});

test('a handler that returns a revoked proxy has handled its message', async () => {
  const { client, outcomes, settled } = bench();
  client.subscribe('a', revoked);
  client.publish('a', 1);
  client.publish('a', 2);
  await settled();
  expect(outcomes.count('handled')).toBe(2);
});

test('a batch handler that returns a promise that cannot be waited for fails', async () => {
  const { client, outcomes, settled } = bench({ retry: { maxAttempts: 1 } });
  client.subscribeBatch('a', () => new BrokenPromise(() => undefined) as Promise<void>, { maxSize: 1, maxDelayMs: 0 });
  client.publish('a', 1);
  await settled();
  expect(outcomes.count('deadLettered')).toBe(1);
});

test('a drain that breaks off is taken up again in the next turn', async () => {
  const manual = new ManualClock();
  const broken: unknown[] = [];
  let failing = false;
  const guarded = (callback: () => void) => (): void => {
    try {
      callback();
    } catch (error) {
      broken.push(error);
    }
  };
  const clock: Clock = {
    now: () => {
      if (!failing) return manual.now();
      failing = false;
      throw new Error('the clock failed');
    },
    setTimer: (callback, ms) => manual.setTimer(callback, ms),
    clearTimer: (timer) => manual.clearTimer(timer),
    microtask: (callback) => manual.microtask(guarded(callback)),
    nextTurn: (callback) => manual.nextTurn(guarded(callback)),
  };
  const client = new BufferedMessageBusClient({ clock });
  const seen: unknown[] = [];
  client.subscribe('a', (payload) => {
    seen.push(payload);
    failing = payload === 0;
  });
  for (let i = 0; i < 100; i += 1) client.publish('a', i, { priority: 0 });
  await manual.settle();
  expect(broken).toHaveLength(1);
  expect(seen).toHaveLength(100);
});

test('the delay of a batch counts from its first message, also while another batch runs', async () => {
  const { client, clock, rest } = bench();
  const held = new HeldHandler<readonly unknown[]>();
  const sizes: number[] = [];
  client.subscribeBatch(
    'a',
    (messages) => {
      sizes.push(messages.length);
      return held.handler(messages, undefined as never);
    },
    { maxSize: 10, maxDelayMs: 100 },
  );
  client.publish('a', 1, { priority: 0 });
  await clock.advance(100);
  expect(sizes).toEqual([1]);
  client.publish('a', 2, { priority: 0 });
  await rest();
  await clock.advance(60);
  held.started[0]?.succeed();
  await rest();
  expect(sizes).toEqual([1]);
  await clock.advance(39);
  expect(sizes).toEqual([1]);
  await clock.advance(1);
  expect(sizes).toEqual([1, 1]);
  client.publish('a', 3, { priority: 0 });
  await clock.advance(500);
  held.started[1]?.succeed();
  await rest();
  expect(sizes).toEqual([1, 1, 1]);
  held.started[2]?.succeed();
  await rest();
});

test('a waiter enters a lane of one only when the message before it is not parked there', async () => {
  const { client, rest, settled } = bench({ lanes: { CRITICAL: { capacity: 1 } } });
  const held = new HeldHandler();
  const urgent = { priority: 0 } as const;
  client.subscribe('a', held.handler);
  client.publish('a', 1, urgent);
  await rest();
  expect(held.running).toEqual([1]);
  expect(client.publish('a', 2, urgent)).toBe(true);
  // Waits before the second is taken out of the lane, and parked since its key is busy.
  let entered = false;
  const third = client.publishWhenReady('a', 3, urgent).then(() => {
    entered = true;
  });
  await rest();
  expect(entered).toBe(false);
  held.succeed(1);
  await rest();
  await third;
  expect(entered).toBe(true);
  held.succeed(2);
  await rest();
  held.succeed(3);
  await settled();
});

test('the rejections of asynchronous callbacks are reported and end nothing', async () => {
  const reject = (): never => Promise.reject(new Error('no')) as never;
  const { client, clock, logger, settled } = bench({
    lanes: { NORMAL: { capacity: 2, overflow: 'dropOldest' } },
    scheduler: { name: 'rejecting', pick: reject, observe: reject },
  });
  const heard: string[] = [];
  client.events.on('drop', reject);
  client.events.on('drop', () => {
    throw new Error('this listener throws');
  });
  const last = (): void => {
    heard.push('last');
  };
  client.events.once('drop', last);
  expect(client.events.listeners('drop')).toContain(last);
  const held = new HeldHandler();
  client.subscribe('a', held.handler, { conflateBy: reject });
  for (let i = 0; i < 4; i += 1) {
    client.publish('a', i);
    client.publish('a', i, { priority: 1 });
  }
  await clock.advance(10);
  await turn();
  expect(heard).toEqual(['last']);
  expect(client.events.listeners('drop')).not.toContain(last);
  const events = new Set(logger.lines.map(({ event }) => event));
  expect(events).toContain('listener.failed');
  expect(events).toContain('conflation.failed');
  while (held.running.length > 0) {
    for (const payload of held.running) held.succeed(payload);
    await clock.advance(10);
  }
  await settled();
  await turn();
  expect(escaped).toEqual([]);
});

test('a logger whose methods reject is ignored', async () => {
  const reject = (): never => Promise.reject(new Error('no')) as never;
  const { client, settled } = bench({
    logger: { debug: reject, info: reject, warn: reject, error: reject },
    retry: { maxAttempts: 1 },
  });
  client.subscribe('a', () => {
    throw new Error('failed');
  });
  client.publish('a', 1);
  await settled();
  await turn();
  expect(escaped).toEqual([]);
});
