import { describe, expect, it } from 'vitest';
import { parseAccountSnapshot } from '../../../src/market/orders/account-snapshot.ts';
import { parseOrderCommand, parseSubmitOrder } from '../../../src/market/orders/order-command.ts';
import { parseOrderEvent } from '../../../src/market/orders/order-event.ts';
import { parseOrderSnapshot } from '../../../src/market/orders/order-snapshot.ts';
import { ORDER_STATUSES, isClosedStatus, isOpenStatus, statusAfter } from '../../../src/market/orders/order-status.ts';
import { parsePositionSnapshot } from '../../../src/market/orders/position-snapshot.ts';
import { problems } from '../problems.ts';

const header = { strategyId: 'EMA-001', tsInitNs: '5', instrumentId: 'BTCUSDT.BINANCE', clientOrderId: 'O-1' };
const limit = {
  type: 'submit_order',
  ...header,
  side: 'BUY',
  orderType: 'LIMIT',
  quantity: '0.5',
  price: '61837.63',
  timeInForce: 'GTC',
};

describe('an order to be sent', () => {
  it('is read', () => {
    expect(parseSubmitOrder({ ...limit, postOnly: true })).toStrictEqual({ ...limit, tsInitNs: 5n, postOnly: true });
    expect(parseOrderCommand(limit)).toStrictEqual({ ...limit, tsInitNs: 5n });
  });

  it.each([
    ['MARKET', ['price', 'triggerPrice']],
    ['LIMIT', ['triggerPrice']],
    ['STOP_MARKET', ['price']],
    ['MARKET_IF_TOUCHED', ['price']],
    ['STOP_LIMIT', []],
    ['LIMIT_IF_TOUCHED', []],
  ])('of type %s has the prices of its type', (orderType, tooMany) => {
    const both = { ...limit, orderType, price: '1', triggerPrice: '2' };
    expect(problems(parseSubmitOrder, both)).toEqual(tooMany);
    const neither = { ...limit, orderType, price: undefined, triggerPrice: undefined };
    expect(problems(parseSubmitOrder, neither)).toEqual(
      ['price', 'triggerPrice'].filter((field) => !tooMany.includes(field)),
    );
  });

  it('names its end exactly when it is good till a date', () => {
    expect(problems(parseSubmitOrder, { ...limit, timeInForce: 'GTD' })).toEqual(['expiresAtNs']);
    expect(problems(parseSubmitOrder, { ...limit, expiresAtNs: '9' })).toEqual(['expiresAtNs']);
    expect(parseSubmitOrder({ ...limit, timeInForce: 'GTD', expiresAtNs: '9' }).expiresAtNs).toBe(9n);
  });

  it('reports each problem once, all at once', () => {
    const wrong = { ...limit, side: 'buy', quantity: '0', price: 61837.63, clientOrderId: '', timeInForce: 'FOREVER' };
    expect(problems(parseSubmitOrder, wrong)).toEqual(['clientOrderId', 'side', 'quantity', 'price', 'timeInForce']);
    expect(() => parseSubmitOrder(wrong)).toThrow(expect.objectContaining({ code: 'INVALID_ORDER' }));
  });
});

describe('the other commands', () => {
  it('are read', () => {
    const cancel = { type: 'cancel_order', ...header, venueOrderId: '77' };
    const replace = { type: 'replace_order', ...header, quantity: '0.4' };
    const cancelAll = { type: 'cancel_all_orders', strategyId: 'EMA-001', tsInitNs: '5', side: 'SELL' };
    for (const command of [cancel, replace, cancelAll]) {
      expect(parseOrderCommand(command)).toStrictEqual({ ...command, tsInitNs: 5n });
    }
  });

  it('change something when they replace', () => {
    expect(problems(parseOrderCommand, { type: 'replace_order', ...header })).toEqual(['quantity']);
    expect(problems(parseOrderCommand, { type: 'replace_order', ...header, quantity: '0' })).toEqual(['quantity']);
  });

  it.each([null, {}, { type: 'submit' }, { type: 'toString' }])('refuse %j', (input) => {
    expect(() => parseOrderCommand(input)).toThrow(expect.objectContaining({ code: 'INVALID_ORDER', path: 'type' }));
  });
});

