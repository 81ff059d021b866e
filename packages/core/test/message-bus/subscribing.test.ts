import { describe, expect, test, vi } from 'vitest';
import { MessageBus } from '../../src/message-bus/message-bus.ts';

const withCode = (code: string): unknown => expect.objectContaining({ code });

describe('delivery', () => {
  test('has happened when publish returns, with payload and topic', () => {
    const bus = new MessageBus();
    const seen: unknown[] = [];
    bus.subscribe('data.quotes.*', (payload, meta) => seen.push([payload, meta.topic]));
    expect(bus.publish('data.quotes.X', 7)).toBe(true);
    expect(bus.publish('data.trades.X', 8)).toBe(true);
    expect(seen).toEqual([[7, 'data.quotes.X']]);
  });

  test('goes by handlerPriority, high first, then by the order of subscription, across patterns', () => {
    const bus = new MessageBus();
    const calls: string[] = [];
    const say = (name: string) => () => calls.push(name);
    bus.subscribe('a.b', say('first'));
    bus.subscribe('*', say('second'));
    bus.subscribe('a.+', say('urgent'), { handlerPriority: 10 });
    bus.subscribe('a.b', say('late'), { handlerPriority: -1 });
    bus.subscribe('a.*', say('third'));
    bus.publish('a.b', undefined);
    expect(calls).toEqual(['urgent', 'first', 'second', 'third', 'late']);
  });

  test('calls each subscription once, however many wildcards of its pattern match', () => {
    const bus = new MessageBus();
    const handler = vi.fn<() => void>();
    bus.subscribe('*a*', handler);
    bus.subscribe('*.a.*', handler);
    bus.publish('a.a.a.a', undefined);
    expect(handler).toHaveBeenCalledTimes(2);
  });

  test('runs in the asynchronous context of the publisher', async () => {
    const { AsyncLocalStorage } = await import('node:async_hooks');
    const storage = new AsyncLocalStorage<string>();
    const bus = new MessageBus();
    const seen: (string | undefined)[] = [];
    storage.run('subscriber', () => bus.subscribe('a', () => seen.push(storage.getStore())));
    storage.run('publisher', () => bus.publish('a', undefined));
    bus.publish('a', undefined);
    expect(seen).toEqual(['publisher', undefined]);
  });

  test('gives handlers no this', () => {
    const bus = new MessageBus();
    const seen: unknown[] = [];
    function handler(this: unknown): void {
      seen.push(this);
    }
    bus.subscribe('a', handler);
    bus.publish('a', 1);
    bus.subscribe('*', handler);
    bus.publish('a', 1);
    expect(seen).toEqual([undefined, undefined, undefined]);
  });
});

describe('identity of subscriptions', () => {
  test('the same function on the same pattern is the same subscription, also when the pattern is spelled otherwise', () => {
    const bus = new MessageBus();
    const handler = vi.fn<() => void>();
    const first = bus.subscribe('a.*', handler, { handlerPriority: 3 });
    expect(bus.subscribe('a.**', handler, { handlerPriority: 3 })).toBe(first);
    bus.publish('a.b', undefined);
    expect(handler).toHaveBeenCalledTimes(1);
    expect(first.pattern).toBe('a.*');
    expect(bus.counts().subscriptions).toBe(1);
  });

  test('the same one with other options is refused, and nothing changes', () => {
    const bus = new MessageBus();
    const handler = vi.fn<() => void>();
    bus.subscribe('a.b', handler);
    expect(() => bus.subscribe('a.b', handler, { handlerPriority: 1 })).toThrowError(
      withCode('DUPLICATE_SUBSCRIPTION'),
    );
    expect(bus.counts().subscriptions).toBe(1);
  });

  test('ids make the same function on the same pattern different subscriptions', () => {
    const bus = new MessageBus();
    const handler = vi.fn<() => void>();
    const one = bus.subscribe('a.b', handler, { id: 'one' });
    const two = bus.subscribe('a.b', handler, { id: 'two' });
    bus.subscribe('a.b', handler);
    bus.publish('a.b', undefined);
    expect(handler).toHaveBeenCalledTimes(3);
    expect([one.id, two.id]).toEqual(['one', 'two']);
    expect(bus.subscribe('a.b', handler, { id: 'one' })).toBe(one);
  });

  test('an id is unique on its bus, and free again after its subscription ended', () => {
    const bus = new MessageBus();
    const handler = (): void => undefined;
    const one = bus.subscribe('a.b', handler, { id: 'one' });
    expect(() => bus.subscribe('a.c', handler, { id: 'one' })).toThrowError(withCode('DUPLICATE_SUBSCRIPTION'));
    expect(() => bus.subscribe('a.b', () => undefined, { id: 'one' })).toThrowError(withCode('DUPLICATE_SUBSCRIPTION'));
    one.unsubscribe();
    expect(bus.subscribe('a.c', handler, { id: 'one' }).pattern).toBe('a.c');
  });

  test('ids made by the bus differ, and cannot be taken', () => {
    const bus = new MessageBus();
    const ids = ['a', 'b', 'a.*'].map((pattern) => bus.subscribe(pattern, () => undefined).id);
    expect(new Set(ids).size).toBe(3);
    expect(() => bus.subscribe('a', () => undefined, { id: '#1' })).toThrowError(withCode('INVALID_OPTIONS'));
  });
});

