import { seededRandom } from '@tradewind/core';
import { Priority } from '@tradewind/core-types';
import type { BusUnderTest, Probe } from '../contenders/contender.ts';
import { burstyLoad } from '../load/bursty-load.ts';
import { latencyMetrics } from './latency-metrics.ts';
import { PacedRun, type RunSettings } from './paced-run.ts';
import { QuoteTape } from './quote-tape.ts';
import { QUOTE_LOAD_SHOWN } from './shown-loads.ts';
import { Flow, prepareScenario, settleFlows, type Listener, type Scenario, type ScenarioLength } from './scenario.ts';
import { venueOf } from './topics.ts';
import type { Measurement, Workload } from './workload.ts';

const VENUES = 5;
const SYMBOLS = 20;
const PORTFOLIOS = 3;
const PER_SECOND = 10_000;
/** Each strategy trades on every so many quotes. */
const TRADES_EVERY = 30;
const MAX_LOTS = 5;
/** Of one order; the risk engine turns larger ones down. */
const LOT_LIMIT = 4;

/** A whole desk: quotes of five venues, strategies of three portfolios, a risk engine, the venues' executions and the books. */
export const tradingDesk: Workload = {
  name: 'trading-desk',
  work: 'Offers 10,000 quotes a second in bursts, of 20 symbols at five venues (LOW); the strategies of three portfolios see all of them and send 1,000 orders a second (HIGH), a risk engine passes four in five on (CRITICAL), the venues fill them (HIGH) and the books enter them. Latency from the intended time of a quote to its fill in the books, four messages later; the positions at the end are checked.',
  needs: [],
  shows: [
    { metric: 'p50Us', better: 'less' },
    { metric: 'p99Us', better: 'less' },
    { metric: 'quoteP99Us', better: 'less' },
    ...QUOTE_LOAD_SHOWN,
  ],
  prepare: (bus, settings) =>
    prepareScenario(bus, settings, (length) => {
      const tape = new QuoteTape({ venues: VENUES, symbols: SYMBOLS, random: seededRandom(settings.seed) });
      return new Desk({ bus, tape, length, settings });
    }),
};

interface DeskParts {
  readonly bus: BusUnderTest;
  readonly tape: QuoteTape;
  readonly length: ScenarioLength;
  readonly settings: RunSettings;
}

/** What an order is about. The messages carry its number, as an order id. */
interface Order {
  readonly portfolio: number;
  readonly stream: number;
  readonly lots: number;
}

class Desk implements Scenario {
  readonly listeners: readonly Listener[];
  readonly #parts: DeskParts;
  readonly #quotes: PacedRun;
  readonly #orders: Flow;
  readonly #approved: Flow;
  readonly #fills: Flow;
  /** By the number of each message of the flow. */
  readonly #ordered: Order[] = [];
  readonly #passed: Order[] = [];
  readonly #filled: Order[] = [];
  readonly #positions: Int32Array = new Int32Array(PORTFOLIOS * SYMBOLS);

