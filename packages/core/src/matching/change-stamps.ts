import type { NameScan } from './name-scan.ts';

/**
 * Remembers which kept routes a change of patterns may concern, without looking at any route.
 *
 * A topic that matches a pattern has every whole literal segment of the pattern. So a change is stamped on one of them, the one that the
 * fewest kept topics have, and a route holds as long as no segment of its topic was stamped since. A pattern without a whole literal
 * segment (`*`, `BTC*`, `+.+`) concerns every route.
 *
 * Workload: a change and a check cost a step per segment each. Segments share a thousand places by hash; two of one place are checked once
 * too often, never too rarely.
 */
export class ChangeStamps {
  readonly #stampedAt = new Float64Array(PLACES);
  readonly #topics = new Int32Array(PLACES);
  #allStampedAt = 0;
  #lastStampedAt = 0;

  /** Counts a kept topic, or one that is no longer kept: `difference` 1 or -1. */
  countTopic(scan: NameScan, difference: 1 | -1): void {
    for (let k = 0; k < scan.segments; k += 1) {
      const place = (scan.segmentHashes[k] as number) & LAST_PLACE;
      this.#topics[place] = (this.#topics[place] as number) + difference;
    }
  }

  /** Notes that the entries of a pattern with this place changed; `now` is a number greater than any before. */
  stamp(place: number, now: number): void {
    this.#lastStampedAt = now;
    if (place === EVERYWHERE) this.#allStampedAt = now;
    else this.#stampedAt[place] = now;
  }

  /** Whether nothing at all was stamped after `since`. */
  isQuietSince(since: number): boolean {
    return this.#lastStampedAt <= since;
  }

  /** Whether a change after `since` may concern the scanned topic. */
  concerns(scan: NameScan, since: number): boolean {
    if (this.#allStampedAt > since) return true;
    for (let k = 0; k < scan.segments; k += 1) {
      if ((this.#stampedAt[(scan.segmentHashes[k] as number) & LAST_PLACE] as number) > since) return true;
    }
    return false;
  }

  /** The place of the scanned pattern's literal segment that the fewest kept topics have, the last of equals. */
  placeOf(scan: NameScan): number {
    let rarest = EVERYWHERE;
    for (let k = 0; k < scan.segments; k += 1) {
      if (!scan.isLiteral(k)) continue;
      const place = (scan.segmentHashes[k] as number) & LAST_PLACE;
      if (rarest === EVERYWHERE || (this.#topics[place] as number) <= (this.#topics[rarest] as number)) rarest = place;
    }
    return rarest;
  }
}

/** The place of a pattern without a whole literal segment. */
export const EVERYWHERE = -1;
const PLACES = 1024;
const LAST_PLACE = PLACES - 1;
