import {
  ExecutionCoordinator,
  LatencyMonitor,
  OpportunityPipeline,
  SurvivalEstimator,
  createSurvivalModel,
  isEnded,
  readMarketEvent,
  type Opportunity,
} from '@tradewind/arbitrage-routing';
import type { MetricsSource, Quote, Random } from '@tradewind/core-types';
import type { Desk } from '../subscribers/desk.ts';
import { VirtualClock } from '../timeline/virtual-clock.ts';
import { OpportunityBoard, type ArbitrageSummary, type BoardRow } from './opportunity-board.ts';
import { ARBITRAGE_INSTRUMENTS, PaperVenues, arrivalMsOf } from './paper-venues.ts';

/**
 * Looks for spreads between the simulated venues, estimates whether they will still be there when orders arrive, and executes on paper what it believes in.
 *
 * Quotes are handled in the order in which they are published, by a clock of their own that moves with them: what is found, believed and filled depends on
 * the events alone. The handler itself only puts a quote in line, so that nobody on the bus waits for the desk.
 */
export class ArbitrageDesk {
  readonly #clock: VirtualClock;
  readonly #venues: PaperVenues;
  readonly #pipeline: OpportunityPipeline;
  readonly #survival: SurvivalEstimator;
  readonly #coordinator: ExecutionCoordinator;
  readonly #board: OpportunityBoard;
  /** For the operator alone: nothing is decided by it. */
  readonly #connections = new LatencyMonitor();
  readonly #baseOf = new Map(ARBITRAGE_INSTRUMENTS.map(({ venue, symbol, base }) => [`${venue}:${symbol}`, base]));
  readonly #waiting: Quote[] = [];
  /** Confirmed while a quote is handled: executed after it. */
  readonly #confirmed: Opportunity[] = [];
  /** Live ones that were executed or refused: an update is no reason to ask again. */
  readonly #asked = new Set<string>();
  #working: Promise<void> | undefined;

  constructor({ bus, deliveries, startNs }: Desk, random: Random) {
    this.#clock = new VirtualClock(Number(startNs) / NS_PER_MS);
    this.#venues = new PaperVenues(this.#clock, random);
    this.#board = new OpportunityBoard(startNs);
    const arrivals = { arrivalMs: arrivalMsOf, excessMs: () => 0 };
    this.#survival = new SurvivalEstimator({ arrivals, model: createSurvivalModel() });
    this.#pipeline = new OpportunityPipeline({
      detector: { instruments: ARBITRAGE_INSTRUMENTS, groups: groupsOf() },
      tracker: { producer: 'demo', confirmAbove: CONFIRM_ABOVE, listener: (each) => this.#hear(each) },
      survival: this.#survival,
    });
    this.#coordinator = new ExecutionCoordinator({
      venues: this.#venues.byName,
      instruments: ARBITRAGE_INSTRUMENTS,
      opportunities: this.#pipeline.tracker,
      clock: this.#clock,
      strategyId: 'ARBITRAGE',
      producer: 'demo',
      latencyMs: arrivalMsOf,
      learner: this.#survival,
      unwindAttempts: 10,
    });
    const count = deliveries.open({ subscriber: 'arbitrage', kinds: ['quote'], conflating: false });
    bus.subscribe('data.quotes.+.+', (quote, meta) => {
      count(quote, meta);
      this.#waiting.push(quote);
      this.#working ??= this.#work();
    });
  }

  /** What an operator may watch, by its path. */
  get parts(): Readonly<Record<string, MetricsSource>> {
    return {
      'arbitrage/tracker': this.#pipeline.tracker,
      'arbitrage/survival': this.#survival,
      venues: this.#connections,
    };
  }

  /** The opportunities to show, newest first. */
  rows(count: number): readonly BoardRow[] {
    return this.#board.rows(count);
  }

  /** To be called when no quote comes any more: handles what is in line, and waits by its own clock until no order is under way. */
  async finish(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
    await this.#clock.advanceTo(this.#clock.now() + LAST_ORDERS_MS);
  }

  summary(): ArbitrageSummary {
    const { calibration } = this.#survival;
    return {
      states: this.#pipeline.tracker.counts(),
      executions: this.#board.executions,
      forecasts: calibration.count,
      brierScore: calibration.count === 0 ? null : Math.round(calibration.brierScore * 10_000) / 10_000,
      balances: this.#venues.balances(),
      unmatched: this.#coordinator.unmatched().map(({ base, quantity }) => ({ base, quantity })),
      last: this.#board.rows(SUMMARY_ROWS),
    };
  }

  /** Handles what is in line. It gives way only while orders are under way: then a timer has to be let finish before the next quote. */
  async #work(): Promise<void> {
    await this.#clock.settle();
    for (let next = 0; next < this.#waiting.length; next += 1) await this.#handle(this.#waiting[next] as Quote);
    this.#waiting.length = 0;
    this.#working = undefined;
  }

  async #handle(quote: Quote): Promise<void> {
    const atMs = Number(quote.tsInitNs) / NS_PER_MS;
    if (this.#clock.isDue(atMs)) await this.#clock.advanceTo(atMs);
    else this.#clock.skipTo(atMs);
    for (const event of readMarketEvent(quote)) {
      if (event.type === 'quote') {
        const { bid, bidSize, ask, askSize } = event;
        const bids = bid && bidSize ? [[bid, bidSize] as const] : [];
        const asks = ask && askSize ? [[ask, askSize] as const] : [];
        this.#venues.byName[event.venue]?.setBook(event.symbol, bids, asks);
      }
      this.#connections.observe(event);
      this.#pipeline.apply(event);
    }
    while (this.#confirmed.length > 0) await this.#execute(this.#confirmed.shift() as Opportunity);
  }

  /** Sends the orders; what becomes of them comes by the clock. */
  async #execute(opportunity: Opportunity): Promise<void> {
    void this.#coordinator.execute(opportunity).then((report) => this.#board.executed(report));
    await this.#clock.settle();
  }

  #hear(opportunity: Opportunity): void {
    const [first] = opportunity.legs;
    this.#board.tell(opportunity, this.#baseOf.get(`${first?.venue ?? ''}:${first?.symbol ?? ''}`) ?? '');
    const { id, state } = opportunity;
    if (isEnded(state)) this.#asked.delete(id);
    else if (state === 'confirmed' && !this.#asked.has(id)) {
      this.#asked.add(id);
      this.#confirmed.push(opportunity);
    }
  }
}

function groupsOf() {
  const byBase = Map.groupBy(ARBITRAGE_INSTRUMENTS, ({ base }) => base);
  return [...byBase].map(([name, rows]) => ({
    name,
    instruments: rows.map(({ venue, symbol }) => `${venue}:${symbol}`),
  }));
}

const NS_PER_MS = 1e6;
/** Lower than the default: in a short run the model has seen little, and there shall be something to see. */
const CONFIRM_ABOVE = 0.7;
const SUMMARY_ROWS = 8;
/** Longer than an order, its time-out and all attempts to unwind it can take. */
const LAST_ORDERS_MS = 20_000;
