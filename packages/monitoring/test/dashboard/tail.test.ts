import { channel } from 'node:diagnostics_channel';
import * as fc from 'fast-check';
import { DIAGNOSTIC_CHANNELS } from '@tradewind/core-types';
import { BufferedMessageBusClient, InMemoryBroker, MessageBus } from '@tradewind/core';
import { describe, expect, test } from 'vitest';
import { createMonitoring } from '../../src/index.ts';
import { Tail } from '../../src/dashboard/tail/tail.ts';
import { payloadText } from '../../src/dashboard/tail/payload-text.ts';
import { WritingBudget } from '../../src/dashboard/tail/writing-budget.ts';
import { WatchedBus } from '../../src/dashboard/sources/watched-bus.ts';
import type { TailBatch, TailMessage } from '../../src/dashboard/protocol/index.ts';
import { Stream } from '../support/dashboard-client.ts';
import { HandClock, dashboardSystem } from '../support/dashboard-system.ts';
import { Recorder } from '../support/recorder.ts';

const isListenedTo = (): boolean => channel(DIAGNOSTIC_CHANNELS.publish).hasSubscribers;
const ALL = { pattern: '*', perSecond: 20, payloads: true };

/** A tail of one bus with a clock set by hand, and everything that it told. */
function tailOf(bus: MessageBus | BufferedMessageBusClient, request = ALL) {
  const clock = new HandClock();
  const logger = new Recorder();
  const tail = new Tail({ clock, logger });
  const batches: TailBatch[] = [];
  const watched = new WatchedBus(createMonitoring({ bus, process: false }), {});
  const watching = tail.watch(watched, request, (batch) => batches.push(batch));
  return {
    clock,
    logger,
    batches,
    tail,
    watching,
    shown: (): readonly TailMessage[] => batches.flatMap(({ messages }) => messages),
    sum: (field: 'leftOut' | 'unseen'): number => batches.reduce((sum, batch) => sum + batch[field], 0),
  };
}

