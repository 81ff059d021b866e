import type { DataAdapter, Quote, StreamListener } from '@tradewind/core-types';
import { parseQuote } from '@tradewind/core-types';

/** A venue whose streams are played: every `tick` is one quote on each. */
export class PlayedVenue implements DataAdapter {
  readonly venue: string;
  readonly #open = new Set<{ readonly listener: StreamListener<Quote>; sequence: number }>();

  constructor(venue: string) {
    this.venue = venue;
  }

  capabilities() {
    return { kinds: ['quote'] as const, bookDepths: [], eventTimes: false, venueSequences: false };
  }

  async connect(): Promise<void> {}

  async close(): Promise<void> {}

  async subscribe(_request: unknown, listener: StreamListener<never>) {
    const stream = { listener: listener as StreamListener<Quote>, sequence: 0 };
    this.#open.add(stream);
    stream.listener.onState?.({ state: 'live', atMs: Date.now() });
    const unsubscribe = (): void => {
      this.#open.delete(stream);
    };
    return { state: 'live' as const, unsubscribe, [Symbol.dispose]: unsubscribe };
  }

  tick(): void {
    for (const stream of this.#open) {
      stream.sequence += 1;
      stream.listener.onEvent(
        parseQuote({
          type: 'quote',
          instrumentId: `BTC/USD.${this.venue}`,
          bidPrice: '1.0',
          askPrice: '1.1',
          bidSize: '1',
          askSize: '1',
          tsEventNs: null,
          tsInitNs: BigInt(Date.now()) * 1_000_000n,
          sequence: stream.sequence,
        }),
      );
    }
  }
}
