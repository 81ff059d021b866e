import type * as z from 'zod';
import type { ValidationIssue } from '../../vocabulary/errors.ts';
import type { DecimalText } from '../decimal.ts';
import { decimal, flag, oneOf, positive, timestamp } from '../fields.ts';
import type { TimestampNs } from '../nanoseconds.ts';

/** Which way an order goes (NautilusTrader's and FIX's `Side`). */
export const ORDER_SIDES = ['BUY', 'SELL'] as const;
export type OrderSide = (typeof ORDER_SIDES)[number];

/**
 * How an order is priced (FIX `OrdType`). Trailing orders are left out on purpose: venues disagree on what they trail and in which unit.
 *
 * | type | `price` | `triggerPrice` |
 * |---|---|---|
 * | `MARKET` | | |
 * | `LIMIT` | required | |
 * | `STOP_MARKET`, `MARKET_IF_TOUCHED` | | required |
 * | `STOP_LIMIT`, `LIMIT_IF_TOUCHED` | required | required |
 */
export const ORDER_TYPES = [
  'MARKET',
  'LIMIT',
  'STOP_MARKET',
  'STOP_LIMIT',
  'MARKET_IF_TOUCHED',
  'LIMIT_IF_TOUCHED',
] as const;
export type OrderType = (typeof ORDER_TYPES)[number];

/**
 * How long an order works (FIX `TimeInForce`): until cancelled, at once or not at all in part (`IOC`) or whole (`FOK`), until a date
 * (`GTD`), for the day, in the opening or closing auction.
 */
export const TIMES_IN_FORCE = ['GTC', 'IOC', 'FOK', 'GTD', 'DAY', 'AT_THE_OPEN', 'AT_THE_CLOSE'] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

/** Which price of the venue sets a stop off. */
export const TRIGGER_TYPES = ['LAST_PRICE', 'BID_ASK', 'MARK_PRICE', 'INDEX_PRICE'] as const;
export type TriggerType = (typeof TRIGGER_TYPES)[number];

/** The prices that an order of each type has: a limit order without a price does not compile, nor does a market order with one. */
export type OrderPricing =
  | { readonly orderType: 'MARKET'; readonly price?: undefined; readonly triggerPrice?: undefined }
  | { readonly orderType: 'LIMIT'; readonly price: DecimalText; readonly triggerPrice?: undefined }
  | {
      readonly orderType: 'STOP_MARKET' | 'MARKET_IF_TOUCHED';
      readonly price?: undefined;
      readonly triggerPrice: DecimalText;
    }
  | {
      readonly orderType: 'STOP_LIMIT' | 'LIMIT_IF_TOUCHED';
      readonly price: DecimalText;
      readonly triggerPrice: DecimalText;
    };

/** When an order stops working: `GTD` names the moment, the others may not. */
export type OrderLifetime =
  | { readonly timeInForce: 'GTD'; readonly expiresAtNs: TimestampNs }
  | { readonly timeInForce: Exclude<TimeInForce, 'GTD'>; readonly expiresAtNs?: undefined };

/** What an order asks for, whoever carries it. */
export type OrderTerms = OrderPricing &
  OrderLifetime & {
    readonly side: OrderSide;
    /** Greater than zero, a multiple of the instrument's lot: base currency, contracts or shares. */
    readonly quantity: DecimalText;
    /** Which price sets a stop off. Absent: the venue's default. */
    readonly triggerType?: TriggerType | undefined;
    /** Never take liquidity: reject instead. Default false. */
    readonly postOnly?: boolean | undefined;
    /** Never open or grow a position. Default false. */
    readonly reduceOnly?: boolean | undefined;
    /** How much of it the book shows (an iceberg). Absent: all. */
    readonly displayQuantity?: DecimalText | undefined;
  };

/** @internal */
export interface OrderTermsShape {
  readonly side: z.ZodType<OrderSide>;
  readonly orderType: z.ZodType<OrderType>;
  readonly quantity: z.ZodType<DecimalText>;
  readonly price: z.ZodOptional<z.ZodType<DecimalText>>;
  readonly triggerPrice: z.ZodOptional<z.ZodType<DecimalText>>;
  readonly triggerType: z.ZodOptional<z.ZodType<TriggerType>>;
  readonly timeInForce: z.ZodType<TimeInForce>;
  readonly expiresAtNs: z.ZodOptional<z.ZodType<TimestampNs>>;
  readonly postOnly: z.ZodOptional<z.ZodType<boolean>>;
  readonly reduceOnly: z.ZodOptional<z.ZodType<boolean>>;
  readonly displayQuantity: z.ZodOptional<z.ZodType<DecimalText>>;
}

/** @internal */
export const orderTerms: OrderTermsShape = {
  side: oneOf(ORDER_SIDES),
  orderType: oneOf(ORDER_TYPES),
  quantity: positive,
  price: decimal.optional(),
  triggerPrice: decimal.optional(),
  triggerType: oneOf(TRIGGER_TYPES).optional(),
  timeInForce: oneOf(TIMES_IN_FORCE),
  expiresAtNs: timestamp.optional(),
  postOnly: flag.optional(),
  reduceOnly: flag.optional(),
  displayQuantity: positive.optional(),
};

/** @internal The fields of {@link OrderTerms} before their rules have been looked at. */
export interface LooseOrderTerms {
  readonly orderType: OrderType;
  readonly price?: DecimalText | undefined;
  readonly triggerPrice?: DecimalText | undefined;
  readonly timeInForce: TimeInForce;
  readonly expiresAtNs?: TimestampNs | undefined;
}

/** @internal What the types {@link OrderPricing} and {@link OrderLifetime} say, as rules. */
export const orderTermsRules: readonly ((terms: Partial<LooseOrderTerms>) => ValidationIssue | undefined)[] = [
  ({ orderType, price }) =>
    orderType === undefined ? undefined : givenExactly('price', price, PRICED.has(orderType), orderType),
  ({ orderType, triggerPrice }) =>
    orderType === undefined
      ? undefined
      : givenExactly('triggerPrice', triggerPrice, TRIGGERED.has(orderType), orderType),
  ({ timeInForce, expiresAtNs }) =>
    timeInForce === undefined
      ? undefined
      : givenExactly('expiresAtNs', expiresAtNs, timeInForce === 'GTD', timeInForce),
];

function givenExactly(path: string, value: unknown, belongs: boolean, word: string): ValidationIssue | undefined {
  if ((value !== undefined) === belongs) return undefined;
  const expected = belongs ? `a value, since the order is ${word}` : `no value, since the order is ${word}`;
  return { path, expected, received: belongs ? 'undefined' : `"${String(value)}"` };
}

const PRICED: ReadonlySet<OrderType> = new Set<OrderType>(['LIMIT', 'STOP_LIMIT', 'LIMIT_IF_TOUCHED']);
const TRIGGERED: ReadonlySet<OrderType> = new Set<OrderType>([
  'STOP_MARKET',
  'STOP_LIMIT',
  'MARKET_IF_TOUCHED',
  'LIMIT_IF_TOUCHED',
]);
