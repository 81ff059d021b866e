import { seededRandom } from '@tradewind/core';
import { timestampNsFromIso, type InstrumentId, type SubmitOrder, type TimestampNs } from '@tradewind/core-types';
import type { FeedEvent } from '../events.ts';
import { nsAt, type Feed, type Listing } from '../feed.ts';
import { EventQueue } from '../timeline/event-queue.ts';
import { Fundamental } from './fundamental.ts';
import type { Moment } from './market-data-writer.ts';
import { SimulatedMarket } from './simulated-market.ts';
import { ASSETS, VENUES, type AssetProfile, type VenueProfile } from './venue-profile.ts';

/** What is seeded and how much of it there is. */
export interface SimulationOptions {
  /** Any safe integer: the same seed gives the same events, to the byte. */
  readonly seed: number;
  /** Default: the five of {@link VENUES}. */
  readonly venues?: readonly VenueProfile[] | undefined;
}

/**
 * All simulated venues as one feed.
 *
 * A discrete-event simulation: things happen at venues (`#happenings`) and are known here a venue's latency later (`#arrivals`).
 * Each market and each asset draws from its own stream of random numbers, so that an order of the desk disturbs the market that it
 * goes to and no other.
 */
export class Simulation implements Feed {
  readonly startNs: TimestampNs = START_NS;
  readonly listings: ReadonlyMap<InstrumentId, Listing>;
  readonly ended = false;
  readonly #happenings = new EventQueue<(micros: number) => void>();
  readonly #arrivals = new EventQueue<FeedEvent>();
  readonly #markets = new Map<InstrumentId, SimulatedMarket>();
  readonly #venues: ReadonlyMap<string, VenueProfile>;

  constructor({ seed, venues = VENUES }: SimulationOptions) {
    this.#venues = new Map(venues.map((venue) => [venue.name, venue]));
    const seeds = seededRandom(seed);
    const nextSeed = (): number => Math.floor(seeds.next() * 2 ** 32);
    for (const asset of ASSETS) this.#openAsset(asset, venues, nextSeed);
    this.listings = new Map(
      [...this.#markets.values()].map(({ market: { listing } }) => [listing.instrumentId, listing]),
    );
  }

  /** A simulation is never out of data. */
  whenReady(): undefined {
    return undefined;
  }

  nextBefore(micros: number): number | undefined {
    for (;;) {
      const arrivesAt = this.#arrivals.peek()?.atMicros ?? Number.POSITIVE_INFINITY;
      const happensAt = this.#happenings.peek()?.atMicros ?? Number.POSITIVE_INFINITY;
      // What happens at a venue before the next arrival may bring an earlier one.
      if (happensAt < Math.min(arrivesAt, micros)) this.#happenings.pop()?.value(happensAt);
      else return arrivesAt < micros ? arrivesAt : undefined;
    }
  }

  take(): FeedEvent {
    const arrival = this.#arrivals.pop();
    if (arrival === undefined) throw new RangeError('Expected take to follow a nextBefore that told of an event.');
    return arrival.value;
  }

  execute(order: SubmitOrder, arrivesAtMicros: number): void {
    const market = this.#markets.get(order.instrumentId);
    if (market === undefined)
      throw new RangeError(`Expected an instrument of the simulation, received ${order.instrumentId}.`);
    const arrive = (micros: number): void =>
      this.#tell(market, market.execute(order, this.#moment(market, micros)), micros);
    this.#happenings.push(arrivesAtMicros, arrive, order.clientOrderId);
  }

  orderLatencyMicros(venue: string): number {
    return this.#venues.get(venue)?.orderLatencyMicros ?? 0;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #openAsset(asset: AssetProfile, venues: readonly VenueProfile[], nextSeed: () => number): void {
    const fundamental = new Fundamental(asset.fundamental, seededRandom(nextSeed()));
    const markets: SimulatedMarket[] = [];
    for (const venue of venues) {
      const profile = venue.markets.find((candidate) => candidate.asset === asset);
      if (profile === undefined) continue;
      const market = new SimulatedMarket({ venue, market: profile, fundamental, random: seededRandom(nextSeed()) });
      this.#markets.set(profile.listing.instrumentId, market);
      markets.push(market);
      this.#tell(market, market.open(this.#moment(market, 0)), 0);
      this.#scheduleArrival(market);
      this.#scheduleTicker(market, this.#markets.size);
    }
    this.#scheduleFundamental(fundamental, markets);
  }

  #scheduleArrival(market: SimulatedMarket): void {
    const atMicros = Math.ceil(market.nextArrival() * MICROS_PER_SECOND);
    this.#happenings.push(atMicros, (micros) => {
      this.#tell(market, market.act(this.#moment(market, micros)), micros);
      this.#scheduleArrival(market);
    });
  }

  /** Markets do not send their tickers all at once: each has its own place in the period. */
  #scheduleTicker(market: SimulatedMarket, place: number): void {
    const send = (micros: number): void => {
      this.#tell(market, [market.ticker(this.#moment(market, micros))], micros);
      this.#happenings.push(micros + TICKER_PERIOD_MICROS, send);
    };
    this.#happenings.push((place * TICKER_STAGGER_MICROS) % TICKER_PERIOD_MICROS, send);
  }

  #scheduleFundamental(fundamental: Fundamental, markets: readonly SimulatedMarket[]): void {
    const step = (micros: number): void => {
      const seconds = micros / MICROS_PER_SECOND;
      const { jump } = fundamental.advanceTo(seconds);
      const strength = Math.abs(jump) * NEWS_ORDERS_PER_JUMP;
      if (jump !== 0) for (const market of markets) market.excite(seconds, strength * market.venue.activity);
      this.#happenings.push(micros + FUNDAMENTAL_STEP_MICROS, step);
    };
    this.#happenings.push(FUNDAMENTAL_STEP_MICROS, step);
  }

  #tell(market: SimulatedMarket, events: readonly FeedEvent[], micros: number): void {
    const arrivesAt = micros + market.venue.dataLatencyMicros;
    for (const event of events) this.#arrivals.push(arrivesAt, event);
  }

  #moment(market: SimulatedMarket, micros: number): Moment {
    return { tsEventNs: nsAt(START_NS, micros), tsInitNs: nsAt(START_NS, micros + market.venue.dataLatencyMicros) };
  }
}

/** A fixed day, so that the same seed gives the same bytes tomorrow; ten seconds before a full minute, so that a short run sees one close. */
const START_NS = timestampNsFromIso('2026-01-05T14:29:50Z');
const MICROS_PER_SECOND = 1_000_000;
const FUNDAMENTAL_STEP_MICROS = 20_000;
const TICKER_PERIOD_MICROS = 50_000;
const TICKER_STAGGER_MICROS = 3_301;
/** A jump of 10 basis points brings about this many orders a thousand at a venue of activity 1. */
const NEWS_ORDERS_PER_JUMP = 250_000;
