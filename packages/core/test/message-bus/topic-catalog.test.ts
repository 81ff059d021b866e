import { describe, expect, test, vi } from 'vitest';
import { MessageBus } from '../../src/message-bus/message-bus.ts';

describe('the catalog of topics', () => {
  test('lists what was published since it was first used, and before that what was published more than once', () => {
    const bus = new MessageBus();
    for (let i = 0; i < 2; i += 1) bus.publish('seen.twice', undefined);
    bus.publish('seen.once', undefined);
    bus.subscribe('only.subscribed', () => undefined);
    expect([...bus.topics()]).toEqual(['seen.twice']);
    bus.publish('new', undefined);
    bus.publish('only.subscribed', undefined);
    bus.topic('by.handle').publish(undefined);
    expect([...bus.topics()].toSorted()).toEqual(['by.handle', 'new', 'only.subscribed', 'seen.twice']);
  });

  test('calls back once per topic, before its first message, which reaches a subscription made there', () => {
    const bus = new MessageBus();
    const told: string[] = [];
    const got: unknown[] = [];
    bus.publish('old', 0);
    bus.publish('old', 0);
    using _listening = bus.onTopic((topic) => {
      told.push(topic);
      bus.subscribe(topic, (payload) => got.push([topic, payload]));
    });
    for (let i = 0; i < 3; i += 1) {
      bus.publish('old', i);
      bus.publish('a', i);
      bus.topic('b').publish(i);
    }
    expect(told).toEqual(['a', 'b']);
    expect(got).toEqual(
      [0, 1, 2].flatMap((i) => [
        ['a', i],
        ['b', i],
      ]),
    );
  });

  test('stops calling back when the listener is disposed; one that throws is counted and harms nobody', () => {
    const errors: unknown[] = [];
    const bus = new MessageBus();
    const listener = vi.fn<(topic: string) => void>();
    const listening = bus.onTopic(listener);
    bus.onTopic(() => {
      throw new Error('no');
    });
    bus.publish('a', undefined);
    listening[Symbol.dispose]();
    listening[Symbol.dispose]();
    bus.publish('b', undefined);
    expect(listener.mock.calls).toEqual([['a']]);
    expect(bus.counts().handlerErrors).toBe(2);
    expect(errors).toEqual([]);
  });

  test('is bounded: topics beyond its bound are counted and delivered, not listed', () => {
    const bus = new MessageBus({ maxListedTopics: 3 });
    const handler = vi.fn<() => void>();
    const listener = vi.fn<(topic: string) => void>();
    bus.subscribe('*', handler);
    bus.onTopic(listener);
    for (let i = 0; i < 10; i += 1) bus.publish(`t.${i}`, undefined);
    expect([...bus.topics()]).toEqual(['t.0', 't.1', 't.2']);
    expect(bus.unlisted()).toBe(7);
    expect(listener).toHaveBeenCalledTimes(3);
    expect(handler).toHaveBeenCalledTimes(10);
  });

  test('has nothing of what is no topic', () => {
    const bus = new MessageBus();
    const listener = vi.fn<(topic: string) => void>();
    bus.onTopic(listener);
    expect(() => bus.publish('a.*', undefined)).toThrowError(expect.objectContaining({ code: 'INVALID_TOPIC' }));
    expect(listener).not.toHaveBeenCalled();
    expect([...bus.topics()]).toEqual([]);
  });
});
