import { describe, expectTypeOf, it } from 'vitest';
import type { DecimalText } from '../../../src/market/decimal.ts';
import type { SubmitOrder } from '../../../src/market/orders/order-command.ts';
import type { OrderEvent, OrderFilled } from '../../../src/market/orders/order-event.ts';
import type { OrderPricing } from '../../../src/market/orders/order-terms.ts';

const priceOf = (order: SubmitOrder): DecimalText | undefined =>
  order.orderType === 'LIMIT' ? order.price : undefined;

describe('the types of orders', () => {
  it('give each order type its prices', () => {
    type Limit = Extract<OrderPricing, { orderType: 'LIMIT' }>;
    type Market = Extract<OrderPricing, { orderType: 'MARKET' }>;
    expectTypeOf<Limit['price']>().toEqualTypeOf<DecimalText>();
    expectTypeOf<Market['price']>().toEqualTypeOf<undefined>();
    expectTypeOf<{ orderType: 'LIMIT' }>().not.toExtend<OrderPricing>();
    expectTypeOf<{ orderType: 'MARKET'; price: DecimalText }>().not.toExtend<OrderPricing>();
    expectTypeOf<{ orderType: 'STOP_LIMIT'; price: DecimalText }>().not.toExtend<OrderPricing>();
    expectTypeOf<{ orderType: 'MARKET' }>().toExtend<OrderPricing>();
  });

  it('narrow by order type and time in force', () => {
    expectTypeOf(priceOf).returns.toEqualTypeOf<DecimalText | undefined>();
    expectTypeOf<Extract<SubmitOrder, { timeInForce: 'GTD' }>['expiresAtNs']>().toExtend<bigint>();
  });

  it('narrow events by type', () => {
    expectTypeOf<Extract<OrderEvent, { type: 'order_filled' }>>().toEqualTypeOf<OrderFilled>();
  });
});
