import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Handler, KnobPatch, Logger, PublishOptions, SubscribeOptions } from '@tradewind/core-types';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BufferedMessageBusClient } from '../../src/client/buffered-message-bus-client.ts';
import { MessageBus } from '../../src/message-bus/message-bus.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
}

function noop(): void {
  // Only its identity matters.
}

describe('memory', () => {
  test('subscribing to one topic and leaving it again, for ever, keeps nothing', () => {
    const bus = new MessageBus();
    const rounds = (count: number): void => {
      for (let i = 0; i < count; i += 1) bus.subscribe('data.X', noop).unsubscribe();
    };
    rounds(10_000);
    const before = heapBytes();
    rounds(200_000);
    // It kept about 150 bytes for each, thirty million in all.
    expect(heapBytes() - before).toBeLessThan(1_000_000);
  });

  test('topics that take turns in a full cache keep nothing once a sweep has begun', () => {
    const bus = new MessageBus({ maxCachedTopics: 64 });
    bus.subscribe('data.*', noop);
    const rounds = (from: number, count: number): void => {
      for (let i = from; i < from + count; i += 1) {
        for (let again = 0; again < 3; again += 1) bus.publish(`data.T${i}`, i);
      }
    };
    rounds(0, 10_000);
    bus.subscribe('news.*', noop).unsubscribe();
    const before = heapBytes();
    rounds(10_000, 100_000);
    expect(heapBytes() - before).toBeLessThan(1_000_000);
  });
});

describe('a rejection of a callback', () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => {
    unhandled.push(reason);
  };

  beforeEach(() => {
    unhandled.length = 0;
    process.on('unhandledRejection', note);
  });
  afterEach(() => {
    process.off('unhandledRejection', note);
  });

  /** What an asynchronous callback returns that a type without a promise has let through. */
  const rejecting = (): unknown => Promise.resolve().then(() => Promise.reject(new Error('the callback failed')));

  test('onHandlerError: is handled', async () => {
    let told = 0;
    const bus = new MessageBus({
      onHandlerError: () => {
        told += 1;
        return rejecting();
      },
    });
    bus.subscribe('a', () => {
      throw new Error('the handler failed');
    });
    bus.publish('a', 1);
    await nextTurn();
    await nextTurn();
    expect(told).toBe(1);
    expect(bus.counts().handlerErrors).toBe(1);
    expect(unhandled).toEqual([]);
  });

  test('onTopic: is counted and logged like a listener that throws', async () => {
    const events: unknown[] = [];
    const logger: Logger = { debug: noop, info: noop, warn: noop, error: ({ event }) => events.push(event) };
    const bus = new MessageBus({ logger });
    bus.onTopic(rejecting);
    bus.publish('a', 1);
    await nextTurn();
    await nextTurn();
    expect(bus.counts().handlerErrors).toBe(1);
    expect(events).toEqual(['listener.failed']);
    expect(unhandled).toEqual([]);
  });

  test('logger: is handled', async () => {
    const logger: Logger = { debug: noop, info: noop, warn: noop, error: rejecting };
    const bus = new MessageBus({ logger });
    bus.subscribe('a', () => {
      throw new Error('the handler failed');
    });
    bus.publish('a', 1);
    await nextTurn();
    await nextTurn();
    expect(bus.counts().handlerErrors).toBe(1);
    expect(unhandled).toEqual([]);
  });
});

describe('bad input is refused at once', () => {
  const invalid = (path: string, received: string): object =>
    expect.objectContaining({ code: 'INVALID_OPTIONS', path, received }) as object;

  test('a handler of an endpoint that is no function', () => {
    const bus = new MessageBus();
    expect(() => bus.register('x', 5 as unknown as () => void)).toThrow(invalid('handler', '5'));
    expect(bus.endpoints()).toEqual([]);
  });

  test('a listener for topics that is no function', () => {
    const bus = new MessageBus();
    expect(() => bus.onTopic(5 as unknown as () => void)).toThrow(invalid('listener', '5'));
    bus.publish('a', 1);
    expect(bus.counts().handlerErrors).toBe(0);
  });

  test.each([
    { options: { handlerPriorty: 3 }, path: 'handlerPriorty', received: 'an unknown option' },
    { options: 5, path: 'options', received: '5' },
    { options: null, path: 'options', received: 'null' },
  ])('options of a subscription: $options', ({ options, path, received }) => {
    const bus = new MessageBus();
    const handler: Handler = noop;
    expect(() => bus.subscribe('a', handler, options as SubscribeOptions)).toThrow(invalid(path, received));
    expect(bus.counts().subscriptions).toBe(0);
  });

  test.each([null, 5])('options of a publish that are no object: %s', async (options) => {
    await using client = new BufferedMessageBusClient();
    expect(() => client.publish('a', 1, options as unknown as PublishOptions)).toThrow(
      invalid('options', String(options)),
    );
  });

  test.each([null, 5])('a patch of knobs that is no object: %s', async (patch) => {
    await using client = new BufferedMessageBusClient();
    expect(() => client.reconfigure(patch as unknown as KnobPatch)).toThrow(invalid('patch', String(patch)));
  });
});
