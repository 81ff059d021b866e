import { describe, expect, test, vi } from 'vitest';
import { MessageBus } from '../../src/message-bus/message-bus.ts';

const withCode = (code: string): unknown => expect.objectContaining({ code });

describe('a handle of a topic', () => {
  test('publishes as the bus does, whatever was subscribed and ended since it was made', () => {
    const bus = new MessageBus();
    const handle = bus.topic('a.b');
    const seen: unknown[] = [];
    expect(handle.topic).toBe('a.b');
    expect(handle.hasSubscribers()).toBe(false);
    expect(handle.publish(0)).toBe(true);
    const exact = bus.subscribe('a.b', (payload, { topic }) => seen.push(['exact', payload, topic]));
    expect(handle.hasSubscribers()).toBe(true);
    handle.publish(1);
    const wildcard = bus.subscribe('a.*', (payload) => seen.push(['wildcard', payload]));
    handle.publish(2);
    exact.unsubscribe();
    handle.publish(3);
    wildcard.unsubscribe();
    expect(handle.hasSubscribers()).toBe(false);
    handle.publish(4);
    expect(seen).toEqual([
      ['exact', 1, 'a.b'],
      ['exact', 2, 'a.b'],
      ['wildcard', 2],
      ['wildcard', 3],
    ]);
    expect(bus.counts().published).toBe(5);
  });

  test('is not confused by topics that leave the cache', () => {
    const bus = new MessageBus({ maxCachedTopics: 1 });
    const handle = bus.topic('a.b');
    const seen: unknown[] = [];
    handle.publish(1);
    for (let i = 0; i < 100; i += 1) bus.publish(`other.${i % 3}`, undefined);
    bus.subscribe('a.*', (payload) => seen.push(payload));
    handle.publish(2);
    for (let i = 0; i < 100; i += 1) bus.publish(`other.${i % 3}`, undefined);
    handle.publish(3);
    expect(seen).toEqual([2, 3]);
  });

  test('is refused for what is no topic', () => {
    expect(() => new MessageBus().topic('a.*')).toThrowError(withCode('INVALID_TOPIC'));
  });
});

describe('a switchboard', () => {
  test('publishes on the topic that the names make', () => {
    const bus = new MessageBus();
    const seen: unknown[] = [];
    bus.subscribe('data.quotes.*', (payload, { topic }) => seen.push([topic, payload]));
    const quotes = bus.switchboard('data.quotes.{venue}.{symbol}');
    for (let i = 0; i < 3; i += 1) {
      expect(quotes.publish('BINANCE', 'BTCUSDT', i)).toBe(true);
      expect(quotes.publish('KRAKEN', 'BTCUSDT', i)).toBe(true);
    }
    expect(quotes.size).toBe(2);
    expect(quotes.template).toBe('data.quotes.{venue}.{symbol}');
    expect(seen).toEqual(
      [0, 1, 2].flatMap((i) => [
        ['data.quotes.BINANCE.BTCUSDT', i],
        ['data.quotes.KRAKEN.BTCUSDT', i],
      ]),
    );
  });

  test('has one to three holes, anywhere', () => {
    const bus = new MessageBus();
    const topics: string[] = [];
    bus.subscribe('*', (_payload, { topic }) => topics.push(topic));
    const one = bus.switchboard('events.order.{strategyId}');
    const three = bus.switchboard('{kind}.data-{venue}.{symbol}.end');
    for (let i = 0; i < 2; i += 1) {
      one.publish('EMA-7', 'payload');
      three.publish('live', 'OKX', 'ETHUSDT', 'payload');
    }
    one.handle('EMA-7').publish('payload');
    three.handle('live', 'OKX', 'ETHUSDT').publish('payload');
    expect(topics.slice(-2)).toEqual(['events.order.EMA-7', 'live.data-OKX.ETHUSDT.end']);
    expect(topics.filter((topic) => topic === 'events.order.EMA-7')).toHaveLength(3);
    expect([one.size, three.size]).toEqual([1, 1]);
  });

  test('gives the same handle for the same names', () => {
    const quotes = new MessageBus().switchboard('data.quotes.{venue}.{symbol}');
    expect(quotes.handle('A', 'B')).toBe(quotes.handle('A', 'B'));
    expect(quotes.handle('A', 'B').topic).toBe('data.quotes.A.B');
  });

  test('takes names with dots, such as NYSE symbols', () => {
    const bus = new MessageBus();
    const handler = vi.fn<() => void>();
    bus.subscribe('data.quotes.NYSE.BRK.B', handler);
    bus.switchboard('data.quotes.{venue}.{symbol}').publish('NYSE', 'BRK.B', undefined);
    expect(handler).toHaveBeenCalledTimes(1);
  });

  test('keeps a bounded number of handles, and publishes on further topics all the same', () => {
    const bus = new MessageBus();
    const topics = new Set<string>();
    bus.subscribe('data.*', (_payload, { topic }) => topics.add(topic));
    const board = bus.switchboard('data.{venue}.{symbol}', { maxTopics: 10 });
    for (let i = 0; i < 100; i += 1) board.publish(`V${i % 5}`, `S${i}`, undefined);
    expect(board.size).toBe(10);
    expect(topics.size).toBe(100);
    expect(board.handle('V0', 'new').topic).toBe('data.V0.new');
    expect(board.size).toBe(10);
  });

  test.each(['data.quotes', 'data.{a}.{b}.{c}.{d}', '{a}..{b}', 'data.{}', 'data.{a', 'data.{a}}', 'data.*.{a}', ''])(
    'refuses the template %j',
    (template) => {
      expect(() => new MessageBus().switchboard(template as 'a.{b}')).toThrowError(withCode('INVALID_TOPIC'));
    },
  );

  test.each(['', 'a*', '?', '.x'])('refuses the name %j', (name) => {
    const board = new MessageBus().switchboard('data.{venue}.{symbol}');
    expect(() => board.publish('A', name, undefined)).toThrowError(withCode('INVALID_TOPIC'));
    expect(board.size).toBe(0);
  });

  test.each([0, -1, 1.5, Number.NaN])('refuses the bound %j', (maxTopics) => {
    expect(() => new MessageBus().switchboard('a.{b}', { maxTopics })).toThrowError(withCode('INVALID_OPTIONS'));
  });

  test.each([null, 7, 'options', { maxTopics: null }, { maxTopcs: 1 }])('refuses the options %j', (options) => {
    const given = options as { readonly maxTopics?: number };
    expect(() => new MessageBus().switchboard('a.{b}', given)).toThrowError(withCode('INVALID_OPTIONS'));
  });
});
