import { ManualClock, seededRandom } from '@tradewind/core/testing';
import type {
  DecimalText,
  ExecutionEvent,
  InstrumentId,
  OrderSide,
  SubmitOrder,
  TimeInForce,
} from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import { PaperExchange } from '../src/execution/paper-exchange.ts';
import type { PaperExchangeOptions } from '../src/execution/paper-options.ts';
import { btcRow } from './fixtures.ts';

function setUp(options: Partial<PaperExchangeOptions> = {}) {
  const clock = new ManualClock();
  const exchange = new PaperExchange({
    venue: 'A',
    instruments: [btcRow('A')],
    clock,
    random: seededRandom(1),
    ...options,
  });
  const events: ExecutionEvent[] = [];
  exchange.events({ onEvent: (event) => events.push(event) });
  exchange.setBook(
    'BTCUSDT',
    [['99', '2']],
    [
      ['100', '1'],
      ['101', '2'],
    ],
  );
  let orders = 0;
  const submit = (
    side: OrderSide,
    price: string | undefined,
    quantity: string,
    timeInForce: Exclude<TimeInForce, 'GTD'> = 'IOC',
  ) => {
    orders += 1;
    const shared = {
      type: 'submit_order',
      strategyId: 'S',
      clientOrderId: `o${orders}`,
      instrumentId: 'BTCUSDT.A' as InstrumentId,
      tsInitNs: 0n as SubmitOrder['tsInitNs'],
      side,
      quantity: quantity as DecimalText,
      timeInForce,
    } as const;
    const priced =
      price === undefined
        ? ({ orderType: 'MARKET' } as const)
        : ({ orderType: 'LIMIT', price: price as DecimalText } as const);
    const done = exchange.submit({ ...shared, ...priced }).then(
      () => 'acknowledged',
      (error: { readonly code: string; readonly mayHaveBeenSent: boolean }) => `${error.code} ${error.mayHaveBeenSent}`,
    );
    return done;
  };
  const told = () =>
    events.map((event) =>
      'lastQuantity' in event ? `${event.type} ${event.lastQuantity}@${event.lastPrice}` : event.type,
    );
  return { clock, exchange, events, submit, told };
}

