import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { ArbitrageDetector, type NormalizedEvent } from '../src/index.ts';
import { REJECTIONS } from '../src/market/rejections.ts';
import { btcRow, oneGroup, quote } from './fixtures.ts';

test('the example of the README gives what it says', () => {
  const rows = [btcRow('KRAKEN', { takerFeePpm: 2600 }), btcRow('BINANCE')];
  const detector = new ArbitrageDetector(oneGroup(rows));
  const events: NormalizedEvent[] = [
    quote('KRAKEN', { bid: ['59990', '1'], ask: ['60000', '1'], atMs: 0 }),
    quote('BINANCE', { bid: ['60300', '1'], ask: ['60310', '1'], atMs: 1 }),
  ];
  // 60,300 * 0.999 - 60,000 * 1.0026
  expect(events.flatMap((event) => detector.apply(event))).toMatchObject([
    { op: 'open', id: 'P|BTC|KRAKEN:BTCUSDT>BINANCE:BTCUSDT', qty: '1', profit: '83.7', edgePpm: '1391' },
  ]);
});

test('the source says of each reason for a rejection what happens then', async () => {
  const source = await readFile(new URL('../src/market/rejections.ts', import.meta.url), 'utf8');
  for (const reason of REJECTIONS) expect(source, reason).toContain(`| \`${reason}\` |`);
});
