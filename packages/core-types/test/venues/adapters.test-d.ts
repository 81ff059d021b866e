import { describe, expectTypeOf, it } from 'vitest';
import type { BarType } from '../../src/market/bar-type.ts';
import type { Bar } from '../../src/market/bar.ts';
import type { BookDeltas } from '../../src/market/book-deltas.ts';
import type { BookSnapshot } from '../../src/market/book-snapshot.ts';
import type { InstrumentId } from '../../src/market/instrument-id.ts';
import type { MarketEvent } from '../../src/market/market-event.ts';
import type { Quote } from '../../src/market/quote.ts';
import type { DataAdapter, DataEvent, DataRequest } from '../../src/venues/data-adapter.ts';
import type {
  AccountReader,
  ExecutionAdapter,
  ExecutionEventSource,
  OrderGateway,
  VenueConnection,
} from '../../src/venues/execution-adapter.ts';
import type { StreamListener, StreamSubscription } from '../../src/venues/stream.ts';

declare const adapter: DataAdapter;
declare const instrumentId: InstrumentId;
declare const barType: BarType;

const subscribeToQuotes = (): Promise<StreamSubscription> =>
  adapter.subscribe(
    { kind: 'quote', instrumentId },
    { onEvent: (event) => expectTypeOf(event).toEqualTypeOf<Quote>() },
  );
const subscribeToBook = (): Promise<StreamSubscription> =>
  adapter.subscribe(
    { kind: 'book', instrumentId, depth: 25 },
    { onEvent: (event) => expectTypeOf(event).toEqualTypeOf<BookSnapshot | BookDeltas>() },
  );
const subscribeToBars = (): Promise<StreamSubscription> =>
  adapter.subscribe({ kind: 'bar', barType }, { onEvent: (event) => expectTypeOf(event).toEqualTypeOf<Bar>() });

describe('a data adapter', () => {
  it('has five members', () => {
    expectTypeOf<keyof DataAdapter>().toEqualTypeOf<'venue' | 'capabilities' | 'connect' | 'subscribe' | 'close'>();
  });

  it('gives a listener the events of the kind that was asked for', () => {
    expectTypeOf(subscribeToQuotes).returns.resolves.toExtend<Disposable>();
    expectTypeOf(subscribeToBook).returns.toEqualTypeOf<Promise<StreamSubscription>>();
    expectTypeOf(subscribeToBars).returns.toEqualTypeOf<Promise<StreamSubscription>>();
  });

  it('asks for bars by their type and for all instruments without a name', () => {
    expectTypeOf<{ kind: 'bar'; instrumentId: InstrumentId }>().not.toExtend<DataRequest<'bar'>>();
    expectTypeOf<{ kind: 'instrument' }>().toExtend<DataRequest<'instrument'>>();
    expectTypeOf<{ kind: 'quote' }>().not.toExtend<DataRequest<'quote'>>();
    expectTypeOf<{ kind: 'quote'; instrumentId: InstrumentId }>().toExtend<DataRequest>();
  });

  it('can bring every market event', () => {
    expectTypeOf<DataEvent>().toEqualTypeOf<MarketEvent>();
  });

  it('can be written by hand, with nothing to inherit from', () => {
    const silent = {
      venue: 'NOWHERE',
      capabilities: () => ({ kinds: [], bookDepths: [], eventTimes: false, venueSequences: false }),
      connect: () => Promise.resolve(),
      subscribe: () => Promise.reject(new Error('nothing is offered here')),
      close: () => Promise.resolve(),
    };
    expectTypeOf(silent).toExtend<DataAdapter>();
  });

  it('can serve one listener for everything', () => {
    expectTypeOf<StreamListener<MarketEvent>>().toExtend<StreamListener<Quote>>();
  });
});

describe('an execution adapter', () => {
  it('is four small contracts', () => {
    expectTypeOf<ExecutionAdapter>().toEqualTypeOf<
      VenueConnection & OrderGateway & AccountReader & ExecutionEventSource
    >();
    expectTypeOf<keyof OrderGateway>().toEqualTypeOf<'submit' | 'cancel' | 'replace' | 'cancelAll'>();
    expectTypeOf<keyof AccountReader>().toEqualTypeOf<'snapshot'>();
    expectTypeOf<keyof ExecutionEventSource>().toEqualTypeOf<'events'>();
    expectTypeOf<keyof VenueConnection>().toEqualTypeOf<'venue' | 'capabilities' | 'connect' | 'close'>();
  });

  it('is a venue connection as a data adapter is one', () => {
    expectTypeOf<Pick<DataAdapter, 'venue' | 'connect' | 'close'>>().toEqualTypeOf<
      Pick<VenueConnection, 'venue' | 'connect' | 'close'>
    >();
  });
});
