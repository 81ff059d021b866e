import { setTimeout as delay } from 'node:timers/promises';
import { LatencyMonitor, readMarketEvent } from '@tradewind/arbitrage-routing';
import { BufferedMessageBusClient, type BufferedMessageBusClientOptions } from '@tradewind/core';
import { Priority, type Quote, type Ticker } from '@tradewind/core-types';
import { watchFeed, type WatchedFeed } from '@tradewind/monitoring';
import { Simulation } from '../venues/simulation.ts';
import { VENUES } from '../venues/venue-profile.ts';
import { Journal } from './journal.ts';
import { SimulatedVenue } from './simulated-venue.ts';

/** What a drill wants of the floor. */
export interface FloorOptions {
  readonly seed: number;
  /** Of the client, besides its name; with paths it is a group of its own. */
  readonly client?: Omit<BufferedMessageBusClientOptions, 'name' | 'group'> | undefined;
}

/** What was taken by the client, and what of it came. */
export interface FloorCounts {
  quotes: number;
  tickers: number;
  refused: number;
  /** The numbers of the quotes that came, each once however often it came. */
  readonly quotesSeen: Set<number>;
}

/**
 * A trading floor at real pace: simulated venues behind the interface of real ones, each watched; a client; a desk that counts quotes, and a journal of
 * tickers. Things go wrong here on purpose.
 */
export class Floor {
  readonly client: BufferedMessageBusClient;
  readonly venues: readonly SimulatedVenue[];
  readonly feeds: readonly WatchedFeed[];
  readonly connections: LatencyMonitor = new LatencyMonitor();
  readonly journal: Journal = new Journal();
  readonly counts: FloorCounts = { quotes: 0, tickers: 0, refused: 0, quotesSeen: new Set() };
  readonly #simulation: Simulation;
  #timer: NodeJS.Timeout | undefined;
  #startedAtMs = 0;

  constructor({ seed, client = {} }: FloorOptions) {
    const group = client.paths === undefined ? {} : { group: 'demo' };
    this.client = new BufferedMessageBusClient({ ...client, ...group, name: 'demo' });
    this.#simulation = new Simulation({ seed });
    this.venues = VENUES.map(({ name }) => new SimulatedVenue(name));
    this.feeds = this.venues.map((venue) => watchFeed(venue, { staleAfterMs: STALE_AFTER_MS }));
  }

  /** Subscribes everybody and opens the market. */
  async open(): Promise<void> {
    this.client.subscribe('data.quotes.*', (payload) => {
      this.counts.quotesSeen.add((payload as NumberedQuote).n);
    });
    this.client.subscribe('data.tickers.*', (payload) => this.journal.note((payload as NumberedTicker).n), {
      id: 'journal',
    });
    await this.client.ready();
    for (const feed of this.feeds) {
      await feed.connect();
      for (const { venue, instrumentId, symbol } of this.#simulation.listings.values()) {
        if (venue !== feed.venue) continue;
        await feed.subscribe({ kind: 'quote', instrumentId }, { onEvent: (event) => this.#onQuote(event, symbol) });
        await feed.subscribe(
          { kind: 'ticker', instrumentId },
          { onEvent: (event) => this.#onTicker(event, venue, symbol) },
        );
      }
    }
    this.#startedAtMs = performance.now();
    this.#timer = setInterval(() => this.#goOn(), PUMP_EVERY_MS);
  }

  /**
   * Closes the market and waits until what was accepted is handled: what went over a path and is not read yet when the client closes would stay with
   * the path, for others of the group. @returns What did not come, a sentence each.
   */
  async close(): Promise<readonly string[]> {
    clearInterval(this.#timer);
    for (const feed of this.feeds) await feed.close();
    await this.client.flush();
    const deadlineMs = performance.now() + ARRIVE_MS;
    while (!this.#hasAll && performance.now() < deadlineMs) await delay(POLL_MS);
    const { unsettled } = await this.client.close({ deadlineMs: CLOSE_MS });
    const { quotes, quotesSeen, tickers } = this.counts;
    const { noted } = this.journal;
    return [
      ...(quotesSeen.size === quotes ? [] : [`${quotes - quotesSeen.size} of ${quotes} quotes never came`]),
      ...(noted.size === tickers ? [] : [`${tickers - noted.size} of ${tickers} tickers are not noted`]),
      ...(unsettled === 0 ? [] : [`${unsettled} messages are unsettled`]),
    ];
  }

  get #hasAll(): boolean {
    const { quotes, quotesSeen, tickers } = this.counts;
    return quotesSeen.size === quotes && this.journal.noted.size === tickers;
  }

  #goOn(): void {
    const dueMicros = (performance.now() - this.#startedAtMs) * MICROS_PER_MS;
    while (this.#simulation.nextBefore(dueMicros) !== undefined) {
      const event = this.#simulation.take();
      if (event.type !== 'quote' && event.type !== 'ticker') continue;
      const venueName = this.#simulation.listings.get(event.instrumentId)?.venue;
      this.venues.find(({ venue }) => venue === venueName)?.bring(event);
    }
  }

  #onQuote(quote: Quote, symbol: string): void {
    for (const event of readMarketEvent(quote)) this.connections.observe(event);
    const numbered: NumberedQuote = { n: this.counts.quotes, bid: quote.bidPrice, ask: quote.askPrice };
    const topic = `data.quotes.${venueOf(quote)}.${symbol}`;
    if (this.client.publish(topic, numbered, { priority: Priority.HIGH })) this.counts.quotes += 1;
    else this.counts.refused += 1;
  }

  #onTicker(ticker: Ticker, venue: string, symbol: string): void {
    const { lastPrice = null } = ticker;
    const numbered: NumberedTicker = { n: this.counts.tickers, last: lastPrice };
    const topic = `data.tickers.${venue}.${symbol}`;
    if (this.client.publish(topic, numbered, { priority: Priority.LOW })) this.counts.tickers += 1;
    else this.counts.refused += 1;
  }
}

/** A quote as it travels here: with a number, so that each can be looked for. */
interface NumberedQuote {
  readonly n: number;
  readonly bid: string | null;
  readonly ask: string | null;
}

interface NumberedTicker {
  readonly n: number;
  readonly last: string | null;
}

function venueOf({ instrumentId }: Quote): string {
  return instrumentId.slice(instrumentId.lastIndexOf('.') + 1);
}

const PUMP_EVERY_MS = 20;
const MICROS_PER_MS = 1_000;
const STALE_AFTER_MS = 2_000;
/** How long the floor waits for what is on its way over a path. */
const ARRIVE_MS = 20_000;
const POLL_MS = 10;
const CLOSE_MS = 10_000;
