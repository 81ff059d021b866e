import { ValidationError, showValue, type MetricsSink, type MetricsSource } from '@tradewind/core-types';
import type { NormalizedEvent } from '../market/normalized-event.ts';
import type { ArrivalTimes } from '../survival/survival-estimator.ts';
import { readTimeNs } from '../market/read-time.ts';
import { CONNECTION_QUALITIES } from './connection-quality.ts';
import { LATENCY_CLASSES } from './latency-class.ts';
import type { LatencyReport } from './latency-report.ts';
import { VenueConnection } from './venue-connection.ts';

/** What makes a monitor. */
export interface LatencyMonitorOptions {
  /** What orders are taken to travel where nothing is known yet, there and back. Milliseconds; default 100. */
  readonly defaultArrivalMs?: number | undefined;
  /** A venue that sent events and then does not for so long is `POOR`. Milliseconds; default 10,000. */
  readonly silentAfterMs?: number | undefined;
}

/**
 * Knows how far away each venue is, what its clock says, and how well its connection does; of paths the same, as far as messages tell.
 *
 * Events give the floor under receive time less event time, in which delay and clock offset are one number: real recordings have floors from -1,275 to
 * +110 ms. Only something that goes there and comes back tells the two apart, so give it the round trips of orders. Without any the delay stays unknown.
 *
 * Time is the receive time of what it is given. It never reads a clock. Cost: two conversions of a time and a comparison an event, a sort of
 * 128 numbers every 64 events.
 */
export class LatencyMonitor implements ArrivalTimes, MetricsSource {
  readonly #byName = new Map<string, VenueConnection>();
  readonly #defaultArrivalMs: number;
  readonly #silentAfterMs: number;
  #originNs: bigint | undefined;
  #nowMs = 0;

  /** @throws ValidationError `INVALID_OPTIONS` */
  constructor({ defaultArrivalMs = 100, silentAfterMs = 10_000 }: LatencyMonitorOptions = {}) {
    if (!(defaultArrivalMs >= 0 && defaultArrivalMs < MAX_MS)) throw invalid('defaultArrivalMs', defaultArrivalMs);
    if (!(silentAfterMs > 0 && silentAfterMs < MAX_MS)) throw invalid('silentAfterMs', silentAfterMs);
    this.#defaultArrivalMs = defaultArrivalMs;
    this.#silentAfterMs = silentAfterMs;
  }

  /** Takes in an event of the market: its times, and whether something is missing before it. Times that are none are ignored. */
  observe(event: NormalizedEvent): void {
    const receivedMs = this.#msOf(event.tsRecv);
    if (receivedMs === undefined) return;
    this.#nowMs = Math.max(this.#nowMs, receivedMs);
    const gapBefore = 'gapBefore' in event && event.gapBefore !== undefined;
    // A funding rate is dated by what was settled, maybe hours ago: it says that the venue is there, and nothing of its delay.
    const eventMs = event.type === 'funding' ? undefined : this.#msOf(event.tsEvent);
    this.#of(event.venue).arrived({ receivedMs, eventMs, hasGap: gapBefore });
  }

