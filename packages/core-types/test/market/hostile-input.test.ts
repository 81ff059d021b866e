import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBookSnapshot } from '../../src/market/book-snapshot.ts';
import { parseMarketEvent } from '../../src/market/market-event.ts';
import { parseAccountSnapshot } from '../../src/market/orders/account-snapshot.ts';
import { parseOrderCommand } from '../../src/market/orders/order-command.ts';
import { parseOrderEvent } from '../../src/market/orders/order-event.ts';
import { parseTicker } from '../../src/market/ticker.ts';
import type { ValidationError } from '../../src/vocabulary/errors.ts';

const parsers = [parseMarketEvent, parseOrderCommand, parseOrderEvent, parseAccountSnapshot];
const codes = ['INVALID_MARKET_EVENT', 'INVALID_INSTRUMENT', 'INVALID_ORDER', 'INVALID_ACCOUNT'];
const ticker = { type: 'ticker', instrumentId: 'A.B', tsEventNs: null, tsInitNs: '1', sequence: 1 };

function failure(parse: () => unknown): ValidationError {
  try {
    parse();
  } catch (error) {
    return error as ValidationError;
  }
  throw new Error('nothing was thrown');
}

describe('input that means harm', () => {
  it('is refused with a typed error, whatever it is', () => {
    const types = fc.constantFrom(
      'quote',
      'book_snapshot',
      'book_deltas',
      'bar',
      'submit_order',
      'order_filled',
      'account_snapshot',
    );
    const anything = fc.oneof(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true }),
      fc.record({
        type: types,
        bids: fc.anything(),
        deltas: fc.anything(),
        barType: fc.anything(),
        positions: fc.anything(),
      }),
    );
    fc.assert(
      fc.property(anything, fc.constantFrom(...parsers), (input, parse) => {
        expect(codes).toContain(failure(() => parse(input)).code);
      }),
      { numRuns: 2000 },
    );
  });

  it('does not reach a prototype', () => {
    const input: unknown = JSON.parse(
      `{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},${JSON.stringify(ticker).slice(1)}`,
    );
    const parsed = parseTicker(input);
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    expect(Object.hasOwn(parsed, '__proto__')).toBe(false);
    expect(Object.keys(parsed).toSorted()).toEqual(['instrumentId', 'sequence', 'tsEventNs', 'tsInitNs', 'type']);
    expect('polluted' in {}).toBe(false);
  });

  it('is not descended into where a key is unknown, however deep or cyclic it is', () => {
    let deep: unknown = {};
    for (let i = 0; i < 100_000; i += 1) deep = [deep];
    const cyclic: Record<string, unknown> = { ...ticker, deep };
    cyclic['self'] = cyclic;
    expect(parseTicker(cyclic)).not.toHaveProperty('self');
    expect(failure(() => parseTicker({ ...ticker, lastPrice: deep })).path).toBe('lastPrice');
  });

  it('gets a short answer to a huge text', () => {
    const error = failure(() =>
      parseTicker({ ...ticker, lastPrice: '9'.repeat(10_000_000), instrumentId: 'A'.repeat(10_000_000) }),
    );
    expect(error.issues.map((issue) => issue.path).toSorted()).toEqual(['instrumentId', 'lastPrice']);
    expect(error.message.length).toBeLessThan(1000);
  });

  it('gets a bounded answer to a list that is wrong everywhere, or too long', () => {
    const wrong = Array.from({ length: 60_000 }, () => ['x', 'y']);
    const error = failure(() => parseBookSnapshot({ ...ticker, type: 'book_snapshot', bids: wrong, asks: wrong }));
    expect(error.issues).toHaveLength(32);
    expect(error.issues[0]?.path).toBe('bids[0]');
    const sparse: unknown[] = [];
    sparse.length = 4_000_000_000;
    expect(
      failure(() => parseBookSnapshot({ ...ticker, type: 'book_snapshot', bids: sparse, asks: [] })).issues,
    ).toEqual([{ path: 'bids', expected: 'an array of at most 65536 items', received: 'an array of 4000000000' }]);
  });

  it('is told as a cause when it throws while it is read', () => {
    const boom = new Error('boom');
    const throwing = {
      ...ticker,
      get lastPrice(): string {
        throw boom;
      },
    };
    expect(failure(() => parseMarketEvent(throwing))).toMatchObject({ code: 'INVALID_MARKET_EVENT', cause: boom });
    const proxy = new Proxy(ticker, {
      get(): never {
        throw boom;
      },
    });
    expect(failure(() => parseMarketEvent(proxy))).toMatchObject({ code: 'INVALID_MARKET_EVENT', path: 'type' });
    const { proxy: revoked, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(failure(() => parseAccountSnapshot(revoked)).code).toBe('INVALID_ACCOUNT');
  });
});
