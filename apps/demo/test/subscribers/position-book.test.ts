import {
  addDecimals,
  formatDecimal,
  multiplyDecimals,
  parseDecimal,
  subtractDecimals,
  type Decimal,
  type OrderFilled,
} from '@tradewind/core-types';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PositionBook } from '../../src/subscribers/position-book.ts';

function fill(side: 'BUY' | 'SELL', quantity: string, price: string, commission?: string): OrderFilled {
  const lastQuantity = quantity as OrderFilled['lastQuantity'];
  return {
    type: 'order_filled',
    strategyId: 'test',
    instrumentId: 'BTC.V' as OrderFilled['instrumentId'],
    clientOrderId: 'a',
    tsEventNs: null,
    tsInitNs: 1n as OrderFilled['tsInitNs'],
    sequence: 0,
    tradeId: 'T',
    side,
    lastPrice: price as OrderFilled['lastPrice'],
    lastQuantity,
    cumulativeQuantity: lastQuantity,
    leavesQuantity: '0' as OrderFilled['lastQuantity'],
    liquiditySide: 'TAKER',
    ...(commission === undefined
      ? {}
      : { commission: commission as OrderFilled['lastPrice'], commissionCurrency: 'USD' }),
  };
}

function after(...fills: readonly OrderFilled[]) {
  const book = new PositionBook();
  for (const one of fills) book.add(one);
  return book.list()[0];
}

describe('a position', () => {
  test('grows at its average price', () => {
    expect(after(fill('BUY', '1', '100'), fill('BUY', '3', '104', '0.5'))).toMatchObject({
      quantity: '4',
      averagePrice: '103',
      realizedPnl: '0',
      fees: '0.5',
      fills: 2,
    });
  });

  test('realizes the difference to its average price when it shrinks, long and short', () => {
    expect(after(fill('BUY', '2', '100'), fill('SELL', '0.5', '110'))).toMatchObject({
      quantity: '1.5',
      averagePrice: '100',
      realizedPnl: '5',
    });
    expect(after(fill('SELL', '2', '100'), fill('BUY', '2', '90'))).toMatchObject({
      quantity: '0',
      averagePrice: null,
      realizedPnl: '20',
    });
  });

  test('turns around: what is beyond flat is a new position', () => {
    expect(after(fill('BUY', '1', '100'), fill('SELL', '3', '101'))).toMatchObject({
      quantity: '-2',
      averagePrice: '101',
      realizedPnl: '1',
    });
  });

  test('loses no cent: what was realized, and what the rest would bring, is all the cash that flowed', () => {
    const fills = fc.array(
      fc.tuple(
        fc.constantFrom('BUY' as const, 'SELL' as const),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 90, max: 110 }),
      ),
      {
        minLength: 1,
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(fills, (all) => {
        const book = new PositionBook();
        let cash: Decimal = parseDecimal('0');
        let quantity: Decimal = parseDecimal('0');
        for (const [side, size, price] of all) {
          book.add(fill(side, String(size), String(price)));
          const value = multiplyDecimals(parseDecimal(String(size)), parseDecimal(String(price)));
          cash = side === 'SELL' ? addDecimals(cash, value) : subtractDecimals(cash, value);
          quantity = (side === 'BUY' ? addDecimals : subtractDecimals)(quantity, parseDecimal(String(size)));
        }
        const position = book.list()[0];
        expect(position?.quantity).toBe(formatDecimal(quantity));
        // Closed at its average price, the rest would bring exactly what it cost.
        const rest = multiplyDecimals(quantity, parseDecimal(position?.averagePrice ?? '0'));
        const total = Number(formatDecimal(addDecimals(cash, rest)));
        expect(Number(position?.realizedPnl)).toBeCloseTo(total, 5);
      }),
    );
  });
});
