import { splitInstrumentId, type InstrumentId } from '@tradewind/core-types';
import { EVENT_KINDS, type DemoEvent } from '../events.ts';
import type { Desk } from './desk.ts';

/** Events by venue and type, as they were delivered. */
export type CensusCounts = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Counts everything that comes over the bus, by venue and type. */
export class Census {
  readonly #counts = new Map<string, Map<string, number>>();
  readonly #venues = new Map<InstrumentId, string>();

  constructor({ bus, deliveries }: Desk) {
    const count = deliveries.open({ subscriber: 'census', kinds: EVENT_KINDS, conflating: false });
    for (const pattern of ['data.*', 'measurements.*', 'commands.*', 'events.order.*'] as const) {
      bus.subscribe(
        pattern,
        (event: DemoEvent, meta) => {
          count(event, meta);
          this.#add(event);
        },
        { id: `census ${pattern}` },
      );
    }
  }

  get counts(): CensusCounts {
    return this.#counts;
  }

  #add(event: DemoEvent): void {
    const venue = event.type === 'order_latency' ? event.venue : this.#venueOf(event.instrumentId);
    let types = this.#counts.get(venue);
    if (types === undefined) {
      types = new Map();
      this.#counts.set(venue, types);
    }
    types.set(event.type, (types.get(event.type) ?? 0) + 1);
  }

  #venueOf(instrumentId: InstrumentId): string {
    let venue = this.#venues.get(instrumentId);
    if (venue === undefined) {
      ({ venue } = splitInstrumentId(instrumentId));
      this.#venues.set(instrumentId, venue);
    }
    return venue;
  }
}
