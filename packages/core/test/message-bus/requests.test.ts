import type { MetricsSink } from '@tradewind/core-types';
import { describe, expect, test, vi } from 'vitest';
import { MessageBus } from '../../src/message-bus/message-bus.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { recordingLogger } from './recording-logger.ts';

const withCode = (code: string): unknown => expect.objectContaining({ code });

interface Asked {
  readonly bus: MessageBus;
  readonly clock: ManualClock;
  /** Correlation ids of the requests that came, in order. */
  readonly ids: string[];
}

/** A bus whose endpoint `E` only notes what is asked. */
function silent(options: { readonly maxPendingRequests?: number } = {}): Asked {
  const clock = new ManualClock();
  const bus = new MessageBus({ clock, ...options });
  const ids: string[] = [];
  bus.register('E', (_payload, { correlationId = '' }) => ids.push(correlationId));
  return { bus, clock, ids };
}

/** A promise whose rejection is looked at later. */
function watched<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** How a promise stands now. */
async function outcome(promise: Promise<unknown>): Promise<unknown> {
  return Promise.race([
    promise.then(
      (value) => ({ value }),
      (error: { code?: string }) => error.code ?? error,
    ),
    Promise.resolve()
      .then(() => undefined)
      .then(() => 'pending'),
  ]);
}

describe('a request', () => {
  test('answered at once resolves with the response, and sets no timer', async () => {
    const clock = new ManualClock();
    const bus = new MessageBus({ clock });
    bus.register<number>('double', (value, { correlationId = '' }) =>
      expect(bus.respond(correlationId, value * 2)).toBe(true),
    );
    expect(await bus.request<number>('double', 21)).toBe(42);
    expect(bus.counts().pendingRequests).toBe(0);
    expect(clock.pending()).toEqual({ microtasks: 0, turns: 0, timers: 0 });
  });

  test('answered later resolves as well, and its timer goes', async () => {
    const { bus, clock, ids } = silent();
    const response = bus.request('E', undefined);
    expect(bus.counts().pendingRequests).toBe(1);
    await clock.advance(100);
    expect(clock.pending().timers).toBe(1);
    expect(bus.respond(ids[0] ?? '', 'late but fine')).toBe(true);
    expect(await response).toBe('late but fine');
    await clock.settle();
    expect(clock.pending().timers).toBe(0);
    expect(bus.counts().pendingRequests).toBe(0);
  });

  test('is answered once: a second response returns false and is counted', async () => {
    const { bus, ids } = silent();
    const response = bus.request('E', undefined);
    expect(bus.respond(ids[0] ?? '', 1)).toBe(true);
    expect(bus.respond(ids[0] ?? '', 2)).toBe(false);
    expect(bus.respond('never asked', 3)).toBe(false);
    expect(await response).toBe(1);
    const counters = new Map<string, number>();
    const sink: MetricsSink = {
      describe: () => undefined,
      counter: (name, value) => counters.set(name, value),
      gauge: () => undefined,
      histogram: () => undefined,
    };
    bus.collect(sink);
    expect(counters.get('tradewind_bus_late_responses_total')).toBe(2);
  });

  test('may be answered from elsewhere while its handler runs, and from a nested request', async () => {
    const bus = new MessageBus();
    bus.subscribe('answer', (id) => bus.respond(id as string, 'from a subscriber'));
    bus.register('outer', (_payload, { correlationId = '' }) => bus.publish('answer', correlationId));
    expect(await bus.request('outer', undefined)).toBe('from a subscriber');
    let outerId = '';
    bus.register('first', async (_payload, { correlationId = '' }) => {
      outerId = correlationId;
      await bus.request('second', undefined);
    });
    bus.register('second', (_payload, { correlationId = '' }) => {
      bus.respond(outerId, 'outer');
      bus.respond(correlationId, 'inner');
    });
    expect(await bus.request('first', undefined)).toBe('outer');
    expect(bus.counts().pendingRequests).toBe(0);
  });

  test('to nobody rejects with UNKNOWN_ENDPOINT, to no name with INVALID_ENDPOINT', async () => {
    const bus = new MessageBus();
    await expect(bus.request('Nobody', undefined)).rejects.toThrowError(withCode('UNKNOWN_ENDPOINT'));
    await expect(bus.request('a..b', undefined)).rejects.toThrowError(withCode('INVALID_ENDPOINT'));
  });

  test('whose handler throws or rejects before it answered rejects with REQUEST_FAILED and its cause', async () => {
    const logger = recordingLogger();
    const bus = new MessageBus({ logger });
    const cause = new Error('no margin');
    bus.register('throws', () => {
      throw cause;
    });
    bus.register('rejects', async () => {
      await Promise.resolve();
      throw cause;
    });
    await expect(bus.request('throws', undefined)).rejects.toMatchObject({ code: 'REQUEST_FAILED', cause });
    await expect(bus.request('rejects', undefined)).rejects.toMatchObject({ code: 'REQUEST_FAILED', cause });
    expect(bus.counts()).toMatchObject({ handlerErrors: 2, pendingRequests: 0 });
    expect(logger.lines).toEqual([]);
  });

  test('whose handler fails after it answered keeps its response; the failure is logged', async () => {
    const logger = recordingLogger();
    const bus = new MessageBus({ logger });
    bus.register('E', (_payload, { correlationId = '' }) => {
      bus.respond(correlationId, 'fine');
      throw new Error('afterwards');
    });
    expect(await bus.request('E', undefined)).toBe('fine');
    expect(logger.lines).toMatchObject([{ fields: { event: 'endpoint.failed', endpoint: 'E' } }]);
    expect(bus.counts().handlerErrors).toBe(1);
  });

  test('does not take what the handler returns for a response', async () => {
    const { bus } = silent();
    bus.register('returns', () => 'not a response');
    expect(await outcome(bus.request('returns', undefined))).toBe('pending');
  });
});

