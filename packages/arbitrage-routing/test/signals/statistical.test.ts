import { expect, test } from 'vitest';
import type { NormalizedEvent } from '../../src/market/normalized-event.ts';
import type { SignalDetectorOptions } from '../../src/signals/signal-detector.ts';
import { at } from '../fixtures.ts';
import { market, row, run } from './signal-fixtures.ts';

const options: SignalDetectorOptions = {
  instruments: [
    row('A:Y', { base: 'ETH', tickSize: '1', takerFeePpm: 0 }),
    row('A:X', { tickSize: '1', takerFeePpm: 0 }),
  ],
  maxAgeMs: 5000,
  statistical: { pairs: [{ y: 'A:Y', x: 'A:X' }], samples: 10, lags: 0, exitZ: '0', stopZ: '8' },
};

const aroundX = (x: number, atMs: number): NormalizedEvent =>
  market('A:X', { bid: `${999 + x}`, ask: `${1001 + x}`, size: '4', atMs });
const aroundY = (x: number, distance: number, atMs: number): NormalizedEvent =>
  market('A:Y', { bid: `${2499 + 2 * x + distance}`, ask: `${2501 + 2 * x + distance}`, size: '3', atMs });

/** y is 500 + 2 x plus a distance that has no part in x: least squares find exactly that. */
const lesson = [1, -1, 2, -2, 1, -1, 2, -2, 1, -1].flatMap((distance, k) => {
  const x = k % 4 < 2 ? 0 : 1;
  return [aroundX(x, 1000 * k + 500), aroundY(x, distance, 1000 * k + 500)];
});

test('a pair that has strayed is entered with its hedge ratio, worked out by hand', () => {
  const transitions = run(options, [...lesson, aroundY(0, 10, 10_500)]);
  // The changes of the distance explained by the distance before: the coefficient is -40/21, of 80 are left 80/21 with 8 degrees of freedom,
  // and the statistic is the root of 160. The squared distances sum up to 22: one standard deviation is the root of 22/8, 10 are 6.030.
  // Sold at 2,509 and bought back at 2,501; 2 of x for each, bought at 1,001 and sold at 999. Of x there are 4, enough for 2.
  expect(transitions).toEqual([
    {
      op: 'open',
      type: 'STATISTICAL',
      id: 'S|A:X>A:Y',
      legs: [
        { venue: 'A', symbol: 'X', side: 'BUY', qty: '4', notional: '4004', limit: '1001' },
        { venue: 'A', symbol: 'Y', side: 'SELL', qty: '2', notional: '5018', limit: '2509' },
      ],
      profit: '8',
      edgePpm: '1998',
      urgency: 'MODERATE',
      expiresAtNs: at(11_000).toString(),
      hedgeRatio: '2',
      zScore: '6.030226',
      statistic: '-12.64911',
      pValue: '0',
      confidence: '1',
      halfLifeMs: '0',
    },
  ]);
});

test('it is held when entering no longer pays, and closes when it is back', () => {
  const back = [aroundY(0, 4, 10_600), aroundY(0, 0, 10_700)];
  const [, held, closed] = run(options, [...lesson, aroundY(0, 10, 10_500), ...back]);
  expect(held).toMatchObject({ op: 'update', legs: [], profit: '0', zScore: '2.41209' });
  expect(closed).toEqual({ op: 'close', type: 'STATISTICAL', id: 'S|A:X>A:Y' });
});

test('below what x says it is bought, and too far is broken', () => {
  const below = run(options, [...lesson, aroundY(0, -10, 10_500)]);
  expect(below).toMatchObject([{ op: 'open', id: 'S|A:Y>A:X', zScore: '-6.030226', profit: '8' }]);
  expect(run(options, [...lesson, aroundY(0, 14, 10_500)])).toEqual([]);
});

test('an interruption of the quotes makes it learn anew', () => {
  const gap = [aroundX(0, 19_500), aroundY(0, 10, 19_500)];
  const interrupted = lesson.map((event) => ({ ...event, tsRecv: BigInt(event.tsRecv) + 20_000_000_000n }));
  const first = lesson.slice(0, 12);
  const impatient = { ...options, maxAgeMs: 1500 };
  expect(run(impatient, [...first, ...gap])).toEqual([]);
  expect(run(impatient, [...first, ...gap, ...interrupted, aroundY(0, 10, 30_500)])).toMatchObject([{ op: 'open' }]);
});
