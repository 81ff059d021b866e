import type {
  MessageBus as MessageBusContract,
  MetricsSource,
  Subscription,
  TopicCatalog,
  TopicHandle,
} from '@tradewind/core-types';
import { describe, expectTypeOf, test } from 'vitest';
import type { MessageBus, NamesOfTemplate, TemplateArgument, TopicOfTemplate } from '../../src/index.ts';

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
  [orders: `events.order.${string}`]: Trade;
  'commands.system.shutdown': Shutdown;
}

declare const bus: MessageBus<DeskTopics>;
declare const untyped: MessageBus;
declare const quote: Quote;
declare const trade: Trade;
declare const runTimeTopic: string;

describe('the bus', () => {
  test('is what the contracts ask for, typed and untyped', () => {
    expectTypeOf(untyped).toExtend<MessageBusContract>();
    expectTypeOf(bus).toExtend<MessageBusContract<DeskTopics>>();
    expectTypeOf(bus).toExtend<MetricsSource & TopicCatalog & Disposable>();
    expectTypeOf(bus.untyped()).toExtend<MessageBusContract>();
  });

  test('with a topic map becomes an untyped one only where that is said: its map would not be checked any more', () => {
    const contract: MessageBusContract<DeskTopics> = bus;
    // @ts-expect-error: a bus with a topic map is none that takes any payload
    const untypedBus: MessageBusContract = bus;
    // @ts-expect-error: nor is its contract
    const untypedContract: MessageBusContract = contract;
    expectTypeOf([untypedBus, untypedContract]).toEqualTypeOf<MessageBusContract[]>();
  });

  test('checks payloads of topics and patterns', () => {
    bus.publish('data.quotes.BINANCE.BTCUSDT', quote);
    // @ts-expect-error: a trade is no quote
    bus.publish('data.quotes.BINANCE.BTCUSDT', trade);
    // @ts-expect-error: no topic of the map matches 'dta.quotes.BINANCE.BTCUSDT'
    bus.publish('dta.quotes.BINANCE.BTCUSDT', quote);
    // @ts-expect-error: this topic is known only at run time
    bus.publish(runTimeTopic, quote);
    bus.untyped().publish(runTimeTopic, quote);
    // @ts-expect-error: the synchronous bus has no options of publishing
    bus.publish('data.quotes.BINANCE.BTCUSDT', quote, { priority: 0 });
    expectTypeOf(
      bus.subscribe('data.quotes.*', (payload, meta) => {
        expectTypeOf(payload).toEqualTypeOf<Quote>();
        expectTypeOf(meta).toEqualTypeOf<{ readonly topic: string }>();
      }),
    ).toExtend<Subscription>();
    bus.subscribe('data.+.BINANCE.*', (payload) => expectTypeOf(payload).toEqualTypeOf<Quote | Trade>());
    // @ts-expect-error: no topic of the map matches 'data.books.*'
    bus.subscribe('data.books.*', () => undefined);
  });
});

describe('a handle', () => {
  test('takes the payload of its topic', () => {
    const handle = bus.topic('data.trades.OKX.ETHUSDT');
    expectTypeOf(handle).toExtend<TopicHandle<Trade>>();
    handle.publish(trade);
    // @ts-expect-error: a quote is no trade
    handle.publish(quote);
  });
});

describe('a switchboard', () => {
  test('takes one name per hole, and the payload of its topics', () => {
    const quotes = bus.switchboard('data.quotes.{venue}.{symbol}');
    quotes.publish('BINANCE', 'BTCUSDT', quote);
    expectTypeOf(quotes.handle('BINANCE', 'BTCUSDT')).toEqualTypeOf<TopicHandle<Quote>>();
    // @ts-expect-error: a trade is no quote
    quotes.publish('BINANCE', 'BTCUSDT', trade);
    // @ts-expect-error: one name is missing
    quotes.publish('BINANCE', quote);
    // @ts-expect-error: one name is missing
    quotes.handle('BINANCE');
    // @ts-expect-error: one name too many
    quotes.publish('BINANCE', 'BTCUSDT', 'more', quote);
    bus.switchboard('events.order.{strategyId}').publish('EMA', trade);
  });

  test('of a template that the map does not know reads as a sentence', () => {
    expectTypeOf<
      TemplateArgument<DeskTopics, 'dta.{venue}'>
    >().toEqualTypeOf<"no topic of the map matches 'dta.{venue}'">();
    // @ts-expect-error: no topic of the map matches 'dta.{venue}'
    bus.switchboard('dta.{venue}');
    // @ts-expect-error: a template has one to three holes
    bus.switchboard('commands.system.shutdown');
    // @ts-expect-error: this template is known only at run time
    bus.switchboard(runTimeTopic);
  });

  test('on an untyped bus takes any payload', () => {
    untyped.switchboard('any.{a}.{b}.{c}').publish('x', 'y', 'z', 7);
    // @ts-expect-error: a template has one to three holes
    untyped.switchboard('any.{a}.{b}.{c}.{d}');
  });

  test('has its names and topics from the template', () => {
    expectTypeOf<NamesOfTemplate<'data.{a}.x.{b}'>>().toEqualTypeOf<[string, string]>();
    expectTypeOf<TopicOfTemplate<'data.{a}.x.{b}'>>().toEqualTypeOf<`data.${string}.x.${string}`>();
    expectTypeOf<TopicOfTemplate<'data.a'>>().toEqualTypeOf<'data.a'>();
  });
});

describe('endpoints', () => {
  test('say what they take and give', () => {
    bus.register<Trade>('ExecEngine.process', (payload, { correlationId }) => {
      expectTypeOf(payload).toEqualTypeOf<Trade>();
      expectTypeOf(correlationId).toEqualTypeOf<string | undefined>();
    });
    expectTypeOf(bus.request<Quote>('DataEngine.execute', 1)).toEqualTypeOf<Promise<Quote>>();
    expectTypeOf(bus.request('DataEngine.execute', 1)).toEqualTypeOf<Promise<unknown>>();
  });
});
