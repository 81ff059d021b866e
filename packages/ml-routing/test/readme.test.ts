import { BufferedMessageBusClient } from '@tradewind/core';
import { expect, test } from 'vitest';
import { MarketRegimeDetector, QLearningRouter, RegimePolicy } from '../src/index.ts';

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