  constructor(parts: DeskParts) {
    const { bus, tape, length, settings } = parts;
    const { durationMs, room } = length;
    this.#parts = parts;
    const shape = burstyLoad({ perSecond: PER_SECOND, durationMs });
    this.#quotes = new PacedRun(bus, { shape, topics: tape.topics, priority: Priority.LOW, room }, settings);
    const flow = (name: string, streams: number): Flow =>
      new Flow({ name, messages: room ?? this.#quotes.planned, streams, time: settings.time });
    this.#orders = flow('orders', VENUES);
    this.#approved = flow('approved orders', VENUES);
    this.#fills = flow('fills', PORTFOLIOS);
    const venues = Array.from({ length: VENUES }, (_, venue) => venueOf(venue));
    this.listeners = [
      ...tape.topics.map((topic) => ({ topic, handler: (probe: Probe): void => this.#quotes.arrived(probe) })),
      ...Array.from({ length: PORTFOLIOS }, (_, portfolio) =>
        tape.topics.map((topic) => ({ topic, handler: (probe: Probe): void => this.#trade(portfolio, probe) })),
      ).flat(),
      ...venues.map((venue) => ({
        topic: `commands.order.${venue}`,
        handler: (probe: Probe): void => this.#check(probe),
      })),
      ...venues.map((venue) => ({
        topic: `commands.execute.${venue}`,
        handler: (probe: Probe): void => this.#fill(probe),
      })),
      ...Array.from({ length: PORTFOLIOS }, (_, portfolio) => ({
        topic: `events.fill.${portfolio}`,
        handler: (probe: Probe): void => this.#book(probe),
      })),
    ];
  }

  offer(index: number): void {
    this.#quotes.offer(index);
  }

  arrived(): number {
    return this.#flows().reduce((sum, { received }) => sum + received, this.#quotes.receipts.received);
  }

  async run(): Promise<Measurement> {
    const report = await this.#quotes.send();
    const flows = this.#flows();
    await settleFlows(this.#parts.bus, flows, () => this.arrived());
    const account = await this.#quotes.account(report, 'unchecked');
    const wrong = this.#audit(report.sent);
    return {
      messages: report.sent + flows.reduce((sum, { sent }) => sum + sent, 0),
      metrics: {
        ...latencyMetrics(this.#fills.latency),
        ...this.#quotes.rates(report, 'quote'),
        ...latencyMetrics(this.#quotes.latency, 'quote'),
        fills: this.#fills.sent,
      },
      latency: this.#fills.latency,
      receipts: account.receipts,
      problems: [
        ...account.problems.map((problem) => `quotes: ${problem}`),
        ...flows.flatMap((flow) => flow.problems()),
        ...(wrong > 0 ? [`ended with ${wrong} wrong positions`] : []),
      ],
    };
  }

  #flows(): readonly Flow[] {
    return [this.#orders, this.#approved, this.#fills];
  }

  /** The strategy of a portfolio. */
  #trade(portfolio: number, { index, stream, intendedAtMs }: Probe): void {
    const lots = lotsOf(portfolio, index);
    if (lots === 0) return;
    this.#ordered.push({ portfolio, stream, lots });
    const venue = stream % VENUES;
    const cause = { stream: venue, intendedAtMs, priority: Priority.HIGH };
    this.#orders.send(this.#parts.bus, ORDER_TOPICS[venue] as string, cause);
  }

  /** The risk engine. */
  #check(probe: Probe): void {
    this.#orders.arrived(probe);
    const order = this.#ordered[probe.index];
    if (order === undefined || Math.abs(order.lots) > LOT_LIMIT) return;
    this.#passed.push(order);
    const cause = { stream: probe.stream, intendedAtMs: probe.intendedAtMs, priority: Priority.CRITICAL };
    this.#approved.send(this.#parts.bus, EXECUTE_TOPICS[probe.stream] as string, cause);
  }

  /** The execution of a venue. */
  #fill(probe: Probe): void {
    this.#approved.arrived(probe);
    const order = this.#passed[probe.index];
    if (order === undefined) return;
    this.#filled.push(order);
    const cause = { stream: order.portfolio, intendedAtMs: probe.intendedAtMs, priority: Priority.HIGH };
    this.#fills.send(this.#parts.bus, FILL_TOPICS[order.portfolio] as string, cause);
  }

  /** The book of a portfolio. */
  #book(probe: Probe): void {
    this.#fills.arrived(probe);
    const order = this.#filled[probe.index];
    if (order === undefined) return;
    const place = order.portfolio * SYMBOLS + this.#parts.tape.symbolIndexOf(order.stream);
    this.#positions[place] = (this.#positions[place] as number) + order.lots;
  }

  /** How many positions are not what the quotes must have led to. */
  #audit(quotes: number): number {
    const { tape } = this.#parts;
    const expected = new Int32Array(PORTFOLIOS * SYMBOLS);
    for (let index = 0; index < quotes; index += 1) {
      for (let portfolio = 0; portfolio < PORTFOLIOS; portfolio += 1) {
        const lots = lotsOf(portfolio, index);
        if (Math.abs(lots) > LOT_LIMIT) continue;
        const place = portfolio * SYMBOLS + tape.symbolIndexOf(index % tape.topics.length);
        expected[place] = (expected[place] as number) + lots;
      }
    }
    return expected.filter((lots, place) => lots !== this.#positions[place]).length;
  }
}

/** What a portfolio's strategy wants after a quote: so many lots, below zero to sell, 0 to do nothing. */
function lotsOf(portfolio: number, index: number): number {
  if ((index + portfolio * (TRADES_EVERY / PORTFOLIOS)) % TRADES_EVERY !== 0) return 0;
  const trade = Math.floor(index / TRADES_EVERY);
  return (1 + (trade % MAX_LOTS)) * (trade % 3 === 0 ? -1 : 1);
}

const topicsOf = (prefix: string, names: readonly (string | number)[]): readonly string[] =>
  names.map((name) => `${prefix}.${name}`);
const VENUE_NAMES = Array.from({ length: VENUES }, (_, venue) => venueOf(venue));
const ORDER_TOPICS = topicsOf('commands.order', VENUE_NAMES);
const EXECUTE_TOPICS = topicsOf('commands.execute', VENUE_NAMES);
const FILL_TOPICS = topicsOf(
  'events.fill',
  Array.from({ length: PORTFOLIOS }, (_, portfolio) => portfolio),
);