describe('a timeout', () => {
  test('rejects with REQUEST_TIMEOUT after timeoutMs, not before; a response then comes too late', async () => {
    const { bus, clock, ids } = silent();
    const response = watched(bus.request('E', undefined, { timeoutMs: 250 }));
    await clock.advance(249);
    expect(await outcome(response)).toBe('pending');
    await clock.advance(1);
    expect(await outcome(response)).toBe('REQUEST_TIMEOUT');
    expect(bus.respond(ids[0] ?? '', 1)).toBe(false);
    expect(bus.counts().pendingRequests).toBe(0);
  });

  test('is five seconds when nothing else is said', async () => {
    const { bus, clock } = silent();
    const response = watched(bus.request('E', undefined));
    await clock.advance(4999);
    expect(await outcome(response)).toBe('pending');
    await clock.advance(1);
    expect(await outcome(response)).toBe('REQUEST_TIMEOUT');
  });

  test('of each request is its own, in whatever order they were made and answered', async () => {
    const { bus, clock, ids } = silent();
    const timeouts = [500, 20, 300, 20, 100, 1000, 40, 300];
    const responses = timeouts.map((timeoutMs) => watched(bus.request('E', undefined, { timeoutMs })));
    bus.respond(ids[3] ?? '', 'answered');
    await clock.advance(60);
    bus.respond(ids[4] ?? '', 'answered');
    await clock.advance(240);
    bus.respond(ids[0] ?? '', 'answered');
    const now = await Promise.all(responses.map(outcome));
    const answered = { value: 'answered' };
    expect(now).toEqual([
      answered,
      'REQUEST_TIMEOUT',
      'REQUEST_TIMEOUT',
      answered,
      answered,
      'pending',
      'REQUEST_TIMEOUT',
      'REQUEST_TIMEOUT',
    ]);
    await clock.advance(700);
    expect(await outcome(responses[5] ?? Promise.resolve())).toBe('REQUEST_TIMEOUT');
    expect(clock.pending().timers).toBe(0);
  });

  test('of ten thousand requests needs one timer', async () => {
    const { bus, clock } = silent();
    const responses = Array.from({ length: 10_000 }, (_, i) =>
      watched(bus.request('E', undefined, { timeoutMs: 10_000 - (i % 1000) })),
    );
    await clock.settle();
    expect(clock.pending().timers).toBe(1);
    await clock.advance(10_000);
    const outcomes = await Promise.allSettled(responses);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(bus.counts().pendingRequests).toBe(0);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '5'])('of %j ms is refused', async (timeoutMs) => {
    const { bus, ids } = silent();
    await expect(bus.request('E', undefined, { timeoutMs: timeoutMs as number })).rejects.toThrowError(
      withCode('INVALID_OPTIONS'),
    );
    expect(ids).toEqual([]);
  });
});

