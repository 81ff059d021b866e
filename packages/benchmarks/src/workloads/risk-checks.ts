import { seededRandom } from '@tradewind/core';
import { Priority } from '@tradewind/core-types';
import type { BusUnderTest } from '../contenders/contender.ts';
import { burstyLoad } from '../load/bursty-load.ts';
import { constantLoad } from '../load/steady-shapes.ts';
import { LatencyRecorder } from '../measuring/latency-recorder.ts';
import { runOpenLoop } from '../measuring/open-loop.ts';
import { Receipts, receiptProblems } from '../measuring/receipts.ts';
import { endsBeforeStandstill } from '../measuring/standstill.ts';
import { REAL_TIME, type TimeSource } from '../measuring/time-source.ts';
import { latencyMetrics } from './latency-metrics.ts';
import { loadRates, sendingProblems } from './load-rates.ts';
import { PacedRun, type RunSettings } from './paced-run.ts';
import { QuoteTape } from './quote-tape.ts';
import { requestsOver } from './requests.ts';
import { LOAD_SHOWN } from './shown-loads.ts';
import { settles } from './settling.ts';
import { prepareScenario, type Listener, type Scenario, type ScenarioLength } from './scenario.ts';
import type { Measurement, Workload } from './workload.ts';

const VENUES = 5;
const SYMBOLS = 20;
const PORTFOLIOS = 3;
const QUOTES_PER_SECOND = 10_000;
const ORDERS_PER_SECOND = 2000;
/** In the warm-up, as in the loads. */
const QUOTES_PER_ORDER = QUOTES_PER_SECOND / ORDERS_PER_SECOND;
const ENDPOINT = 'RiskEngine.check';

/** Orders that are asked about before they go out, while market data moves what they are judged by. */
export const riskChecks: Workload = {
  name: 'risk-checks',
  work: 'Asks a risk engine about 2,000 orders a second of three portfolios in 20 symbols, evenly, while 10,000 quotes a second in bursts mark the positions to market; each order is held against the limit of its position and the value of its portfolio. Latency from the intended time of an order to the answer, and each answer is checked.',
  needs: [],
  shows: [
    { metric: 'p50Us', better: 'less' },
    { metric: 'p99Us', better: 'less' },
    { metric: 'approvedShare', better: 'more' },
    ...LOAD_SHOWN,
    { metric: 'quoteOfferedPerSecond', better: 'neither' },
    { metric: 'quoteAchievedPerSecond', better: 'more' },
  ],
  prepare: (bus, settings) => {
    let engine: RiskBook | undefined;
    const ask = requestsOver(bus, {
      endpoint: ENDPOINT,
      priority: Priority.CRITICAL,
      respond: (order, respond) => respond(engine?.approves(order) === true ? 1 : 0),
    });
    return prepareScenario(bus, settings, (length) => {
      const { seed } = settings;
      const tape = new QuoteTape({ venues: VENUES, symbols: SYMBOLS, random: seededRandom(seed) });
      engine = new RiskBook(seed);
      return new RiskDesk({ bus, tape, ask, book: engine, length, settings });
    });
  },
};

const ORDERS = 4099;
const MAX_LOTS = 5;
const POSITION_LIMIT = 12;
/** A ceiling that nothing reaches while the bus works: the sum of all positions at their marks. */
const VALUE_LIMIT = PORTFOLIOS * SYMBOLS * POSITION_LIMIT * 1e7;

/** The orders, in the sequence in which they are asked about, the positions that the approved ones make, and the marks. */
class RiskBook {
  readonly #lots: Int32Array = new Int32Array(ORDERS);
  readonly #positions: Int32Array = new Int32Array(PORTFOLIOS * SYMBOLS);
  readonly #marks: Float64Array = new Float64Array(SYMBOLS);

  constructor(seed: number) {
    const random = seededRandom(seed);
    for (let i = 0; i < ORDERS; i += 1) {
      this.#lots[i] = (1 + Math.floor(random.next() * MAX_LOTS)) * (random.next() < 0.5 ? -1 : 1);
    }
  }

  mark(symbol: number, ticks: number): void {
    this.#marks[symbol] = ticks;
  }

