import { describe, expect, test, vi } from 'vitest';
import { MessageBus } from '../../src/message-bus/message-bus.ts';

const withCode = (code: string): unknown => expect.objectContaining({ code });

describe('a closed bus', () => {
  test('takes nothing any more, on known topics and by handles as well', () => {
    const bus = new MessageBus();
    const handler = vi.fn<() => void>();
    const subscription = bus.subscribe('a.*', handler);
    const handle = bus.topic('a.b');
    const board = bus.switchboard('a.{x}');
    bus.register('E', handler);
    for (let i = 0; i < 3; i += 1) bus.publish('a.b', undefined);
    board.publish('b', undefined);
    bus.close();
    bus.close();
    const attempts = [
      () => bus.publish('a.b', undefined),
      () => bus.publish('never.seen', undefined),
      () => handle.publish(undefined),
      () => board.publish('b', undefined),
      () => bus.subscribe('a', handler),
      () => bus.register('F', handler),
    ];
    for (const attempt of attempts) expect(attempt).toThrowError(withCode('CLOSED'));
    expect(handler).toHaveBeenCalledTimes(4);
    expect(subscription.active).toBe(false);
    expect(bus.counts()).toMatchObject({ subscriptions: 0, endpoints: 0, pendingRequests: 0 });
    subscription.unsubscribe();
  });

  test('has rejected the requests that waited', async () => {
    const bus = new MessageBus();
    bus.register('E', () => undefined);
    const response = bus.request('E', undefined);
    bus.close();
    await expect(response).rejects.toThrowError(withCode('CLOSED'));
  });

  test('by one of its handlers lets that one finish and calls no other', async () => {
    const calls: string[] = [];
    let bus = new MessageBus();
    bus.subscribe('a', () => {
      bus.close();
      calls.push('first');
    });
    bus.subscribe('a', () => calls.push('second'));
    bus.publish('a', undefined);
    expect(calls).toEqual(['first']);
    bus = new MessageBus();
    bus.register('E', () => bus.close());
    await expect(bus.request('E', undefined)).rejects.toThrowError(withCode('CLOSED'));
    await expect(bus.request('E', undefined)).rejects.toThrowError(withCode('CLOSED'));
  });

  test('may be left to using', () => {
    let kept: MessageBus | undefined;
    {
      using bus = new MessageBus();
      kept = bus;
    }
    expect(() => kept.publish('a', undefined)).toThrowError(withCode('CLOSED'));
  });
});
