import type { InstrumentId, TimestampNs, Trade } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BarBuilder } from '../../src/subscribers/bar-builder.ts';

const INSTRUMENT = 'BTC-USD.V' as InstrumentId;
const BASE_MS = 1_700_000_040_000;

function trade(ms: number, price: string, size: string | null = '1'): Trade {
  const ns = (BigInt(BASE_MS + ms) * 1_000_000n) as TimestampNs;
  return {
    type: 'trade',
    instrumentId: INSTRUMENT,
    tsEventNs: null,
    tsInitNs: ns,
    sequence: 0,
    price: price as Trade['price'],
    size: size as Trade['size'],
    aggressorSide: 'NO_AGGRESSOR',
  };
}

function add(builder: BarBuilder, one: Trade): ReturnType<BarBuilder['add']> {
  return builder.add(one, one.tsInitNs);
}

test('a bar has the open, high, low, close and volume of its second, and is closed by the first trade after it', () => {
  const builder = new BarBuilder({ instrumentId: INSTRUMENT, aggregation: 'SECOND' });
  for (const one of [
    trade(100, '9.5', '0.1'),
    trade(200, '10', '0.2'),
    trade(300, '9', null),
    trade(999, '9.75', '0.3'),
  ]) {
    expect(add(builder, one)).toBeUndefined();
  }
  expect(add(builder, trade(5000, '11'))).toEqual({
    type: 'bar',
    instrumentId: INSTRUMENT,
    barType: 'BTC-USD.V-1-SECOND-LAST-INTERNAL',
    tsEventNs: BigInt(BASE_MS + 1000) * 1_000_000n,
    tsInitNs: BigInt(BASE_MS + 5000) * 1_000_000n,
    sequence: 0,
    open: '9.5',
    high: '10',
    low: '9',
    close: '9.75',
    volume: '0.6',
  });
  expect(builder.hasOpenBar).toBe(true);
});

test('one-minute bars are those of the minutes of the clock', () => {
  const builder = new BarBuilder({ instrumentId: INSTRUMENT, aggregation: 'MINUTE' });
  expect([0, 59_999].map((ms) => add(builder, trade(ms, '1')))).toEqual([undefined, undefined]);
  expect(add(builder, trade(60_000, '2'))).toMatchObject({
    tsEventNs: BigInt(BASE_MS + 60_000) * 1_000_000n,
    volume: '2',
  });
});

test('every trade is in exactly one bar: volumes and counts add up', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat({ max: 900 }), fc.integer({ min: 1, max: 50 })), { minLength: 1, maxLength: 60 }),
      (gaps) => {
        const builder = new BarBuilder({ instrumentId: INSTRUMENT, aggregation: 'SECOND' });
        let ms = 0;
        let volume = 0;
        let inBars = 0;
        let bars = 0;
        for (const [gap, size] of gaps) {
          ms += gap;
          volume += size;
          const bar = add(builder, trade(ms, '1', String(size)));
          if (bar === undefined) continue;
          expect(bar.sequence).toBe(bars);
          bars += 1;
          inBars += Number(bar.volume);
        }
        const last = add(builder, trade(ms + 1000, '1'));
        expect(inBars + Number(last?.volume)).toBe(volume);
      },
    ),
  );
});
