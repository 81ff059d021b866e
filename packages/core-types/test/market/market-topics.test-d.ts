import { describe, expectTypeOf, it } from 'vitest';
import type { Bar } from '../../src/market/bar.ts';
import type { BookDeltas } from '../../src/market/book-deltas.ts';
import type { BookSnapshot } from '../../src/market/book-snapshot.ts';
import type { DecimalText } from '../../src/market/decimal.ts';
import type { JsonForm } from '../../src/market/json-form.ts';
import type { MarketEvent, MarketEventOf } from '../../src/market/market-event.ts';
import type { MarketTopics } from '../../src/market/market-topics.ts';
import type { TimestampNs } from '../../src/market/nanoseconds.ts';
import type { OrderEvent } from '../../src/market/orders/order-event.ts';
import type { Quote } from '../../src/market/quote.ts';
import type { BarTopic, QuoteTopic } from '../../src/market/topics.ts';
import type { Trade } from '../../src/market/trade.ts';
import type { PayloadOfPattern, PayloadOfTopic, TopicArgument } from '../../src/vocabulary/topic-map.ts';

describe('MarketTopics as the topic map of a bus', () => {
  it('knows the payload of a literal topic and of a built one', () => {
    expectTypeOf<PayloadOfTopic<MarketTopics, 'data.quotes.BINANCE.BTCUSDT'>>().toEqualTypeOf<Quote>();
    expectTypeOf<PayloadOfTopic<MarketTopics, 'data.trades.BINANCE.BTCUSDT'>>().toEqualTypeOf<Trade>();
    expectTypeOf<PayloadOfTopic<MarketTopics, QuoteTopic>>().toEqualTypeOf<Quote>();
    expectTypeOf<PayloadOfTopic<MarketTopics, BarTopic>>().toEqualTypeOf<Bar>();
    expectTypeOf<PayloadOfTopic<MarketTopics, 'events.order.EMA-001'>>().toEqualTypeOf<OrderEvent>();
  });

  it('knows what a pattern may bring', () => {
    expectTypeOf<PayloadOfPattern<MarketTopics, 'data.quotes.*'>>().toEqualTypeOf<Quote>();
    expectTypeOf<PayloadOfPattern<MarketTopics, 'data.quotes.+.BTCUSDT'>>().toEqualTypeOf<Quote>();
    expectTypeOf<PayloadOfPattern<MarketTopics, 'data.book.*'>>().toEqualTypeOf<BookSnapshot | BookDeltas>();
  });

  it('refuses a topic that it does not know', () => {
    expectTypeOf<
      TopicArgument<MarketTopics, 'data.qoutes.A.B'>
    >().toEqualTypeOf<"no topic of the map matches 'data.qoutes.A.B'">();
  });

  it('can be extended', () => {
    interface MyTopics extends MarketTopics {
      readonly 'alerts.spread': { readonly bps: number };
    }
    expectTypeOf<PayloadOfTopic<MyTopics, 'alerts.spread'>>().toEqualTypeOf<{ readonly bps: number }>();
    expectTypeOf<PayloadOfTopic<MyTopics, 'data.quotes.A.B'>>().toEqualTypeOf<Quote>();
  });
});

describe('the types of the market vocabulary', () => {
  it('tell events apart by type', () => {
    expectTypeOf<MarketEventOf<'quote'>>().toEqualTypeOf<Quote>();
    expectTypeOf<MarketEventOf<'book_snapshot' | 'book_deltas'>>().toEqualTypeOf<BookSnapshot | BookDeltas>();
    expectTypeOf<MarketEvent['tsEventNs']>().toEqualTypeOf<TimestampNs | null>();
  });

  it('do not take a plain string for a decimal, nor a plain bigint for a moment', () => {
    expectTypeOf<string>().not.toExtend<DecimalText>();
    expectTypeOf<DecimalText>().toExtend<string>();
    expectTypeOf<bigint>().not.toExtend<TimestampNs>();
    expectTypeOf<TimestampNs>().toExtend<bigint>();
  });

  it('are read-only', () => {
    expectTypeOf<BookSnapshot['bids']>().toEqualTypeOf<readonly (readonly [price: DecimalText, size: DecimalText])[]>();
    expectTypeOf<Quote>().toEqualTypeOf<Readonly<Quote>>();
  });

  it('have a JSON form without bigints', () => {
    expectTypeOf<JsonForm<Quote>['tsEventNs']>().toEqualTypeOf<string | null>();
    expectTypeOf<JsonForm<Quote>['tsInitNs']>().toEqualTypeOf<string>();
    expectTypeOf<JsonForm<Quote>['venueSequence']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<JsonForm<Quote>['bidPrice']>().toEqualTypeOf<DecimalText | null>();
    expectTypeOf<JsonForm<Quote>['type']>().toEqualTypeOf<'quote'>();
  });
});
