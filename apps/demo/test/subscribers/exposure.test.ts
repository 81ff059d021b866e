import { formatDecimal, type OrderFilled, type SubmitOrder } from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import { Exposure } from '../../src/subscribers/exposure.ts';

function order(clientOrderId: string, side: 'BUY' | 'SELL', quantity: string): SubmitOrder {
  return {
    type: 'submit_order',
    strategyId: 'test',
    instrumentId: 'BTC.V' as SubmitOrder['instrumentId'],
    clientOrderId,
    tsInitNs: 1n as SubmitOrder['tsInitNs'],
    side,
    orderType: 'LIMIT',
    price: PRICE,
    quantity: quantity as SubmitOrder['quantity'],
    timeInForce: 'IOC',
  };
}

function fill(clientOrderId: string, side: 'BUY' | 'SELL', lastQuantity: string, leavesQuantity: string): OrderFilled {
  const { strategyId, instrumentId, tsInitNs } = order(clientOrderId, side, lastQuantity);
  const quantity = lastQuantity as OrderFilled['lastQuantity'];
  return {
    type: 'order_filled',
    strategyId,
    instrumentId,
    clientOrderId,
    tsEventNs: tsInitNs,
    tsInitNs,
    sequence: 0,
    tradeId: 'T1',
    side,
    lastPrice: PRICE,
    lastQuantity: quantity,
    cumulativeQuantity: quantity,
    leavesQuantity: leavesQuantity as OrderFilled['leavesQuantity'],
    liquiditySide: 'TAKER',
  };
}

function valueWith(exposure: Exposure, next: SubmitOrder): string {
  return formatDecimal(exposure.valueWith('BTC/USD', next, PRICE));
}

const PRICE = '100' as SubmitOrder['quantity'];

describe('exposure', () => {
  test('counts orders on their way as filled, and long and short against each other', () => {
    const exposure = new Exposure();
    exposure.add('BTC/USD', 'USD', order('a', 'BUY', '3'), PRICE);
    expect(valueWith(exposure, order('b', 'BUY', '1'))).toBe('400');
    expect(valueWith(exposure, order('b', 'SELL', '1'))).toBe('200');
    expect(valueWith(exposure, order('b', 'SELL', '5'))).toBe('200');
  });

  test('does not change with a fill, only with what of an order never fills', () => {
    const exposure = new Exposure();
    exposure.add('BTC/USD', 'USD', order('a', 'BUY', '0.3'), PRICE);
    exposure.fill(fill('a', 'BUY', '0.1', '0.2'));
    expect(valueWith(exposure, order('b', 'BUY', '0.1'))).toBe('40');
    expect(exposure.openOrders).toBe(1);
    exposure.end('a');
    expect(valueWith(exposure, order('b', 'BUY', '0.1'))).toBe('20');
    expect(exposure.openOrders).toBe(0);
  });

  test('adds up over assets of one currency, without the one that is asked about', () => {
    const exposure = new Exposure();
    exposure.add('BTC/USD', 'USD', order('a', 'BUY', '3'), PRICE);
    exposure.add('ETH/USD', 'USD', order('b', 'SELL', '2'), PRICE);
    exposure.add('ETH/EUR', 'EUR', order('c', 'SELL', '9'), PRICE);
    expect(formatDecimal(exposure.grossWithout('SOL/USD', 'USD'))).toBe('500');
    expect(formatDecimal(exposure.grossWithout('BTC/USD', 'USD'))).toBe('200');
  });

  test('hears of a fill or an end that it knows no order of without changing', () => {
    const exposure = new Exposure();
    exposure.fill(fill('unknown', 'BUY', '1', '0'));
    exposure.end('unknown');
    expect(valueWith(exposure, order('a', 'BUY', '1'))).toBe('100');
  });
});
