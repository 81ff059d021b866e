import { describe, expect, test, vi } from 'vitest';
import { MessageBus } from '../../src/message-bus/message-bus.ts';

const withCode = (code: string): unknown => expect.objectContaining({ code });

describe('publishing from inside a handler', () => {
  test('is depth-first: the inner message is delivered before the outer one goes on', () => {
    const bus = new MessageBus();
    const calls: string[] = [];
    bus.subscribe('outer', () => {
      calls.push('outer 1');
      bus.publish('inner', undefined);
    });
    bus.subscribe('outer', () => calls.push('outer 2'));
    bus.subscribe('inner', () => calls.push('inner'));
    bus.publish('outer', undefined);
    expect(calls).toEqual(['outer 1', 'inner', 'outer 2']);
  });

  test('may go 64 deep, then the innermost publisher gets RECURSION_LIMIT, and the bus works on', () => {
    const errors: unknown[] = [];
    const bus = new MessageBus({ onHandlerError: ({ error }) => errors.push(error) });
    let depth = 0;
    let deepest = 0;
    bus.subscribe('a', () => {
      depth += 1;
      deepest = Math.max(deepest, depth);
      bus.publish('a', undefined);
      depth -= 1;
    });
    bus.publish('a', undefined);
    expect(deepest).toBe(64);
    expect(errors).toEqual([withCode('RECURSION_LIMIT')]);
    expect(bus.counts()).toMatchObject({ published: 64, delivered: 64, handlerErrors: 1 });
    depth = 0;
    bus.publish('a', undefined);
    expect(errors).toHaveLength(2);
  });

  test('counts sends and requests as levels, too', async () => {
    const errors: unknown[] = [];
    const bus = new MessageBus({ onHandlerError: ({ error }) => errors.push(error) });
    let calls = 0;
    bus.subscribe('a', () => bus.send('E', undefined));
    bus.register('E', () => {
      calls += 1;
      bus.publish('a', undefined);
    });
    bus.publish('a', undefined);
    expect(calls).toBe(32);
    let asked = 0;
    const answers: Promise<unknown>[] = [];
    bus.register('F', () => {
      asked += 1;
      answers.push(bus.request('F', undefined, { timeoutMs: 1 }));
    });
    answers.push(bus.request('F', undefined, { timeoutMs: 1 }));
    const settled = await Promise.allSettled(answers);
    expect(asked).toBe(64);
    expect(settled[0]).toMatchObject({ status: 'rejected', reason: { code: 'RECURSION_LIMIT' } });
  });
});

describe('changing subscriptions from inside a handler', () => {
  test.each(['a', 'a.*'])('a subscription made while a message is delivered misses that message (%s)', (pattern) => {
    const bus = new MessageBus();
    const late = vi.fn<() => void>();
    bus.subscribe('a.b', () => bus.subscribe(pattern === 'a' ? 'a.b' : pattern, late));
    bus.publish('a.b', undefined);
    expect(late).not.toHaveBeenCalled();
    bus.publish('a.b', undefined);
    expect(late).toHaveBeenCalledTimes(1);
  });

  test('a subscription made while a message is delivered gets a message published further in', () => {
    const bus = new MessageBus();
    const calls: unknown[] = [];
    bus.subscribe('a', (payload) => {
      if (payload !== 'outer') return;
      bus.subscribe('a', (inner) => calls.push(inner));
      bus.publish('a', 'inner');
    });
    bus.publish('a', 'outer');
    expect(calls).toEqual(['inner']);
  });

  test.each(['a.b', 'a.*', '+.b'])(
    'a subscription that is ended by an earlier handler is not called (%s)',
    (pattern) => {
      const bus = new MessageBus();
      const ended = vi.fn<() => void>();
      const last = vi.fn<() => void>();
      bus.subscribe('a.b', () => subscription.unsubscribe(), { handlerPriority: 1 });
      const subscription = bus.subscribe(pattern, ended);
      bus.subscribe('a.b', last);
      bus.publish('a.b', undefined);
      bus.publish('a.b', undefined);
      expect(ended).not.toHaveBeenCalled();
      expect(last).toHaveBeenCalledTimes(2);
    },
  );

  test('one that is ended and made again by an earlier handler misses the message as well', () => {
    const bus = new MessageBus();
    const renewed = vi.fn<() => void>();
    bus.subscribe('a', () => {
      subscription.unsubscribe();
      subscription = bus.subscribe('a', renewed);
    });
    let subscription = bus.subscribe('a', renewed);
    bus.publish('a', undefined);
    expect(renewed).not.toHaveBeenCalled();
  });

  test('a handler may end itself', () => {
    const bus = new MessageBus();
    const after = vi.fn<() => void>();
    let calls = 0;
    const once = bus.subscribe('a', () => {
      calls += 1;
      once.unsubscribe();
    });
    bus.subscribe('a', after);
    bus.publish('a', undefined);
    bus.publish('a', undefined);
    expect(calls).toBe(1);
    expect(after).toHaveBeenCalledTimes(2);
  });

  test('a later message sees the change though an outer one is still being delivered', () => {
    const bus = new MessageBus();
    const calls: string[] = [];
    bus.subscribe('a', (payload) => {
      calls.push(`1 ${String(payload)}`);
      if (payload !== 'outer') return;
      second.unsubscribe();
      bus.publish('a', 'inner');
    });
    const second = bus.subscribe('a', (payload) => calls.push(`2 ${String(payload)}`));
    bus.publish('a', 'outer');
    expect(calls).toEqual(['1 outer', '1 inner']);
  });

  test('a thousand handlers that come and go while messages are delivered leave nothing behind', () => {
    const bus = new MessageBus();
    let calls = 0;
    bus.subscribe('spawn.*', (_payload, { topic }) => {
      const made = bus.subscribe(topic, () => {
        calls += 1;
        made.unsubscribe();
      });
    });
    for (let round = 0; round < 2; round += 1) {
      for (let i = 0; i < 1000; i += 1) bus.publish(`spawn.S${i}`, undefined);
    }
    expect(calls).toBe(1000);
    expect(bus.counts().subscriptions).toBe(1001);
  });
});
