/** A command and its answer. Times in milliseconds from one origin, the venue's own clock for `venueMs`. */
export interface RoundTrip {
  readonly sentMs: number;
  readonly receivedMs: number;
  /** When the venue says that it handled the command. Absent: the trip tells the distance, not the clock. */
  readonly venueMs?: number | undefined;
}

/** How far a venue's clock is ahead of this one, and how wrong that can be. */
export interface ClockOffset {
  readonly offsetMs: number;
  /** Half the width of what all round trips allow. */
  readonly errorMs: number;
}

/**
 * The last round trips with a venue.
 *
 * The venue handled a command between its sending and its answer, so each trip bounds the offset of the venue's clock from both sides (Marzullo 1984), and what
 * all trips allow together is narrower than any. That it lies in the middle assumes that both ways are equally long; the error says how much that can matter.
 */
export class RoundTrips {
  readonly #trips: RoundTrip[] = [];
  /** Worked out when it is asked for after a change: it is asked for with every opportunity, and changes with every order. */
  #medianMs: number | undefined;

  add(trip: RoundTrip): void {
    this.#trips.push(trip);
    if (this.#trips.length > MAX_TRIPS) this.#trips.shift();
    this.#medianMs = undefined;
  }

  get count(): number {
    return this.#trips.length;
  }

  /** The middle one of the last round trips, in milliseconds; undefined without any. */
  medianMs(): number | undefined {
    if (this.#medianMs === undefined) {
      const sorted = this.#trips.map(({ sentMs, receivedMs }) => receivedMs - sentMs).toSorted((a, b) => a - b);
      this.#medianMs = sorted[sorted.length >> 1];
    }
    return this.#medianMs;
  }

  /**
   * The offset at a moment of a clock that drifts so many ppm, positive when it runs fast. `floorMs` is the floor under receive time less event time:
   * nothing arrives before it was sent, which bounds the offset from below where the way back is shorter than the way there.
   *
   * When trips contradict each other a clock was stepped: the oldest are left out until the rest agree.
   */
  offsetAt(
    atMs: number,
    { driftPpm, floorMs }: { readonly driftPpm: number; readonly floorMs: number },
  ): ClockOffset | undefined {
    const known = this.#trips.filter(({ venueMs }) => venueMs !== undefined);
    for (let first = 0; first < known.length; first += 1) {
      let [low, high] = [-floorMs, Infinity];
      for (const { sentMs, receivedMs, venueMs = 0 } of known.slice(first)) {
        const since = (driftPpm * (atMs - receivedMs)) / PPM;
        low = Math.max(low, venueMs - receivedMs + since);
        high = Math.min(high, venueMs - sentMs + since);
      }
      if (low <= high) return { offsetMs: (low + high) / 2, errorMs: (high - low) / 2 };
    }
    return undefined;
  }
}

const MAX_TRIPS = 64;
const PPM = 1e6;
