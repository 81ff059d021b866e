import { QualityGauge, type ConnectionQuality } from './connection-quality.ts';
import { DelayFloor } from './delay-floor.ts';
import { latencyClassOf, type LatencyClass } from './latency-class.ts';
import type { LatencyReport } from './latency-report.ts';
import { RoundTrips, type RoundTrip } from './round-trips.ts';

/** An event as it arrived; milliseconds of one origin. */
export interface Arrived {
  readonly receivedMs: number;
  /** By the venue's clock; undefined where it does not say. */
  readonly eventMs: number | undefined;
  readonly hasGap: boolean;
}

/** One venue or path: the floor of its delays, its round trips, its quality. */
export class VenueConnection {
  readonly #floor = new DelayFloor();
  readonly #trips = new RoundTrips();
  readonly #gauge = new QualityGauge();
  /** What the last events waited beyond the floor, in a ring. */
  readonly #excesses = new Float64Array(REMEMBERED);
  #dated = 0;
  #observations = 0;
  #arrivals = 0;
  #gaps = 0;
  #outOfOrder = 0;
  #newestEventMs = -Infinity;
  #heardAtMs = 0;
  #arrivedAtMs = Infinity;
  #excessMs = 0;
  #lateMs = Infinity;
  #class: LatencyClass | undefined;

  /** By how much its last event was later than it could have been. */
  get excessMs(): number {
    return this.#excessMs;
  }

  /** As of its last review. */
  get latencyClass(): LatencyClass | undefined {
    return this.#class;
  }

  /** Events that came, gaps before them, and those dated before one that had come. They only grow. */
  get counts(): { readonly events: number; readonly gaps: number; readonly outOfOrder: number } {
    return { events: this.#arrivals, gaps: this.#gaps, outOfOrder: this.#outOfOrder };
  }

  quality(nowMs: number, silentAfterMs: number): ConnectionQuality {
    // A path over which nothing is sent is idle; a feed that brings nothing is silent.
    return nowMs - this.#arrivedAtMs > silentAfterMs ? 'POOR' : this.#gauge.quality;
  }

  arrived({ receivedMs, eventMs, hasGap }: Arrived): void {
    this.#heard(receivedMs);
    this.#arrivedAtMs = this.#heardAtMs;
    this.#arrivals += 1;
    if (hasGap) this.#gaps += 1;
    if (eventMs !== undefined) {
      if (eventMs < this.#newestEventMs) this.#outOfOrder += 1;
      else this.#newestEventMs = eventMs;
      this.#excessMs = this.#floor.observe(receivedMs, receivedMs - eventMs);
      this.#excesses[this.#dated % REMEMBERED] = this.#excessMs;
      this.#dated += 1;
      if (this.#dated % REVIEWED_EVERY === 0) this.#review();
    }
    this.#gauge.arrived(!hasGap && (eventMs === undefined || this.#excessMs <= this.#lateMs));
  }

  returned(trip: RoundTrip): void {
    this.#heard(trip.receivedMs);
    this.#trips.add(trip);
    this.#gauge.answered(true);
    this.#review();
  }

  failed(): void {
    this.#observations += 1;
    this.#gauge.answered(false);
  }

  roundTripMs(): number | undefined {
    return this.#trips.medianMs();
  }

  report(nowMs: number, silentAfterMs: number): LatencyReport {
    return {
      ...this.#estimate(),
      latencyClass: this.#class,
      quality: this.quality(nowMs, silentAfterMs),
      goodShare: this.#gauge.share,
      observations: this.#observations,
    };
  }

  #heard(atMs: number): void {
    this.#observations += 1;
    this.#heardAtMs = Math.max(this.#heardAtMs, atMs);
  }

  #estimate() {
    const roundTripMs = this.#trips.medianMs();
    if (this.#dated === 0) {
      const unknown = { floorMs: undefined, clockOffset: undefined, delayMs: undefined, typicalDelayMs: undefined };
      return { ...unknown, clockDriftPpm: 0, roundTripMs };
    }
    const { levelMs: floorMs, driftPpm } = this.#floor.at(this.#heardAtMs);
    // The floor falls where the venue's clock runs fast.
    const clockDriftPpm = -driftPpm + 0;
    const clockOffset = this.#trips.offsetAt(this.#heardAtMs, { driftPpm: clockDriftPpm, floorMs });
    const delayMs = clockOffset && floorMs + clockOffset.offsetMs;
    const typicalDelayMs = delayMs === undefined ? undefined : delayMs + this.#medianExcess();
    return { floorMs, clockOffset, clockDriftPpm, delayMs, typicalDelayMs, roundTripMs };
  }

  /** What takes a sort is done now and then: the class, and what counts as late. */
  #review(): void {
    this.#lateMs = this.#dated < REMEMBERED ? Infinity : LATE_TIMES * this.#medianExcess() + LEAST_LATE_MS;
    const { typicalDelayMs, roundTripMs } = this.#estimate();
    const delayMs = typicalDelayMs ?? (roundTripMs === undefined ? undefined : roundTripMs / 2);
    if (delayMs !== undefined) this.#class = latencyClassOf(delayMs, this.#class);
  }

  #medianExcess(): number {
    const known = this.#excesses.slice(0, Math.min(this.#dated, REMEMBERED)).toSorted();
    return known[known.length >> 1] ?? 0;
  }
}

const REMEMBERED = 128;
const REVIEWED_EVERY = 64;
/** Delays are skewed: of lognormal ones with a deviation of 0.8, as they are measured, 1 in 90 exceeds six times the median. */
const LATE_TIMES = 6;
const LEAST_LATE_MS = 1;