describe('an abort', () => {
  test('rejects with REQUEST_ABORTED and the reason as cause', async () => {
    const { bus, ids } = silent();
    const controller = new AbortController();
    const response = watched(bus.request('E', undefined, { signal: controller.signal }));
    const reason = new Error('shutting down');
    controller.abort(reason);
    await expect(response).rejects.toMatchObject({ code: 'REQUEST_ABORTED', cause: reason });
    expect(bus.respond(ids[0] ?? '', 1)).toBe(false);
  });

  test('before the request keeps the handler from being called', async () => {
    const { bus, ids } = silent();
    await expect(bus.request('E', undefined, { signal: AbortSignal.abort() })).rejects.toThrowError(
      withCode('REQUEST_ABORTED'),
    );
    expect(ids).toEqual([]);
    expect(bus.counts().pendingRequests).toBe(0);
  });

  test('by the handler itself counts', async () => {
    const bus = new MessageBus();
    const controller = new AbortController();
    bus.register('E', () => controller.abort());
    await expect(bus.request('E', undefined, { signal: controller.signal })).rejects.toThrowError(
      withCode('REQUEST_ABORTED'),
    );
  });

  test('after the response does nothing, and no listener stays behind', async () => {
    const { bus, ids } = silent();
    const controller = new AbortController();
    const remove = vi.spyOn(controller.signal, 'removeEventListener');
    const response = watched(bus.request('E', undefined, { signal: controller.signal }));
    bus.respond(ids[0] ?? '', 'fine');
    controller.abort();
    expect(await response).toBe('fine');
    expect(remove).toHaveBeenCalledTimes(1);
  });
});

describe('a correlation id', () => {
  test('is unique among pending requests', async () => {
    const { bus, ids } = silent();
    const first = bus.request('E', undefined, { correlationId: 'order-7' });
    await expect(bus.request('E', undefined, { correlationId: 'order-7' })).rejects.toThrowError(
      withCode('DUPLICATE_CORRELATION_ID'),
    );
    expect(ids).toEqual(['order-7']);
    bus.respond('order-7', 'fine');
    expect(await first).toBe('fine');
    const again = bus.request('E', undefined, { correlationId: 'order-7' });
    bus.respond('order-7', 'fine again');
    expect(await again).toBe('fine again');
  });

  test('is unique against the request whose handler runs, too', async () => {
    const bus = new MessageBus();
    let inner: Promise<unknown> = Promise.resolve();
    bus.register('E', () => {
      inner = bus.request('F', undefined, { correlationId: 'same' });
      inner.catch(() => undefined);
    });
    bus.register('F', () => undefined);
    const outer = bus.request('E', undefined, { correlationId: 'same' });
    await expect(inner).rejects.toThrowError(withCode('DUPLICATE_CORRELATION_ID'));
    expect(bus.respond('same', 'outer')).toBe(true);
    expect(await outer).toBe('outer');
  });

  test.each(['#1', 7])('%j is refused', async (correlationId) => {
    const { bus } = silent();
    await expect(bus.request('E', undefined, { correlationId: correlationId as string })).rejects.toThrowError(
      withCode('INVALID_OPTIONS'),
    );
  });
});

describe('pending requests', () => {
  test('are bounded', async () => {
    const { bus, ids } = silent({ maxPendingRequests: 3 });
    const responses = Array.from({ length: 3 }, () => bus.request('E', undefined));
    await expect(bus.request('E', undefined)).rejects.toThrowError(withCode('TOO_MANY_REQUESTS'));
    expect(ids).toHaveLength(3);
    bus.respond(ids[0] ?? '', 'room again');
    expect(await responses[0]).toBe('room again');
    expect(await outcome(bus.request('E', undefined))).toBe('pending');
  });
});
