import { BufferedMessageBusClient, InMemoryBroker, MessageBus } from '@tradewind/core';
import { expect, test } from 'vitest';
import {
  MarketRegimeDetector,
  PredictiveRouter,
  QLearningRouter,
  RegimePolicy,
  SemanticPatternMatcher,
  subscribeSemantic,
} from '../src/index.ts';

test('the first example of the README gives what it says', async () => {
  const router = new QLearningRouter({
    costs: [
      { pattern: 'commands.order.*', perMs: 50, missed: 5_000 },
      { pattern: 'data.quotes.*', perMs: 4, perMsSquared: 0.1 },
      { pattern: 'reports.*', perMs: 0.1 },
    ],
  });
  const client = new BufferedMessageBusClient({ scheduler: router, plugins: [router.corrections] });
  expect(router.adopted()[0]).toEqual({ waiting: 'fewer than 8', policy: 'strict', gain: 0, t: 0, windows: 0 });
  await client.close();
});

test('so does the one of market regimes', async () => {
  const detector = new MarketRegimeDetector();
  const policy = new RegimePolicy();
  const client = new BufferedMessageBusClient({ plugins: [detector.plugin, policy.plugin] });
  expect([detector.reading().regime, detector.reading('BTCUSDT.BINANCE').newsEvent]).toEqual(['NORMAL', false]);
  await client.close();
});

test('the example of patterns by meaning prints what it says', () => {
  const bus = new MessageBus();
  const matcher = new SemanticPatternMatcher();
  const printed: string[] = [];
  using prints = subscribeSemantic(bus, 'bitcoin prints on kraken', (_trade, { topic }) => printed.push(topic), {
    matcher,
  });
  bus.publish('data.trades.KRAKEN.XBT/USD', { price: '64250.1' });
  expect(prints.topics()).toEqual(printed);
  expect(printed).toEqual(['data.trades.KRAKEN.XBT/USD']);
  expect(matcher.match('xbt tradeTick krakne').matches[0]?.explanation).toBe(
    '"tradeTick" is kind trades; "kraken" is family kraken (corrected); "xbt" is base BTC; confidence 0.85, accepted',
  );
});

test('the example of paths gives what it says', async () => {
  const paths = new PredictiveRouter();
  const client = new BufferedMessageBusClient({
    paths: { london: new InMemoryBroker().transport(), tokyo: new InMemoryBroker().transport() },
    plugins: [paths.plugin],
  });
  const path = paths.choose(['aws-1', 'aws-2'], { ticket: 1, nowMs: 0, size: 120, volatility: 0 });
  paths.settled({ ticket: 1, path, atMs: 4.2, latencyMs: 4.2, result: 'arrived' });
  expect(`${path} ${paths.explain(1)[0]?.text}`).toBe('aws-1 aws-1: nothing is known of it yet');
  await client.close();
});