  /** Takes in an order's round trip: when it was sent, when its answer came, and, where the venue says so, when it was handled there. */
  roundTrip(
    venue: string,
    {
      sentNs,
      receivedNs,
      venueNs,
    }: { readonly sentNs: bigint; readonly receivedNs: bigint; readonly venueNs?: bigint | undefined },
  ): void {
    const [sentMs, receivedMs] = [this.#msOf(sentNs), this.#msOf(receivedNs)];
    if (sentMs === undefined || receivedMs === undefined || receivedMs < sentMs) return;
    this.#nowMs = Math.max(this.#nowMs, receivedMs);
    this.#of(venue).returned({ sentMs, receivedMs, venueMs: this.#msOf(venueNs) });
  }

  /** Takes in how long something took there and back, where no more is known: a message over a path. */
  took(name: string, ms: number): void {
    if (ms >= 0 && Number.isFinite(ms)) this.#of(name).returned({ sentMs: this.#nowMs - ms, receivedMs: this.#nowMs });
  }

  /** An order or a message got no answer, or failed on its way. */
  failed(name: string): void {
    this.#of(name).failed();
  }

  /** Undefined for what was never heard of. */
  report(name: string): LatencyReport | undefined {
    return this.#byName.get(name)?.report(this.#nowMs, this.#silentAfterMs);
  }

  /** Venues and paths that it knows. */
  names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  /**
   * Ranks what can be chosen from: less is better. Quality comes before latency; both change with hysteresis, so that a rank does not flicker. What was
   * never heard of ranks behind what is good and before what is poor.
   */
  rank(name: string): number {
    const connection = this.#byName.get(name);
    if (connection === undefined) return UNKNOWN_RANK;
    const { latencyClass } = connection;
    const latency = latencyClass === undefined ? LATENCY_CLASSES.length : LATENCY_CLASSES.indexOf(latencyClass);
    const quality = connection.quality(this.#nowMs, this.#silentAfterMs);
    return CONNECTION_QUALITIES.indexOf(quality) * QUALITY_RANK + latency;
  }

  arrivalMs(venue: string): number {
    return this.#byName.get(venue)?.roundTripMs() ?? this.#defaultArrivalMs;
  }

  excessMs(venue: string): number {
    return this.#byName.get(venue)?.excessMs ?? 0;
  }

  collect(into: MetricsSink): void {
    into.describe('tradewind_venue_delay_seconds', 'Typical delay one way from the venue, clocks set right.');
    into.describe('tradewind_venue_clock_offset_seconds', 'What the clock of the venue is ahead of this one.');
    into.describe('tradewind_venue_round_trip_seconds', 'Median round trip of recent orders.');
    into.describe('tradewind_venue_good_ratio', 'Share of recent observations without gap, lateness or failure.');
    into.describe('tradewind_venue_events_total', 'Events that came from the venue.');
    into.describe('tradewind_venue_gaps_total', 'Events before which something was missing.');
    into.describe('tradewind_venue_out_of_order_total', 'Events dated before one that had come.');
    for (const [name, { counts }] of this.#byName) {
      const report = this.report(name);
      if (report === undefined) continue;
      const labels = { venue: name };
      const { typicalDelayMs, clockOffset, roundTripMs } = report;
      if (typicalDelayMs !== undefined) into.gauge('tradewind_venue_delay_seconds', typicalDelayMs / MS, labels);
      if (clockOffset !== undefined)
        into.gauge('tradewind_venue_clock_offset_seconds', clockOffset.offsetMs / MS, labels);
      if (roundTripMs !== undefined) into.gauge('tradewind_venue_round_trip_seconds', roundTripMs / MS, labels);
      into.gauge('tradewind_venue_good_ratio', report.goodShare, labels);
      into.counter('tradewind_venue_events_total', counts.events, labels);
      into.counter('tradewind_venue_gaps_total', counts.gaps, labels);
      into.counter('tradewind_venue_out_of_order_total', counts.outOfOrder, labels);
    }
  }

  #of(name: string): VenueConnection {
    let connection = this.#byName.get(name);
    if (connection === undefined) {
      connection = new VenueConnection();
      this.#byName.set(name, connection);
    }
    return connection;
  }

  /** Milliseconds since the first time that it was given. Undefined for what is no time. */
  #msOf(time: bigint | string | null | undefined): number | undefined {
    if (time === undefined || time === null) return undefined;
    const ns = readTimeNs(time);
    if (ns === undefined) return undefined;
    this.#originNs ??= ns;
    const ms = Number(ns - this.#originNs) / NS_PER_MS;
    if (Math.abs(ms) > MAX_MS * MS) return undefined;
    return ms;
  }
}

function invalid(path: string, received: unknown): ValidationError {
  const hint = 'Mend the options of the monitor: see LatencyMonitorOptions.';
  const expected = `milliseconds above 0 and below ${MAX_MS}`;
  return new ValidationError('INVALID_OPTIONS', { path, expected, received: showValue(received), hint });
}

const NS_PER_MS = 1e6;
const MS = 1000;
const MAX_MS = 1e9;
const QUALITY_RANK = 10;
const UNKNOWN_RANK = 15;