describe('ending a subscription', () => {
  test('works by unsubscribe, by using, and twice', () => {
    const bus = new MessageBus();
    const handler = vi.fn<() => void>();
    {
      using subscription = bus.subscribe('a.*', handler);
      expect(subscription.active).toBe(true);
      bus.publish('a.b', undefined);
    }
    const again = bus.subscribe('a.*', handler);
    again.unsubscribe();
    again.unsubscribe();
    bus.publish('a.b', undefined);
    expect(handler).toHaveBeenCalledTimes(1);
    expect(again.active).toBe(false);
    expect(bus.patterns()).toEqual([]);
  });

  test('of an old subscription does not touch a newer one of the same identity', () => {
    const bus = new MessageBus();
    const handler = vi.fn<() => void>();
    const old = bus.subscribe('a', handler);
    old.unsubscribe();
    const renewed = bus.subscribe('a', handler);
    old.unsubscribe();
    bus.publish('a', undefined);
    expect(renewed.active).toBe(true);
    expect(handler).toHaveBeenCalledTimes(1);
  });
});

describe('bad input is refused before anything changes', () => {
  test.each([
    ['a..b', () => undefined, undefined, 'INVALID_PATTERN'],
    ['a', 7, undefined, 'INVALID_OPTIONS'],
    ['a', () => undefined, { handlerPriority: Number.NaN }, 'INVALID_OPTIONS'],
    ['a', () => undefined, { handlerPriority: Number.POSITIVE_INFINITY }, 'INVALID_OPTIONS'],
    ['a', () => undefined, { id: '' }, 'INVALID_OPTIONS'],
  ])('subscribe(%j, %s, %j)', (pattern, handler, options, code) => {
    const bus = new MessageBus();
    expect(() => bus.subscribe(pattern, handler as () => void, options)).toThrowError(withCode(code));
    expect(bus.counts().subscriptions).toBe(0);
    expect(bus.patterns()).toEqual([]);
  });

  test.each(['', 'a..b', 'a.*', 'a?', '+'])('publish and topic(%j)', (topic) => {
    const bus = new MessageBus();
    bus.subscribe('*', () => undefined);
    expect(() => bus.publish(topic, 1)).toThrowError(withCode('INVALID_TOPIC'));
    expect(() => bus.topic(topic)).toThrowError(withCode('INVALID_TOPIC'));
    expect(bus.counts().published).toBe(0);
  });

  test('one subscription too many', () => {
    const bus = new MessageBus({ maxSubscriptions: 2 });
    const first = bus.subscribe('a', () => undefined);
    bus.subscribe('b.*', () => undefined);
    expect(() => bus.subscribe('c', () => undefined)).toThrowError(withCode('TOO_MANY_SUBSCRIPTIONS'));
    first.unsubscribe();
    expect(bus.subscribe('c', () => undefined).active).toBe(true);
  });
});

describe('options', () => {
  test('are all checked at once, each issue with its path', () => {
    const options = {
      maxSubscriptions: 0,
      maxPendingRequests: 1.5,
      maxCachedTopics: -1,
      logger: {},
      onHandlerError: 3,
      speed: 9,
    };
    const make = (): unknown => new MessageBus(options as never);
    expect(make).toThrowError(withCode('INVALID_OPTIONS'));
    try {
      make();
      expect.unreachable();
    } catch (error) {
      const { issues } = error as { issues: readonly { path: string }[] };
      expect(issues.map(({ path }) => path).toSorted()).toEqual(Object.keys(options).toSorted());
    }
  });

  test('must be an object', () => {
    expect(() => new MessageBus(null as never)).toThrowError(withCode('INVALID_OPTIONS'));
  });
});

describe('inspection', () => {
  test('tells who is subscribed, to what, and in which order they would be called', () => {
    const bus = new MessageBus();
    const handler = (): void => undefined;
    const exact = bus.subscribe('a.b', handler);
    const wildcard = bus.subscribe('a.*', handler, { handlerPriority: 1 });
    const named = bus.subscribe('+.b', handler, { id: 'named' });
    expect(bus.subscriptionsOf('a.b')).toEqual([wildcard, exact, named]);
    expect(bus.subscriptionsOf('x.y')).toEqual([]);
    expect(bus.isSubscribed('a.*', handler)).toBe(true);
    expect(bus.isSubscribed('a.**', handler)).toBe(true);
    expect(bus.isSubscribed('+.b', handler)).toBe(true);
    expect(bus.isSubscribed('a.c', handler)).toBe(false);
    expect(bus.isSubscribed('a.b', () => undefined)).toBe(false);
    expect([...bus.patterns()].toSorted()).toEqual(['+.b', 'a.*', 'a.b']);
    exact.unsubscribe();
    expect(bus.isSubscribed('a.b', handler)).toBe(false);
    expect(bus.patterns()).not.toContain('a.b');
  });
});
