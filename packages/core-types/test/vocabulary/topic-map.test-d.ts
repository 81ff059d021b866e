import { describe, expectTypeOf, test } from 'vitest';
import type {
  MessageBus,
  Overlaps,
  PatternArgument,
  PayloadOfPattern,
  PayloadOfTopic,
  TopicArgument,
} from '../../src/index.ts';

interface Quote {
  readonly bid: string;
}
interface Trade {
  readonly price: string;
}
interface Shutdown {
  readonly reason: string;
}

interface DeskTopics {
  [quotes: `data.quotes.${string}.${string}`]: Quote;
  [trades: `data.trades.${string}.${string}`]: Trade;
  'commands.system.shutdown': Shutdown;
}

declare const bus: MessageBus<DeskTopics>;
declare const untyped: MessageBus;
declare const quote: Quote;
declare const venue: string;

describe('publishing on a typed bus', () => {
  test('a literal topic and a key with holes are checked', () => {
    expectTypeOf<PayloadOfTopic<DeskTopics, 'data.quotes.BINANCE.BTCUSDT'>>().toEqualTypeOf<Quote>();
    expectTypeOf<PayloadOfTopic<DeskTopics, 'commands.system.shutdown'>>().toEqualTypeOf<Shutdown>();
    bus.publish('data.quotes.BINANCE.BTCUSDT', quote);
    bus.publish(`data.quotes.${venue}.BTCUSDT` as const, quote);
    // @ts-expect-error: a shutdown is no quote
    bus.publish('commands.system.shutdown', quote);
    // @ts-expect-error: a quote is no trade
    bus.topic('data.trades.BINANCE.BTCUSDT').publish(quote);
  });

  test('a wrong topic reads as a sentence', () => {
    expectTypeOf<
      TopicArgument<DeskTopics, 'dta.quotes.X.Y'>
    >().toEqualTypeOf<"no topic of the map matches 'dta.quotes.X.Y'">();
    // @ts-expect-error: no topic of the map matches 'dta.quotes.X.Y'
    bus.publish('dta.quotes.X.Y', quote);
  });

  test('a topic known only at run time goes through the untyped bus', () => {
    // @ts-expect-error: this topic is known only at run time
    bus.publish(venue, quote);
    untyped.publish(venue, quote);
  });
});

describe('subscribing on a typed bus', () => {
  test('the payload follows from the pattern', () => {
    bus.subscribe('data.quotes.BINANCE.*', (payload) => expectTypeOf(payload).toEqualTypeOf<Quote>());
    bus.subscribe('data.*', (payload) => expectTypeOf(payload).toEqualTypeOf<Quote | Trade>());
    bus.subscribe('data.+.BINANCE.BTCUSDT', (payload) => expectTypeOf(payload).toEqualTypeOf<Quote | Trade>());
    bus.subscribe('*', (payload) => expectTypeOf(payload).toEqualTypeOf<Quote | Trade | Shutdown>());
    bus.subscribe('commands.system.shut????', (payload) => expectTypeOf(payload).toEqualTypeOf<Shutdown>());
    // @ts-expect-error: a quote pattern brings no trades
    bus.subscribe('data.quotes.*', (_trade: Trade) => undefined);
  });

  test('a pattern that reaches nothing reads as a sentence', () => {
    expectTypeOf<PatternArgument<DeskTopics, 'dta.*'>>().toEqualTypeOf<"no topic of the map matches 'dta.*'">();
    // @ts-expect-error: no topic of the map matches 'dta.*'
    bus.subscribe('dta.*', () => undefined);
  });

  test('an untyped bus takes what the handler says', () => {
    untyped.subscribe('data.*', (_payload: Quote) => undefined);
    untyped.subscribe('data.*', (payload) => expectTypeOf(payload).toEqualTypeOf<unknown>());
  });
});

describe('overlap of keys and patterns', () => {
  test('never misses what a hole or a star may reach', () => {
    expectTypeOf<Overlaps<`data.${string}`, 'data.quotes.BINANCE.X'>>().toEqualTypeOf<true>();
    expectTypeOf<Overlaps<`data.${string}.end`, 'data.*.other'>>().toEqualTypeOf<true>();
    expectTypeOf<Overlaps<'data.quotes.X', 'da*'>>().toEqualTypeOf<true>();
    expectTypeOf<Overlaps<'data.quotes.X', 'data?quotes.X'>>().toEqualTypeOf<true>();
    expectTypeOf<Overlaps<'data.quotes.X', '+.+.+'>>().toEqualTypeOf<true>();
    expectTypeOf<Overlaps<`data.${'quotes' | 'trades'}.X`, 'data.trades.*'>>().toEqualTypeOf<true | false>();
  });

  test('says no where the literal beginnings differ', () => {
    expectTypeOf<Overlaps<'data', 'data.*'>>().toEqualTypeOf<false>();
    expectTypeOf<Overlaps<'data.quotes.X', 'data.trades.*'>>().toEqualTypeOf<false>();
    expectTypeOf<Overlaps<'data.quotes.X', '+.+'>>().toEqualTypeOf<false>();
    expectTypeOf<Overlaps<'data.quotes.X', 'data.t*'>>().toEqualTypeOf<false>();
    expectTypeOf<PayloadOfPattern<DeskTopics, 'commands.*'>>().toEqualTypeOf<Shutdown>();
  });
});