  /** Decides about an order by its number and, where it approves, enters it. */
  approves(order: number): boolean {
    const portfolio = order % PORTFOLIOS;
    const place = portfolio * SYMBOLS + (order % SYMBOLS);
    const position = (this.#positions[place] as number) + (this.#lots[order % ORDERS] as number);
    if (Math.abs(position) > POSITION_LIMIT || this.#valueOf(portfolio) > VALUE_LIMIT) return false;
    this.#positions[place] = position;
    return true;
  }

  #valueOf(portfolio: number): number {
    let value = 0;
    for (let symbol = 0; symbol < SYMBOLS; symbol += 1) {
      const position = this.#positions[portfolio * SYMBOLS + symbol] as number;
      value += Math.abs(position) * (this.#marks[symbol] as number);
    }
    return value;
  }
}

interface DeskParts {
  readonly bus: BusUnderTest;
  readonly tape: QuoteTape;
  readonly ask: (order: number) => Promise<number>;
  readonly book: RiskBook;
  readonly length: ScenarioLength;
  readonly settings: RunSettings;
}

class RiskDesk implements Scenario {
  readonly listeners: readonly Listener[];
  readonly #parts: DeskParts;
  readonly #quotes: PacedRun;
  readonly #arrivalsMs: Float64Array;
  readonly #time: TimeSource;
  readonly #recorder: LatencyRecorder;
  readonly #receipts: Receipts;
  readonly #answers: Uint8Array;

  constructor(parts: DeskParts) {
    const { bus, tape, book, length, settings } = parts;
    const { durationMs, room } = length;
    this.#parts = parts;
    this.#time = settings.time ?? REAL_TIME;
    this.#recorder = new LatencyRecorder(this.#time);
    const shape = burstyLoad({ perSecond: QUOTES_PER_SECOND, durationMs });
    this.#quotes = new PacedRun(bus, { shape, topics: tape.topics, priority: Priority.LOW, room }, settings);
    this.#arrivalsMs = constantLoad({ perSecond: ORDERS_PER_SECOND, durationMs }).arrivalsMs(
      seededRandom(settings.seed),
    );
    this.#receipts = new Receipts({ messages: room ?? this.#arrivalsMs.length });
    this.#answers = new Uint8Array(this.#arrivalsMs.length);
    this.listeners = tape.topics.map((topic, stream) => {
      const symbol = tape.symbolIndexOf(stream);
      return {
        topic,
        handler: (probe) => {
          this.#quotes.arrived(probe);
          book.mark(symbol, tape.bid(probe.index));
        },
      };
    });
  }

  offer(index: number): void {
    // What fails in the warm-up fails again when it is measured, and is told then.
    if (index % QUOTES_PER_ORDER === 0) this.#ask(index / QUOTES_PER_ORDER, this.#time.nowMs()).catch(() => undefined);
    else this.#quotes.offer(index);
  }

  arrived(): number {
    return this.#quotes.receipts.received + this.#receipts.received;
  }

  async run(): Promise<Measurement> {
    const asked: Promise<void>[] = [];
    const [quoted, ordered] = await Promise.all([
      this.#quotes.send(),
      runOpenLoop({
        arrivalsMs: this.#arrivalsMs,
        time: this.#time,
        send: (order, intendedAtMs) => {
          const answer = this.#ask(order, intendedAtMs);
          // One that fails fails the run, below; until then it is not one that nobody takes.
          answer.catch(() => undefined);
          asked.push(answer);
        },
      }),
    ]);
    await settles(this.#parts.bus, () => this.arrived());
    await endsBeforeStandstill(Promise.all(asked), () => this.arrived());
    const account = await this.#quotes.account(quoted, 'unchecked');
    const receipts = this.#receipts.report(ordered.sent);
    const { wrong, approved } = this.#audit(ordered.sent);
    return {
      messages: quoted.sent + ordered.sent,
      metrics: {
        ...latencyMetrics(this.#recorder.histogram),
        ...loadRates({
          report: ordered,
          durationMs: this.#parts.length.durationMs,
          received: receipts.received,
          lastAtMs: this.#recorder.lastAtMs,
        }),
        ...this.#quotes.rates(quoted, 'quote'),
        ...latencyMetrics(this.#quotes.latency, 'quote'),
        approvedShare: approved / ordered.sent,
      },
      latency: this.#recorder.histogram,
      receipts,
      problems: [
        ...receiptProblems(receipts).map((problem) => `answers: ${problem}`),
        ...sendingProblems(ordered).map((problem) => `orders: ${problem}`),
        ...(wrong > 0 ? [`decided ${wrong} of ${ordered.sent} orders otherwise than in their sequence`] : []),
        ...account.problems.map((problem) => `quotes: ${problem}`),
      ],
    };
  }

  async #ask(order: number, intendedAtMs: number): Promise<void> {
    this.#answers[order] = await this.#parts.ask(order);
    this.#recorder.record(intendedAtMs);
    this.#receipts.record(order);
  }

  /** Decides all orders once more, one after the other and without a bus. */
  #audit(orders: number): { readonly wrong: number; readonly approved: number } {
    const book = new RiskBook(this.#parts.settings.seed);
    let wrong = 0;
    let approved = 0;
    for (let order = 0; order < orders; order += 1) {
      const isApproved = book.approves(order);
      if (isApproved) approved += 1;
      if (this.#answers[order] !== (isApproved ? 1 : 0)) wrong += 1;
    }
    return { wrong, approved };
  }
}
