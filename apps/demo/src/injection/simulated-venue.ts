import {
  systemClock,
  type DataAdapter,
  type DataCapabilities,
  type DataEvent,
  type DataKind,
  type DataRequest,
  type StreamListener,
  type StreamState,
  type StreamSubscription,
} from '@tradewind/core-types';
import type { FeedEvent } from '../events.ts';

/** A venue of the simulation behind the interface that real venues have, which can be made to forget its subscribers. */
export class SimulatedVenue implements DataAdapter {
  readonly venue: string;
  readonly #streams = new Set<VenueStream>();
  #isOpen = false;

  constructor(venue: string) {
    this.venue = venue;
  }

  capabilities(): DataCapabilities {
    return { kinds: ['quote', 'ticker'], bookDepths: [], eventTimes: true, venueSequences: false };
  }

  async connect(): Promise<void> {
    this.#isOpen = true;
  }

  async subscribe<K extends DataKind>(
    request: DataRequest<K> & { readonly kind: K },
    listener: StreamListener<DataEvent<K>>,
  ): Promise<StreamSubscription> {
    if (!this.#isOpen)
      throw Object.assign(new Error(`Expected that ${this.venue} is connected, and it is not.`), { code: 'CLOSED' });
    const { kind, instrumentId } = request as DataRequest<'quote' | 'ticker'>;
    // The streams of a venue are of several kinds; each takes in the events of its own alone.
    const stream = new VenueStream(kind, instrumentId, listener);
    this.#streams.add(stream);
    stream.onEnd = () => this.#streams.delete(stream);
    stream.tell('live');
    return stream;
  }

  /** Brings an event to those who asked for it. */
  bring(event: FeedEvent): void {
    if (event.type !== 'quote' && event.type !== 'ticker') return;
    for (const stream of this.#streams) {
      if (stream.kind === event.type && stream.instrumentId === event.instrumentId) stream.bring(event);
    }
  }

  /** Brings nothing any more to whoever is subscribed now, and says nothing of it: as a venue whose server lost its list of subscribers. */
  forget(): void {
    for (const stream of this.#streams) stream.isForgotten = true;
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    for (const stream of this.#streams) {
      stream.unsubscribe();
      stream.tell('ended');
    }
  }
}

class VenueStream implements StreamSubscription {
  readonly kind: DataKind;
  readonly instrumentId: string;
  readonly #listener: StreamListener<DataEvent>;
  state: StreamState = 'interrupted';
  isForgotten = false;
  onEnd: () => void = () => undefined;
  #sequence = 0;

  constructor(kind: DataKind, instrumentId: string, listener: StreamListener<DataEvent>) {
    this.kind = kind;
    this.instrumentId = instrumentId;
    this.#listener = listener;
  }

  bring(event: DataEvent<'quote' | 'ticker'>): void {
    if (this.isForgotten) return;
    this.#sequence += 1;
    this.#listener.onEvent({ ...event, sequence: this.#sequence });
  }

  tell(state: StreamState): void {
    this.state = state;
    this.#listener.onState?.({ state, atMs: systemClock.now() });
  }

  unsubscribe(): void {
    this.state = 'ended';
    this.onEnd();
  }

  [Symbol.dispose](): void {
    this.unsubscribe();
  }
}
