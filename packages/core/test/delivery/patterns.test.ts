import { expect, test } from 'vitest';
import { MessageBus } from '../../src/index.ts';
import { bench, codeOfThrown } from './delivery-fixture.ts';

/** Which of the topics a pattern brings: on the synchronous bus, and on the client. */
async function chosen(pattern: string, topics: readonly string[]): Promise<readonly string[]> {
  const onBus: string[] = [];
  const bus = new MessageBus();
  bus.subscribe(pattern, (_, { topic }) => onBus.push(topic));
  const onClient: string[] = [];
  const { client, settled } = bench();
  client.subscribe(pattern, (_, { topic }) => onClient.push(topic));
  for (const topic of topics) {
    bus.publish(topic, undefined);
    client.publish(topic, undefined);
  }
  await settled();
  expect(onClient, `${pattern}: the two buses differ`).toEqual(onBus);
  return onBus;
}

test('a pattern without wildcards matches its own topic and no other', async () => {
  expect(
    await chosen('data.trades.BTCUSDT', [
      'data.trades.BTCUSDT',
      'data.trades',
      'data.trades.BTCUSDT.x',
      'data.trades.btcusdt',
    ]),
  ).toEqual(['data.trades.BTCUSDT']);
});

test('a star matches any run of characters, none included, across dots', async () => {
  const topics = ['data', 'data.x', 'data.x.y', 'database', 'metadata', 'dat'];
  expect(await chosen('data*', topics)).toEqual(['data', 'data.x', 'data.x.y', 'database']);
  expect(await chosen('*data', topics)).toEqual(['data', 'metadata']);
  expect(await chosen('*', topics)).toEqual(topics);
  expect(await chosen('data.*.BTC*', ['data.a.BTC', 'data.a.b.BTCUSDT', 'data.BTCUSDT', 'data.a.ETH'])).toEqual([
    'data.a.BTC',
    'data.a.b.BTCUSDT',
  ]);
});

test('a star that is a whole segment needs at least one segment: data.* does not match data', async () => {
  expect(await chosen('data.*', ['data', 'data.x', 'data.x.y'])).toEqual(['data.x', 'data.x.y']);
  expect(await chosen('*.data', ['data', 'x.data', 'x.y.data'])).toEqual(['x.data', 'x.y.data']);
});

test('a question mark matches exactly one character, a dot included', async () => {
  expect(await chosen('data?x', ['datax', 'data.x', 'data-x', 'data..x'.replace('..', '.y.')])).toEqual([
    'data.x',
    'data-x',
  ]);
});

test('a plus that is a whole segment matches exactly one segment, and is an ordinary character elsewhere', async () => {
  expect(await chosen('data.+.BTC', ['data.OKX.BTC', 'data.BTC', 'data.OKX.spot.BTC'])).toEqual(['data.OKX.BTC']);
  expect(await chosen('data.a+', ['data.a+', 'data.ab', 'data.a'])).toEqual(['data.a+']);
});

test('a run of stars is one star', async () => {
  expect(await chosen('data.**', ['data', 'data.x', 'data.x.y'])).toEqual(['data.x', 'data.x.y']);
  const { client } = bench();
  expect(client.subscribe('data.***', () => undefined).pattern).toBe('data.*');
});

test('a topic with a wildcard or an empty segment is refused with INVALID_TOPIC, a pattern with five stars with INVALID_PATTERN', () => {
  const bus = new MessageBus();
  const { client } = bench();
  for (const topic of ['', '.', 'a.', '.a', 'a..b', 'a.*', 'a?', 'a.+.b', 'x'.repeat(256)]) {
    expect(
      codeOfThrown(() => bus.publish(topic, 1)),
      topic,
    ).toBe('INVALID_TOPIC');
    expect(
      codeOfThrown(() => client.publish(topic, 1)),
      topic,
    ).toBe('INVALID_TOPIC');
  }
  for (const pattern of ['', 'a..b', '*a*b*c*d*e', '.*']) {
    expect(
      codeOfThrown(() => bus.subscribe(pattern, () => undefined)),
      pattern,
    ).toBe('INVALID_PATTERN');
    expect(
      codeOfThrown(() => client.subscribe(pattern, () => undefined)),
      pattern,
    ).toBe('INVALID_PATTERN');
  }
});

test('a message reaches each matching subscription once, however many patterns of it match', async () => {
  const { client, settled } = bench();
  const calls: string[] = [];
  client.subscribe('data.*', () => calls.push('data.*'));
  client.subscribe('data.x', () => calls.push('data.x'));
  client.subscribe('*', () => calls.push('*'));
  client.subscribe('*x', () => calls.push('*x'));
  client.publish('data.x', 1);
  await settled();
  expect(calls.toSorted()).toEqual(['*', '*x', 'data.*', 'data.x']);
});
