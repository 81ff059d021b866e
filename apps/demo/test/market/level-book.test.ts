import { parseBookDeltas, parseBookSnapshot, type BookDeltas, type BookSnapshot } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LevelBook } from '../../src/market/level-book.ts';

const HEADER = { instrumentId: 'S.V', tsEventNs: null, tsInitNs: '1', sequence: 0 };

function snapshot(
  bids: readonly (readonly [string, string])[],
  asks: readonly (readonly [string, string])[],
): BookSnapshot {
  return parseBookSnapshot({ type: 'book_snapshot', ...HEADER, bids, asks });
}

function deltas(...all: readonly (readonly [side: 'BUY' | 'SELL', price: string, size: string])[]): BookDeltas {
  return parseBookDeltas({
    type: 'book_deltas',
    ...HEADER,
    deltas: all.map(([side, price, size]) => ({ action: size === '0' ? 'DELETE' : 'UPDATE', side, price, size })),
  });
}

test('a level book holds what a map from price to size would hold, whatever order the changes come in', () => {
  const change = fc.tuple(
    fc.constantFrom('BUY' as const, 'SELL' as const),
    fc.integer({ min: 1, max: 40 }),
    fc.nat({ max: 3 }),
  );
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const book = new LevelBook();
      const model = { BUY: new Map<number, number>(), SELL: new Map<number, number>() };
      for (const [side, price, size] of changes) {
        book.apply(deltas([side, String(price), String(size)]));
        if (size === 0) model[side].delete(price);
        else model[side].set(price, size);
        const bestBid = Math.max(...model.BUY.keys());
        const bestAsk = Math.min(...model.SELL.keys());
        expect(book.bestBid).toEqual(
          model.BUY.size === 0 ? undefined : [String(bestBid), String(model.BUY.get(bestBid))],
        );
        expect(book.bestAsk).toEqual(
          model.SELL.size === 0 ? undefined : [String(bestAsk), String(model.SELL.get(bestAsk))],
        );
        expect(book.levelCount).toBe(model.BUY.size + model.SELL.size);
      }
    }),
  );
});

test('prices are compared as numbers, not as text', () => {
  const book = new LevelBook();
  book.replace(snapshot([['9.5', '1']], [['10', '1']]));
  book.apply(deltas(['BUY', '9.75', '2'], ['SELL', '9.9', '3']));
  expect([book.bestBid, book.bestAsk]).toEqual([
    ['9.75', '2'],
    ['9.9', '3'],
  ]);
});

test('a snapshot replaces everything, and a delete of what is not there is no error', () => {
  const book = new LevelBook();
  book.replace(
    snapshot(
      [
        ['9', '1'],
        ['8', '1'],
      ],
      [['10', '1']],
    ),
  );
  book.replace(snapshot([['7', '1']], []));
  book.apply(deltas(['BUY', '9', '0']));
  expect([book.bestBid, book.bestAsk, book.levelCount]).toEqual([['7', '1'], undefined, 1]);
});
