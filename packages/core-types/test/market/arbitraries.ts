/** Generators of valid values of the market vocabulary, for property tests. */
import * as fc from 'fast-check';
import {
  AGGREGATION_SOURCES,
  BAR_AGGREGATIONS,
  PRICE_TYPES,
  formatBarType,
  type BarType,
} from '../../src/market/bar-type.ts';
import { BOOK_SIDES } from '../../src/market/book-deltas.ts';
import { compareDecimals, createDecimal, formatDecimal, type DecimalText } from '../../src/market/decimal.ts';
import { formatInstrumentId, type InstrumentId, type InstrumentIdParts } from '../../src/market/instrument-id.ts';
import { INSTRUMENT_KINDS } from '../../src/market/instrument.ts';
import { MARKET_STATUS_ACTIONS } from '../../src/market/instrument-status.ts';
import { MAX_TIMESTAMP_NS, type TimestampNs } from '../../src/market/nanoseconds.ts';
import { AGGRESSOR_SIDES } from '../../src/market/trade.ts';
import { LIQUIDITY_SIDES } from '../../src/market/orders/order-event.ts';
import { ORDER_STATUSES } from '../../src/market/orders/order-status.ts';
import { ORDER_SIDES, ORDER_TYPES, TIMES_IN_FORCE, TRIGGER_TYPES } from '../../src/market/orders/order-terms.ts';

/** Mantissas of at most 30 digits and scales of at most 30: products of two still fit the 76 digits. */
export const decimalParts = fc.record({
  mantissa: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
  scale: fc.integer({ min: 0, max: 30 }),
});
export const decimalText: fc.Arbitrary<DecimalText> = decimalParts.map((parts) => formatDecimal(createDecimal(parts)));
const quantityText: fc.Arbitrary<DecimalText> = decimalText.map((text) => text.replace('-', '') as DecimalText);
export const positiveText: fc.Arbitrary<DecimalText> = quantityText.filter((text) => text !== '0');

export const timestamp: fc.Arbitrary<TimestampNs> = fc
  .bigInt({ min: 0n, max: MAX_TIMESTAMP_NS })
  .map((value) => value as TimestampNs);

/** Names with the characters that topics and JSON find hard. */
const nameCharacter = fc.constantFrom(
  'A',
  'b',
  '0',
  '9',
  '-',
  '_',
  '/',
  ':',
  '.',
  '*',
  '?',
  '+',
  '%',
  '2',
  'E',
  ' ',
  '"',
  '\\',
  'é',
  '漢',
  '🚀',
);
const name = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .array(nameCharacter, { minLength: 1, maxLength })
    .map((characters) => characters.join(''))
    .filter((text) => text.trim() === text);
export const identifier = name(12);
export const instrumentIdParts: fc.Arbitrary<InstrumentIdParts> = fc.record({
  symbol: name(16),
  venue: name(8).filter((text) => !text.includes('.')),
});
const instrumentId: fc.Arbitrary<InstrumentId> = instrumentIdParts.map((parts) => formatInstrumentId(parts));

const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

const compact = <T extends object>(record: T): T =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;