describe('the tail', () => {
  test('listens only while somebody looks', () => {
    const client = new BufferedMessageBusClient({ name: 'desk' });
    const bus = new MessageBus();
    expect(isListenedTo()).toBe(false);
    const ofClient = tailOf(client);
    const ofBus = tailOf(bus);
    expect(isListenedTo()).toBe(true);
    expect(bus.patterns()).toEqual(['*']);
    ofClient.watching[Symbol.dispose]();
    ofBus.watching[Symbol.dispose]();
    expect(isListenedTo()).toBe(false);
    expect(bus.patterns()).toEqual([]);
    expect(ofClient.clock.pending + ofBus.clock.pending).toBe(0);
  });

  test('shows what matches the filter, with who published it, and says what it left out', () => {
    const client = new BufferedMessageBusClient({ name: 'desk' });
    const stranger = new BufferedMessageBusClient({ name: 'stranger' });
    const tail = tailOf(client, { ...ALL, pattern: 'data.trades.+' });
    for (let i = 0; i < 8; i += 1) client.publish('data.trades.KRAKEN', { i }, { priority: 1 });
    client.publish('data.quotes.KRAKEN', {});
    stranger.publish('data.trades.KRAKEN', {});
    tail.clock.pass(250);
    expect(tail.shown()).toHaveLength(5);
    expect(tail.shown()[0]).toEqual({
      atMs: 1_700_000_000_000,
      bus: 'desk',
      direction: 'published',
      topic: 'data.trades.KRAKEN',
      priority: 'HIGH',
      publisher: 'desk',
      payload: '{"i":0}',
      payloadCut: false,
    });
    expect(tail.sum('leftOut')).toBe(3);
    client.publish('data.trades.KRAKEN', 'next');
    tail.clock.pass(250);
    expect(tail.shown().at(-1)?.payload).toBe('"next"');
    tail.watching[Symbol.dispose]();
  });

  test('under a flood lets every message through, looks at few, and says how many it did not see', async () => {
    await using client = new BufferedMessageBusClient({ name: 'desk' });
    let handled = 0;
    client.subscribe('data.*', () => void (handled += 1));
    const tail = tailOf(client);
    let reads = 0;
    // Whoever looks at a payload is seen: beyond the cap nobody does.
    const payload = {
      get price() {
        reads += 1;
        return '1.5';
      },
    };
    const published = 20_000;
    for (let i = 0; i < published; i += 1) {
      client.publish('data.trades.KRAKEN', payload);
      if (i % 5_000 === 4_999) await client.flush();
    }
    await client.flush();
    tail.clock.pass(250);
    expect(handled).toBe(published);
    expect(tail.shown()).toHaveLength(5);
    expect(reads).toBe(5);
    // 50 more were looked at; the bus knows how many there were.
    expect(tail.sum('leftOut')).toBe(50);
    expect(tail.sum('unseen')).toBe(published - 55);
    expect(tail.logger.lines).toEqual([]);
    tail.watching[Symbol.dispose]();
  });

  test('lets go of the bus when everybody has seen what may be shown, and comes back', async () => {
    const client = new BufferedMessageBusClient({ name: 'desk' });
    const tail = tailOf(client);
    const other = tailOf(client);
    for (let i = 0; i < 60; i += 1) client.publish('a', i);
    // Whoever leaves a channel while it tells its listeners makes it leave out another: so not at once.
    expect(isListenedTo()).toBe(true);
    await Promise.resolve();
    expect(isListenedTo()).toBe(false);
    for (let i = 0; i < 500; i += 1) client.publish('a', i);
    tail.clock.pass(250);
    other.clock.pass(250);
    expect(isListenedTo()).toBe(true);
    expect([tail.shown().length, tail.sum('leftOut'), tail.sum('unseen')]).toEqual([5, 50, 505]);
    client.publish('a', 'again');
    tail.clock.pass(250);
    expect(tail.shown().at(-1)?.payload).toBe('"again"');
    tail.watching[Symbol.dispose]();
    other.watching[Symbol.dispose]();
    await client.close();
  });

  test('goes on looking for those who have not seen what they wait for, at no more than a thousand', async () => {
    await using client = new BufferedMessageBusClient({ name: 'desk' });
    const tail = tailOf(client);
    const rare: TailBatch[] = [];
    const bus = new WatchedBus(createMonitoring({ bus: client, process: false }), {});
    const watching = tail.tail.watch(bus, { ...ALL, pattern: 'rare' }, (batch) => rare.push(batch));
    for (let i = 0; i < 900; i += 1) client.publish('a', i);
    client.publish('rare', 1);
    for (let i = 0; i < 900; i += 1) client.publish('a', i);
    await Promise.resolve();
    expect(isListenedTo()).toBe(false);
    tail.clock.pass(250);
    expect(rare[0]).toMatchObject({ messages: [{ payload: '1' }], leftOut: 0, unseen: 801 });
    expect(tail.sum('unseen')).toBe(801);
    watching[Symbol.dispose]();
    tail.watching[Symbol.dispose]();
  });

  test('shows what came over a path, once for all its handlers', async () => {
    const broker = new InMemoryBroker();
    await using sender = new BufferedMessageBusClient({ name: 'sender', paths: { wire: broker.transport() } });
    await using receiver = new BufferedMessageBusClient({ name: 'receiver', paths: { wire: broker.transport() } });
    let handled = 0;
    receiver.subscribe('a.*', () => void (handled += 1));
    receiver.subscribe('a.b', () => void (handled += 1));
    await receiver.ready();
    const tail = tailOf(receiver);
    sender.publish('a.b', 'over there');
    await sender.flush();
    while (handled < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    tail.clock.pass(250);
    expect(tail.shown()).toEqual([
      expect.objectContaining({ direction: 'received', publisher: sender.producer, payload: '"over there"' }),
    ]);
    tail.watching[Symbol.dispose]();
  });

  test('counts what it published itself and got back as seen', async () => {
    const broker = new InMemoryBroker();
    await using desk = new BufferedMessageBusClient({ name: 'desk', paths: { wire: broker.transport() } });
    let handled = 0;
    desk.subscribe('a.*', () => void (handled += 1));
    await desk.ready();
    const tail = tailOf(desk);
    for (let i = 0; i < 3; i += 1) desk.publish('a.b', i);
    await desk.flush();
    while (handled < 3) await new Promise((resolve) => setImmediate(resolve));
    tail.clock.pass(250);
    expect(tail.shown().map(({ direction }) => direction)).toEqual(['published', 'published', 'published']);
    expect(tail.sum('unseen')).toBe(0);
    tail.watching[Symbol.dispose]();
  });

  test('shows no more in a second than was asked for', () => {
    const client = new BufferedMessageBusClient({ name: 'desk' });
    const tail = tailOf(client, { ...ALL, perSecond: 1 });
    for (let quarter = 0; quarter < 16; quarter += 1) {
      for (let i = 0; i < 10; i += 1) client.publish('a', i);
      tail.clock.pass(250);
    }
    expect(tail.shown()).toHaveLength(4);
    expect(tail.sum('leftOut')).toBe(156);
    tail.watching[Symbol.dispose]();
  });

  test('takes five milliseconds of a quarter of a second for payloads, and makes up for one that took more', () => {
    const bus = new MessageBus();
    const tail = tailOf(bus);
    let reads = 0;
    // A large payload as the clock sees it.
    const large = {
      get member() {
        reads += 1;
        tail.clock.nowMs += 12;
        return {};
      },
    };
    for (let i = 0; i < 3; i += 1) bus.publish('a', large);
    expect(reads).toBe(1);
    // 7 ms are owed: after one refill there are still 2.
    tail.clock.pass(250);
    bus.publish('a', large);
    expect(reads).toBe(1);
    tail.clock.pass(250);
    bus.publish('a', large);
    expect(reads).toBe(2);
    tail.clock.pass(250);
    const texts = tail.shown().map(({ payload, payloadCut }) => [payload, payloadCut]);
    const left = ['<not written: the time for payloads is used up>', true];
    expect(texts).toEqual([['{"member":…}', true], left, left, left, ['{"member":…}', true]]);
    tail.watching[Symbol.dispose]();
  });

  test('of a synchronous bus comes behind all handlers, and throws nothing into it', () => {
    const bus = new MessageBus();
    const order: string[] = [];
    const tail = tailOf(bus, { ...ALL, pattern: 'data.*' });
    bus.subscribe('data.*', () => order.push('handler'));
    const hostile = Proxy.revocable({}, {});
    hostile.revoke();
    for (const payload of [
      { toJSON: () => order.push('toJSON') },
      hostile.proxy,
      {
        get x() {
          throw new Error('no');
        },
      },
    ]) {
      bus.publish('data.x', payload);
    }
    bus.publish('other', 1);
    tail.clock.pass(250);
    expect(order).toEqual(['handler', 'handler', 'handler']);
    expect(tail.shown().map(({ payload, priority }) => [payload, priority])).toEqual([
      ['{"toJSON":<function>}', null],
      ['<unreadable>', null],
      ['{"x":"<unreadable>"}', null],
    ]);
    expect(bus.counts().handlerErrors).toBe(0);
    tail.watching[Symbol.dispose]();
  });

  test('comes over a stream, without payloads for those who may not see them', async () => {
    const token = 'a-token-of-enough-characters';
    await using system = await dashboardSystem({
      dashboard: {
        tokens: [
          { token, name: 'sees', payloads: true },
          { token: `${token}-2`, name: 'does not' },
        ],
      },
    });
    const headers = (own: string) => ({ authorization: `Bearer ${own}` });
    using sees = await Stream.open(system.port, '/api/tail?pattern=orders.*', headers(token));
    using sees_not = await Stream.open(system.port, '/api/tail?pattern=orders.*', headers(`${token}-2`));
    system.client.publish('orders.new', { account: 'secret-1' });
    const has = ({ messages }: TailBatch): boolean => messages.length > 0;
    expect((await sees.next<TailBatch>('messages', has)).messages[0]?.payload).toBe('{"account":"secret-1"}');
    const hidden = await sees_not.next<TailBatch>('messages', has);
    expect(hidden.messages[0]).toMatchObject({ topic: 'orders.new', payload: null });
    expect(JSON.stringify(hidden)).not.toContain('secret-1');
    // It says that it lives where nothing comes.
    await sees.next<TailBatch>('messages', ({ messages }) => messages.length === 0);
  });
});

describe('the text of a payload', () => {
  test('is bounded, whatever it is, and never throws', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withTypedArray: true,
          withNullPrototype: true,
        }),
        (value) => {
          const { text } = payloadText(value, 200);
          expect(text.length).toBeLessThanOrEqual(200);
        },
      ),
    );
  });

  test('of JSON is that JSON', () => {
    const shallow = fc.jsonValue({ maxDepth: 4 });
    fc.assert(
      fc.property(shallow, (value) => {
        const { text, isCut } = payloadText(value, 20_000);
        if (!isCut) expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('says where it ends before the payload does, and stops there', () => {
    let read = 0;
    const long = new Proxy(
      Array.from({ length: 100_000 }, (_, at) => at),
      { get: (array, key, self) => ((read += 1), Reflect.get(array, key, self) as unknown) },
    );
    const { text, isCut } = payloadText(long, 100);
    expect(isCut).toBe(true);
    expect(text).toHaveLength(100);
    expect(read).toBeLessThan(1_000);
    const cyclic: Record<string, unknown> = { a: 1 };
    cyclic['self'] = cyclic;
    expect(payloadText(cyclic).text).toBe('{"a":1,"self":<cycle>}');
    expect(payloadText({ n: 2n ** 4_194_304n, m: -12n })).toEqual({
      text: '{"n":<bigint of more than 1,024 bits>,"m":-12}',
      isCut: true,
    });
    expect(payloadText(new Uint8Array(3)).text).toBe('<Uint8Array, 3 bytes>');
  });

  test('within a budget lists no members of an object that has too many, and the others as ever', () => {
    const budget = new WritingBudget(5, () => 0);
    const members = Array.from({ length: 400_000 }, (_, at) => [`member-${at}`, at]);
    const huge: Record<string, unknown> = Object.fromEntries(members);
    let read = 0;
    Object.defineProperty(huge, 'member-0', { enumerable: true, get: () => (read += 1) });
    expect(payloadText({ id: 7, huge }, 2_000, budget)).toEqual({
      text: '{"id":7,"huge":<an object of too many members to list>}',
      isCut: true,
    });
    expect(read).toBe(0);
    expect(payloadText(huge, 30).text).toBe('{"member-0":1,"member-1":1,"me');
    const many = Object.fromEntries(members.slice(0, 150));
    expect(JSON.parse(payloadText(many, 20_000, budget).text)).toMatchObject({ 'member-0': 0, 'member-100': 100 });
  });
});