describe('the paper exchange', () => {
  test('fills level by level within the limit, after the latency, and books to the last digit', async () => {
    const { clock, exchange, submit, told } = setUp({ latencyMs: { min: 5, max: 5 } });
    const done = submit('BUY', '101', '2');
    await clock.advance(9);
    expect(told()).toEqual(['order_submitted']);
    await clock.advance(1);
    expect(await done).toBe('acknowledged');
    expect(told()).toEqual(['order_submitted', 'order_accepted', 'order_filled 1@100', 'order_filled 1@101']);
    expect(exchange.account.balance('BTC')).toBe('2');
    // 201 and a fee of 0.1 %.
    expect(exchange.account.balance('USDT')).toBe('-201.201');
  });

  test('cancels what an IOC order cannot fill, and fills none of a FOK order that is not filled whole', async () => {
    const { clock, submit, told } = setUp();
    void submit('BUY', '100', '3');
    await clock.advance(10);
    void submit('BUY', '101', '3', 'FOK');
    await clock.advance(10);
    expect(told()).toEqual([
      ...['order_submitted', 'order_accepted', 'order_filled 1@100', 'order_canceled'],
      ...['order_submitted', 'order_accepted', 'order_canceled'],
    ]);
  });

  test('does not sell the same offer twice until the book is shown anew', async () => {
    const { clock, exchange, submit, told } = setUp();
    void submit('BUY', '100', '1');
    void submit('BUY', '100', '1');
    await clock.advance(10);
    expect(told().filter((line) => line.startsWith('order_filled'))).toEqual(['order_filled 1@100']);
    exchange.setBook('BTCUSDT', [], [['100', '1']]);
    void submit('BUY', '100', '1');
    await clock.advance(10);
    expect(exchange.account.balance('BTC')).toBe('2');
  });

  test('a resting order waits until what stood before it has traded', async () => {
    const { clock, exchange, submit, told } = setUp({ makerFeePpm: -100 });
    void submit('BUY', '99', '1', 'GTC');
    await clock.advance(10);
    exchange.trade('BTCUSDT', '99', '1.5');
    exchange.trade('BTCUSDT', '98', '9');
    await clock.advance(10);
    expect(exchange.account.balance('BTC')).toBe('0');
    exchange.trade('BTCUSDT', '99', '0.9');
    await clock.advance(10);
    // 0.5 of it was still before us.
    expect(told().at(-1)).toBe('order_filled 0.4@99');
    expect((await exchange.snapshot()).openOrders).toMatchObject([
      { clientOrderId: 'o1', filledQuantity: '0.4', status: 'PARTIALLY_FILLED' },
    ]);
    exchange.setBook('BTCUSDT', [], [['98', '5']]);
    await clock.advance(10);
    expect(told().at(-1)).toBe('order_filled 0.6@99');
    // 99 paid, 0.01 % of it rebated.
    expect(exchange.account.balance('USDT')).toBe('-98.9901');
  });

  test.each([
    ['off tick', '100.001', '1'],
    ['off lot', '100', '1.0001'],
    ['below the least notional', '100', '0.01'],
  ] as const)('refuses what is %s before it is sent', async (_, price, quantity) => {
    const { submit, told } = setUp();
    expect(await submit('BUY', price, quantity)).toBe('VENUE_REFUSED false');
    expect(told()).toEqual([]);
  });

  test.each([
    ['a price of more than 18 places', 'LIMIT', '90.0000000000000000001'],
    ['a price that is no number', 'LIMIT', 'abc'],
    ['no price', 'LIMIT', undefined],
    ['a price though it is to trade at any', 'MARKET', '100'],
  ] as const)('refuses an order with %s instead of filling it at any price', async (_, orderType, price) => {
    const { clock, exchange, told } = setUp();
    const command = {
      ...{ type: 'submit_order', strategyId: 'S', clientOrderId: 'o1', instrumentId: 'BTCUSDT.A', tsInitNs: 0n },
      ...{ side: 'BUY', quantity: '1', timeInForce: 'IOC', orderType, price },
    };
    const ended = exchange.submit(command as unknown as SubmitOrder).then(
      () => 'acknowledged',
      (error: unknown) => error,
    );
    await clock.advance(10);
    expect(await ended).toMatchObject({ code: 'VENUE_REFUSED', mayHaveBeenSent: false });
    expect(told()).toEqual([]);
    expect(exchange.account.currencies()).toEqual([]);
  });

  test.each([
    ['latencyMs.min', { latencyMs: { min: -5, max: 1 } }],
    ['latencyMs.max', { latencyMs: { min: 5, max: 4 } }],
    ['latencyMs.max', { latencyMs: { min: 5, max: Number.NaN } }],
    ['latencyMs.max', { latencyMs: { min: 5, max: Infinity } }],
    ['rejectProbability', { rejectProbability: 7 }],
    ['snatchProbability', { snatchProbability: -0.1 }],
    ['lossProbability', { lossProbability: Number.NaN }],
    ['makerFeePpm', { makerFeePpm: 0.5 }],
    ['instruments[1].venue', { instruments: [btcRow('A'), btcRow('B')] }],
  ])('options that cannot be used throw: %s %o', (path, options) => {
    expect(() => setUp(options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', path }));
  });

  test('a book that cannot be read changes nothing, and neither does a trade', async () => {
    const { clock, exchange, submit, told } = setUp();
    const unreadable = (path: string) => expect.objectContaining({ code: 'INVALID_MARKET_EVENT', path });
    expect(() => exchange.setBook('BTCUSDT', [['x', '1']], [])).toThrow(unreadable('bids[0].price'));
    expect(() => exchange.setBook('BTCUSDT', [['98', '1']], [['99', '-1']])).toThrow(unreadable('asks[0].size'));
    expect(() => exchange.trade('BTCUSDT', '99', 'x')).toThrow(unreadable('size'));
    // Both sides are still as they were shown first.
    void submit('BUY', '100', '1');
    void submit('SELL', '99', '2');
    await clock.advance(10);
    expect(told().filter((line) => line.startsWith('order_filled'))).toEqual([
      'order_filled 1@100',
      'order_filled 2@99',
    ]);
  });

  test('rejects, and loses acknowledgements, as often as configured', async () => {
    const rejecting = setUp({ rejectProbability: 1 });
    void rejecting.submit('BUY', '100', '1');
    await rejecting.clock.advance(10);
    expect(rejecting.told()).toEqual(['order_submitted', 'order_rejected']);
    const losing = setUp({ lossProbability: 1 });
    const done = losing.submit('BUY', '100', '1');
    await losing.clock.advance(10);
    expect(await done).toBe('TIMEOUT true');
    expect(losing.told().at(-1)).toBe('order_filled 1@100');
  });
});