describe('order events', () => {
  const event = { ...header, sequence: 1, tsEventNs: null };
  const filled = {
    type: 'order_filled',
    ...event,
    tradeId: 't1',
    side: 'BUY',
    lastPrice: '61837.63',
    lastQuantity: '0.2',
    cumulativeQuantity: '0.3',
    leavesQuantity: '0.2',
    liquiditySide: 'MAKER',
    commission: '-0.01',
    commissionCurrency: 'USDT',
  };

  it.each([
    [{ type: 'order_submitted', ...event }, 'SUBMITTED'],
    [{ type: 'order_denied', ...event, reason: 'limit' }, 'DENIED'],
    [{ type: 'order_accepted', ...event, venueOrderId: '7' }, 'ACCEPTED'],
    [{ type: 'order_rejected', ...event, reason: 'margin' }, 'REJECTED'],
    [{ type: 'order_triggered', ...event }, 'TRIGGERED'],
    [{ type: 'order_pending_cancel', ...event }, 'PENDING_CANCEL'],
    [{ type: 'order_pending_replace', ...event }, 'PENDING_UPDATE'],
    [{ type: 'order_canceled', ...event, reason: 'user' }, 'CANCELED'],
    [{ type: 'order_expired', ...event }, 'EXPIRED'],
    [{ type: 'order_updated', ...event, quantity: '1' }, undefined],
    [{ type: 'order_cancel_rejected', ...event, reason: 'too late' }, undefined],
    [{ type: 'order_replace_rejected', ...event, reason: 'too late' }, undefined],
    [filled, 'PARTIALLY_FILLED'],
    [{ ...filled, cumulativeQuantity: '0.5', leavesQuantity: '0.0' }, 'FILLED'],
  ])('%j brings the order into status %s', (input, status) => {
    expect(statusAfter(parseOrderEvent(input))).toBe(status);
  });

  it('of a refusal say why', () => {
    expect(problems(parseOrderEvent, { type: 'order_rejected', ...event })).toEqual(['reason']);
  });

  it('of a fill add up, and name the currency of a fee', () => {
    expect(problems(parseOrderEvent, { ...filled, cumulativeQuantity: '0.1' })).toEqual(['cumulativeQuantity']);
    expect(problems(parseOrderEvent, { ...filled, commissionCurrency: undefined })).toEqual(['commissionCurrency']);
    expect(problems(parseOrderEvent, { ...filled, lastQuantity: '0', leavesQuantity: '-1' })).toEqual([
      'lastQuantity',
      'leavesQuantity',
    ]);
  });

  it('of an unknown type are refused', () => {
    expect(() => parseOrderEvent({ type: 'order_lost' })).toThrow(
      expect.objectContaining({ code: 'INVALID_ORDER', path: 'type' }),
    );
  });
});

describe('the status of an order', () => {
  it('is open, closed, or not yet acknowledged', () => {
    const neither = ORDER_STATUSES.filter((status) => !isOpenStatus(status) && !isClosedStatus(status));
    expect(neither).toEqual(['INITIALIZED', 'SUBMITTED']);
    expect(ORDER_STATUSES.filter((status) => isOpenStatus(status) && isClosedStatus(status))).toEqual([]);
  });
});

describe('snapshots', () => {
  const position = {
    type: 'position_snapshot',
    accountId: 'BINANCE-1',
    instrumentId: 'BTCUSDT.BINANCE',
    sequence: 1,
    tsEventNs: null,
    tsInitNs: '5',
    signedQuantity: '-0.5',
    averageEntryPrice: null,
  };
  const order = {
    side: 'BUY',
    orderType: 'LIMIT',
    quantity: '0.5',
    price: '1',
    timeInForce: 'GTC',
    instrumentId: 'BTCUSDT.BINANCE',
    venueOrderId: '7',
    status: 'PARTIALLY_FILLED',
    filledQuantity: '0.2',
    averagePrice: '1',
    tsAcceptedNs: null,
  };
  const account = {
    type: 'account_snapshot',
    accountId: 'BINANCE-1',
    venue: 'BINANCE',
    sequence: 1,
    tsEventNs: '4',
    tsInitNs: '5',
    balances: [{ currency: 'USDT', total: '100', free: '60.5', locked: '39.5' }],
    positions: [position],
    openOrders: [order],
  };

  it('are read, one within the other', () => {
    expect(parsePositionSnapshot(position)).toStrictEqual({ ...position, tsInitNs: 5n });
    expect(parseOrderSnapshot(order)).toStrictEqual(order);
    expect(parseAccountSnapshot(account)).toStrictEqual({
      ...account,
      tsEventNs: 4n,
      tsInitNs: 5n,
      positions: [{ ...position, tsInitNs: 5n }],
    });
  });

  it('name problems by their place', () => {
    expect(
      problems(parseAccountSnapshot, {
        ...account,
        venue: 'A.B',
        balances: [{ currency: 'USDT', total: 1, free: '0', locked: '0' }],
        positions: [position, { ...position, signedQuantity: 'long' }],
        openOrders: [{ ...order, filledQuantity: '0.6', price: undefined }],
      }),
    ).toEqual([
      'venue',
      'balances[0].total',
      'positions[1].signedQuantity',
      'openOrders[0].price',
      'openOrders[0].filledQuantity',
    ]);
  });
});