const eventHeader = {
  tsEventNs: fc.option(timestamp, { nil: null }),
  tsInitNs: timestamp,
  sequence: fc.nat(),
  venueSequence: optional(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
  gapBefore: optional(fc.oneof(fc.constant('unknown' as const), fc.integer({ min: 1, max: 1_000_000 }))),
};
const marketHeader = { ...eventHeader, instrumentId };

const side = fc.option(fc.tuple(decimalText, quantityText), { nil: null });
const quote = fc.record({ ...marketHeader, bid: side, ask: side }).map(({ bid, ask, ...header }) => ({
  type: 'quote' as const,
  ...header,
  bidPrice: bid?.[0] ?? null,
  bidSize: bid?.[1] ?? null,
  askPrice: ask?.[0] ?? null,
  askSize: ask?.[1] ?? null,
}));

const trade = fc.record({
  type: fc.constant('trade' as const),
  ...marketHeader,
  price: decimalText,
  size: fc.option(positiveText, { nil: null }),
  aggressorSide: fc.constantFrom(...AGGRESSOR_SIDES),
  tradeId: optional(identifier),
});

const ticker = fc.record({
  type: fc.constant('ticker' as const),
  ...marketHeader,
  lastPrice: optional(decimalText),
  bidPrice: optional(decimalText),
  bidSize: optional(quantityText),
  askPrice: optional(decimalText),
  askSize: optional(quantityText),
  volume24h: optional(quantityText),
  markPrice: optional(decimalText),
  indexPrice: optional(decimalText),
  underlyingPrice: optional(decimalText),
  fundingRate: optional(decimalText),
});

const levels = (direction: 1 | -1): fc.Arbitrary<readonly (readonly [DecimalText, DecimalText])[]> =>
  fc
    .uniqueArray(fc.tuple(decimalText, positiveText), { maxLength: 8, selector: ([price]) => price })
    .map((pairs) => pairs.toSorted((a, b) => compareDecimals(a[0], b[0]) * direction));
const bookSnapshot = fc.record({
  type: fc.constant('book_snapshot' as const),
  ...marketHeader,
  bids: levels(-1),
  asks: levels(1),
  depth: optional(fc.integer({ min: 1, max: 1000 })),
});

const bookDelta = fc
  .record({
    sized: fc.constantFrom('ADD' as const, 'UPDATE' as const),
    unsized: fc.constantFrom('DELETE' as const, 'CLEAR' as const),
    removes: fc.boolean(),
    side: fc.constantFrom(...BOOK_SIDES),
    price: decimalText,
    size: positiveText,
    orderId: optional(identifier),
  })
  .map(({ sized, unsized, removes, size, ...rest }) =>
    compact({ ...rest, action: removes ? unsized : sized, size: removes ? ('0' as DecimalText) : size }),
  );
const bookDeltas = fc.record({
  type: fc.constant('book_deltas' as const),
  ...marketHeader,
  deltas: fc.array(bookDelta, { maxLength: 8 }),
  flags: optional(fc.integer({ min: 0, max: 255 })),
});

export const barTypeParts = fc.record({
  instrumentId,
  step: fc.integer({ min: 1, max: 999_999_999 }),
  aggregation: fc.constantFrom(...BAR_AGGREGATIONS),
  priceType: fc.constantFrom(...PRICE_TYPES),
  source: fc.constantFrom(...AGGREGATION_SOURCES),
});
export const barType: fc.Arbitrary<BarType> = barTypeParts.map((parts) => formatBarType(parts));
const bar = fc
  .record({
    header: fc.record(eventHeader),
    parts: barTypeParts,
    prices: fc.array(decimalText, { minLength: 4, maxLength: 4 }),
    swapped: fc.boolean(),
    volume: quantityText,
    isRevision: optional(fc.boolean()),
  })
  .map(({ header, parts, prices, swapped, volume, isRevision }) => {
    const [low, first, second, high] = prices.toSorted(compareDecimals) as [
      DecimalText,
      DecimalText,
      DecimalText,
      DecimalText,
    ];
    return {
      type: 'bar' as const,
      ...header,
      instrumentId: parts.instrumentId,
      barType: formatBarType(parts),
      open: swapped ? first : second,
      high,
      low,
      close: swapped ? second : first,
      volume,
      isRevision,
    };
  });

const contractType = fc.constantFrom('linear' as const, 'inverse' as const, 'quanto' as const);
const instrument = fc
  .record({
    ...marketHeader,
    kind: fc.constantFrom(...INSTRUMENT_KINDS),
    base: identifier,
    quote: identifier,
    settlement: identifier,
    tickSize: positiveText,
    lotSize: positiveText,
    minQuantity: optional(quantityText),
    maxQuantity: optional(quantityText),
    minNotional: optional(quantityText),
    contractType,
    contractValue: optional(positiveText),
    multiplier: optional(decimalText),
    expiryNs: timestamp,
    strike: decimalText,
    optionKind: fc.constantFrom('CALL' as const, 'PUT' as const),
    makerFee: optional(decimalText),
    takerFee: optional(decimalText),
  })
  .map((all) => ({
    ...all,
    type: 'instrument' as const,
    contractType: all.kind === 'spot' || all.kind === 'equity' ? undefined : all.contractType,
    expiryNs: all.kind === 'future' || all.kind === 'option' ? all.expiryNs : undefined,
    strike: all.kind === 'option' ? all.strike : undefined,
    optionKind: all.kind === 'option' ? all.optionKind : undefined,
  }));

const instrumentStatus = fc.record({
  type: fc.constant('instrument_status' as const),
  ...marketHeader,
  action: fc.constantFrom(...MARKET_STATUS_ACTIONS),
  reason: optional(fc.string({ maxLength: 40 })),
  isTrading: optional(fc.boolean()),
  isQuoting: optional(fc.boolean()),
  isShortSellRestricted: optional(fc.boolean()),
});

const fundingRate = fc.record({
  type: fc.constant('funding_rate' as const),
  ...marketHeader,
  rate: decimalText,
  intervalMinutes: optional(fc.integer({ min: 1, max: 525_600 })),
  nextFundingNs: optional(timestamp),
});

/** Any market event, without keys whose value is undefined: as a parser returns it. */
export const marketEvent = fc
  .oneof(quote, trade, ticker, bookSnapshot, bookDeltas, bar, instrument, instrumentStatus, fundingRate)
  .map((event) => compact(event));

const needsPrice = ['LIMIT', 'STOP_LIMIT', 'LIMIT_IF_TOUCHED'];
const orderTerms = fc
  .record({
    side: fc.constantFrom(...ORDER_SIDES),
    orderType: fc.constantFrom(...ORDER_TYPES),
    quantity: positiveText,
    price: decimalText,
    triggerPrice: decimalText,
    triggerType: optional(fc.constantFrom(...TRIGGER_TYPES)),
    timeInForce: fc.constantFrom(...TIMES_IN_FORCE),
    expiresAtNs: timestamp,
    postOnly: optional(fc.boolean()),
    reduceOnly: optional(fc.boolean()),
    displayQuantity: optional(positiveText),
  })
  .map((terms) => ({
    ...terms,
    price: needsPrice.includes(terms.orderType) ? terms.price : undefined,
    triggerPrice: terms.orderType === 'MARKET' || terms.orderType === 'LIMIT' ? undefined : terms.triggerPrice,
    expiresAtNs: terms.timeInForce === 'GTD' ? terms.expiresAtNs : undefined,
  }));

const commandHeader = { strategyId: identifier, accountId: optional(identifier), tsInitNs: timestamp };
const singleOrderHeader = { ...commandHeader, instrumentId, clientOrderId: identifier };
const submitOrder = fc
  .tuple(fc.record(singleOrderHeader), orderTerms)
  .map(([header, terms]) => ({ type: 'submit_order' as const, ...header, ...terms }));
const cancelOrder = fc.record({
  type: fc.constant('cancel_order' as const),
  ...singleOrderHeader,
  venueOrderId: optional(identifier),
});
const replaceOrder = fc.record({
  type: fc.constant('replace_order' as const),
  ...singleOrderHeader,
  venueOrderId: optional(identifier),
  quantity: positiveText,
  price: optional(decimalText),
  triggerPrice: optional(decimalText),
});
const cancelAllOrders = fc.record({
  type: fc.constant('cancel_all_orders' as const),
  ...commandHeader,
  instrumentId: optional(instrumentId),
  side: optional(fc.constantFrom(...ORDER_SIDES)),
});
export const orderCommand = fc
  .oneof(submitOrder, cancelOrder, replaceOrder, cancelAllOrders)
  .map((command) => compact(command));

const orderHeader = {
  ...eventHeader,
  strategyId: identifier,
  instrumentId,
  clientOrderId: identifier,
  venueOrderId: optional(identifier),
  accountId: optional(identifier),
};
const lifecycleEvent = fc.record({
  type: fc.constantFrom('order_submitted', 'order_accepted', 'order_triggered', 'order_canceled', 'order_expired'),
  ...orderHeader,
  reason: optional(fc.string({ maxLength: 40 })),
});
const refusedEvent = fc.record({
  type: fc.constantFrom('order_denied', 'order_rejected', 'order_cancel_rejected', 'order_replace_rejected'),
  ...orderHeader,
  reason: fc.string({ maxLength: 40 }),
});
const updatedEvent = fc.record({
  type: fc.constant('order_updated'),
  ...orderHeader,
  quantity: positiveText,
  price: optional(decimalText),
  triggerPrice: optional(decimalText),
});
const filledEvent = fc
  .record({
    ...orderHeader,
    tradeId: identifier,
    side: fc.constantFrom(...ORDER_SIDES),
    lastPrice: decimalText,
    quantities: fc.tuple(positiveText, positiveText),
    leavesQuantity: quantityText,
    liquiditySide: fc.constantFrom(...LIQUIDITY_SIDES),
    fee: optional(fc.tuple(decimalText, identifier)),
  })
  .map(({ quantities, fee, ...rest }) => {
    const [lastQuantity, cumulativeQuantity] = quantities.toSorted(compareDecimals);
    return {
      type: 'order_filled',
      ...rest,
      lastQuantity,
      cumulativeQuantity,
      commission: fee?.[0],
      commissionCurrency: fee?.[1],
    };
  });
export const orderEvent = fc
  .oneof(lifecycleEvent, refusedEvent, updatedEvent, filledEvent)
  .map((event) => compact(event));

export const positionSnapshot = fc
  .record({
    type: fc.constant('position_snapshot' as const),
    ...eventHeader,
    accountId: identifier,
    instrumentId,
    strategyId: optional(identifier),
    signedQuantity: decimalText,
    averageEntryPrice: fc.option(decimalText, { nil: null }),
    unrealizedPnl: optional(decimalText),
    leverage: optional(quantityText),
  })
  .map((position) => compact(position));

const orderSnapshot = fc
  .tuple(
    orderTerms,
    fc.record({
      instrumentId,
      venueOrderId: identifier,
      clientOrderId: optional(identifier),
      status: fc.constantFrom(...ORDER_STATUSES),
      averagePrice: fc.option(decimalText, { nil: null }),
      tsAcceptedNs: fc.option(timestamp, { nil: null }),
    }),
  )
  .map(([terms, progress]) => compact({ ...terms, ...progress, filledQuantity: '0' as DecimalText }));

const balance = fc.record(
  { currency: identifier, total: decimalText, free: decimalText, locked: decimalText },
  { noNullPrototype: true },
);

export const accountSnapshot = fc
  .record({
    type: fc.constant('account_snapshot' as const),
    ...eventHeader,
    accountId: identifier,
    venue: instrumentIdParts.map((parts) => parts.venue),
    balances: fc.array(balance, { maxLength: 4 }),
    positions: fc.array(positionSnapshot, { maxLength: 3 }),
    openOrders: fc.array(orderSnapshot, { maxLength: 3 }),
  })
  .map((account) => compact(account));
