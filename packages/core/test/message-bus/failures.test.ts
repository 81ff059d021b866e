import { describe, expect, test, vi } from 'vitest';
import { MessageBus } from '../../src/message-bus/message-bus.ts';
import type { HandlerFailure } from '../../src/message-bus/options.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { recordingLogger } from './recording-logger.ts';

const FAILURE = new Error('no such instrument');

function failing(): never {
  throw FAILURE;
}

describe('a handler that fails', () => {
  test.each(['a.b', '*'])('by throwing touches neither the publisher nor another handler (%s)', (pattern) => {
    const logger = recordingLogger();
    const failures: HandlerFailure[] = [];
    const bus = new MessageBus({ logger, onHandlerError: (failure) => failures.push(failure) });
    const before = vi.fn<() => void>();
    const after = vi.fn<() => void>();
    bus.subscribe('a.*', before);
    const { id } = bus.subscribe(pattern, failing);
    bus.subscribe('a.b', after);
    expect(bus.publish('a.b', undefined)).toBe(true);
    expect(before).toHaveBeenCalledTimes(1);
    expect(after).toHaveBeenCalledTimes(1);
    expect(bus.counts()).toMatchObject({ published: 1, delivered: 3, handlerErrors: 1 });
    expect(failures).toEqual([{ error: FAILURE, topic: 'a.b', pattern, subscriptionId: id }]);
    expect(logger.lines).toMatchObject([
      {
        level: 'error',
        fields: { event: 'handler.failed', topic: 'a.b', subscriptionId: id, deliveryCount: 1, error: FAILURE },
      },
    ]);
  });

  test('alone on its topic is counted like any other', () => {
    const bus = new MessageBus();
    bus.subscribe('a', failing);
    bus.publish('a', undefined);
    bus.topic('a').publish(undefined);
    expect(bus.counts()).toMatchObject({ published: 2, delivered: 2, handlerErrors: 2 });
  });

  test('by rejecting is counted and reported when it does, and the publisher has gone on', async () => {
    const failures: HandlerFailure[] = [];
    const bus = new MessageBus({ onHandlerError: (failure) => failures.push(failure) });
    bus.subscribe('a', async () => {
      await Promise.resolve();
      throw FAILURE;
    });
    bus.publish('a', undefined);
    expect(bus.counts().handlerErrors).toBe(0);
    await vi.waitFor(() => expect(bus.counts().handlerErrors).toBe(1));
    expect(failures).toMatchObject([{ error: FAILURE, topic: 'a' }]);
  });

  test('by a promise that never settles holds up nobody', () => {
    const bus = new MessageBus();
    const after = vi.fn<() => void>();
    bus.subscribe('a', () => new Promise(() => undefined));
    bus.subscribe('a', after);
    for (let i = 0; i < 1000; i += 1) bus.publish('a', undefined);
    expect(after).toHaveBeenCalledTimes(1000);
  });

  test.each([
    ['a thenable that rejects', { then: (_: unknown, reject: (error: unknown) => void) => reject(FAILURE) }],
    ['a then that throws when it is called', { then: failing }],
    [
      'a then that throws when it is read',
      Object.defineProperty({}, 'then', {
        get: failing,
      }),
    ],
  ])('%s is a failure', (_name, result) => {
    const failures: HandlerFailure[] = [];
    const bus = new MessageBus({ onHandlerError: (failure) => failures.push(failure) });
    bus.subscribe('a', () => result);
    bus.publish('a', undefined);
    expect(failures).toMatchObject([{ error: FAILURE }]);
  });

  test.each([[undefined], [null], [0], [false], ['then'], [{ then: 7 }], [Promise.resolve(FAILURE)], [[FAILURE]]])(
    'what else a handler returns is ignored: %j',
    async (result) => {
      const bus = new MessageBus();
      bus.subscribe('a', () => result);
      bus.publish('a', undefined);
      await Promise.resolve();
      expect(bus.counts()).toMatchObject({ delivered: 1, handlerErrors: 0 });
    },
  );

  test.each([undefined, null, 'text', 0])('may throw anything: %j', (thrown) => {
    const failures: HandlerFailure[] = [];
    const bus = new MessageBus({ onHandlerError: (failure) => failures.push(failure) });
    bus.subscribe('a', () => {
      // That a handler may throw what is no error is the point.
      // oxlint-disable-next-line typescript/only-throw-error
      throw thrown;
    });
    bus.publish('a', undefined);
    expect(failures).toMatchObject([{ error: thrown }]);
  });
});

describe('those who are told of failures', () => {
  test('may throw themselves', () => {
    const bus = new MessageBus({ logger: { ...recordingLogger(), error: failing }, onHandlerError: failing });
    const after = vi.fn<() => void>();
    bus.subscribe('a', failing);
    bus.subscribe('a', after);
    bus.publish('a', undefined);
    expect(after).toHaveBeenCalledTimes(1);
    expect(bus.counts().handlerErrors).toBe(1);
  });

  test('get at most ten lines a second in the log, and the next line tells how many were held back', async () => {
    const logger = recordingLogger();
    const clock = new ManualClock();
    const bus = new MessageBus({ logger, clock });
    bus.subscribe('a', failing);
    for (let i = 0; i < 100; i += 1) bus.publish('a', undefined);
    expect(logger.lines).toHaveLength(10);
    await clock.advance(1000);
    bus.publish('a', undefined);
    expect(logger.lines).toHaveLength(11);
    expect(logger.lines.at(-1)?.fields).toMatchObject({ event: 'handler.failed', suppressed: 90 });
    expect(bus.counts().handlerErrors).toBe(101);
  });
});
