import { formatDecimal, multiplyDecimals, parseDecimal, type DecimalText } from '@tradewind/core-types';

/** What the desk may do in instruments of one quote currency, in that currency. */
export interface DeskLimits {
  /** The value of one order of the strategy, about. */
  readonly clip: DecimalText;
  /** The largest value of one order. */
  readonly maxOrder: DecimalText;
  /** The largest value of the position in one asset over all venues, long or short, with orders on their way counted as filled. */
  readonly maxPosition: DecimalText;
  /** The largest sum of such values over all assets. */
  readonly maxGross: DecimalText;
}

/** Orders a second of market time, over everything. */
export const MAX_ORDERS_PER_SECOND = 12;

/** Limits by quote currency. Where there is no limit there is no trade. */
export const LIMITS: ReadonlyMap<string, DeskLimits> = new Map([
  ...['USD', 'USDT', 'USDC', 'BUSD', 'EUR', 'GBP', 'CHF'].map((currency) => [currency, limitsOf('2000')] as const),
  ['JPY', limitsOf('300000')],
  ['BTC', limitsOf('0.03')],
  ['ETH', limitsOf('0.6')],
]);

function limitsOf(clip: string): DeskLimits {
  const times = (factor: string): DecimalText =>
    formatDecimal(multiplyDecimals(parseDecimal(clip), parseDecimal(factor)));
  return { clip: times('1'), maxOrder: times('2'), maxPosition: times('7'), maxGross: times('16') };
}
