import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OrderBook, type BookResult, type IncomingOrder } from '../../src/venues/order-book.ts';

type Action = { readonly cancel: number } | { readonly order: Omit<IncomingOrder, 'id'> };

const orders: fc.Arbitrary<Action> = fc.record({
  order: fc.record({
    side: fc.constantFrom('BUY' as const, 'SELL' as const),
    lots: fc.integer({ min: 1, max: 20 }),
    limitTicks: fc.option(fc.integer({ min: 95, max: 105 }), { nil: undefined, freq: 6 }),
    immediateOrCancel: fc.boolean(),
  }),
});
const cancels: fc.Arbitrary<Action> = fc.record({ cancel: fc.nat({ max: 60 }) });
const sequences = fc.array(fc.oneof({ weight: 3, arbitrary: orders }, { weight: 1, arbitrary: cancels }), {
  maxLength: 80,
});

function act(book: OrderBook, action: Action, index: number): BookResult {
  return 'cancel' in action ? book.cancel(`O${action.cancel}`) : book.submit({ id: `O${index}`, ...action.order });
}

describe('an order book', () => {
  test('is never crossed', () => {
    fc.assert(
      fc.property(sequences, (actions) => {
        const book = new OrderBook();
        for (const [index, action] of actions.entries()) {
          act(book, action, index);
          const bid = book.bestBid?.priceTicks ?? Number.NEGATIVE_INFINITY;
          expect(bid).toBeLessThan(book.bestAsk?.priceTicks ?? Number.POSITIVE_INFINITY);
        }
      }),
    );
  });

  test('conserves size: what was submitted is resting, matched or cancelled, to the lot', () => {
    fc.assert(
      fc.property(sequences, (actions) => {
        const book = new OrderBook();
        let submitted = 0;
        let matched = 0;
        let canceled = 0;
        for (const [index, action] of actions.entries()) {
          if ('order' in action) submitted += action.order.lots;
          const result = act(book, action, index);
          canceled += result.canceledLots;
          // A match takes its lots from two orders: the resting one and the one that came.
          for (const { lots } of result.matches) matched += 2 * lots;
          expect(restingLots(book)).toBe(submitted - matched - canceled);
        }
      }),
    );
  });

  test('has levels in order, each the sum of its queue, and reports exactly the levels that changed', () => {
    fc.assert(
      fc.property(sequences, (actions) => {
        const book = new OrderBook();
        const rebuilt = new Map<string, number>();
        for (const [index, action] of actions.entries()) {
          const { changes } = act(book, action, index);
          expect(new Set(changes.map(({ side, priceTicks }) => `${side} ${priceTicks}`)).size).toBe(changes.length);
          for (const { side, priceTicks, lots } of changes) {
            if (lots === 0) rebuilt.delete(`${side} ${priceTicks}`);
            else rebuilt.set(`${side} ${priceTicks}`, lots);
          }
          expect(levelMap(book)).toEqual(rebuilt);
        }
      }),
    );
  });

  test('matches as a list of orders sorted by price, then time, would', () => {
    fc.assert(
      fc.property(sequences, (actions) => {
        const book = new OrderBook();
        const model = new SortedListModel();
        for (const [index, action] of actions.entries()) {
          const result = act(book, action, index);
          const expected =
            'cancel' in action ? model.cancel(`O${action.cancel}`) : model.submit({ id: `O${index}`, ...action.order });
          expect(result.matches.map(({ makerId, priceTicks, lots }) => [makerId, priceTicks, lots])).toEqual(expected);
        }
      }),
    );
  });

  test('serves the better price first, and the older order first at one price', () => {
    const book = new OrderBook();
    book.submit({ id: 'late', side: 'SELL', limitTicks: 101, lots: 5 });
    book.submit({ id: 'first', side: 'SELL', limitTicks: 100, lots: 2 });
    book.submit({ id: 'second', side: 'SELL', limitTicks: 100, lots: 2 });
    const { matches, canceledLots } = book.submit({ id: 'taker', side: 'BUY', lots: 10 });
    expect(matches.map(({ makerId, priceTicks, lots }) => [makerId, priceTicks, lots])).toEqual([
      ['first', 100, 2],
      ['second', 100, 2],
      ['late', 101, 5],
    ]);
    expect(canceledLots).toBe(1);
  });

  test('refuses sizes and prices that are no whole number of 1 or more, and an id that rests already', () => {
    const book = new OrderBook();
    book.submit({ id: 'A', side: 'BUY', limitTicks: 10, lots: 1 });
    expect(() => book.submit({ id: 'B', side: 'BUY', limitTicks: 10, lots: 0 })).toThrow('lots');
    expect(() => book.submit({ id: 'B', side: 'BUY', limitTicks: 1.5, lots: 1 })).toThrow('limitTicks');
    expect(() => book.submit({ id: 'A', side: 'BUY', limitTicks: 9, lots: 1 })).toThrow('A');
    expect(book.orderCount).toBe(1);
  });
});

function restingLots(book: OrderBook): number {
  let lots = 0;
  for (const side of ['BUY', 'SELL'] as const) for (const level of book.levels(side)) lots += level.lots;
  return lots;
}

/** The levels of both sides; a level that is not the sum of its queue, or not worse than the one before it, is named as wrong. */
function levelMap(book: OrderBook): Map<string, number> {
  const levels = new Map<string, number>();
  for (const side of ['BUY', 'SELL'] as const) {
    let previous = side === 'BUY' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    for (const level of book.levels(side)) {
      let queued = 0;
      for (let order = level.first; order !== undefined; order = order.behind) queued += order.lots;
      const isInOrder = side === 'BUY' ? level.priceTicks < previous : level.priceTicks > previous;
      previous = level.priceTicks;
      const wrong = queued === level.lots && isInOrder ? '' : 'wrong: ';
      levels.set(`${wrong}${side} ${level.priceTicks}`, level.lots);
    }
  }
  return levels;
}

/** The rules of price-time priority in their plainest form: one list, sorted for every order. */
class SortedListModel {
  readonly #resting: { id: string; side: 'BUY' | 'SELL'; ticks: number; lots: number; time: number }[] = [];
  #time = 0;

  submit({ id, side, lots, limitTicks, immediateOrCancel }: IncomingOrder): (string | number)[][] {
    this.#time += 1;
    const sign = side === 'BUY' ? 1 : -1;
    const matches: (string | number)[][] = [];
    let left = lots;
    const others = this.#resting
      .filter((order) => order.side !== side)
      .toSorted((a, b) => sign * (a.ticks - b.ticks) || a.time - b.time);
    for (const order of others) {
      if (left === 0 || (limitTicks !== undefined && sign * (order.ticks - limitTicks) > 0)) break;
      const traded = Math.min(left, order.lots);
      matches.push([order.id, order.ticks, traded]);
      order.lots -= traded;
      left -= traded;
      if (order.lots === 0) this.#resting.splice(this.#resting.indexOf(order), 1);
    }
    if (left > 0 && limitTicks !== undefined && immediateOrCancel !== true) {
      this.#resting.push({ id, side, ticks: limitTicks, lots: left, time: this.#time });
    }
    return matches;
  }

  cancel(id: string): (string | number)[][] {
    const index = this.#resting.findIndex((order) => order.id === id);
    if (index >= 0) this.#resting.splice(index, 1);
    return [];
  }
}
