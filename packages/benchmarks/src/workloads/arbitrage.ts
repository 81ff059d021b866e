import type * as arbitrage from '@tradewind/arbitrage-routing';
import { seededRandom } from '@tradewind/core';
import { Priority } from '@tradewind/core-types';
import { importPeer } from '../contenders/import-peer.ts';
import type { BusUnderTest, Probe } from '../contenders/contender.ts';
import { burstyLoad } from '../load/bursty-load.ts';
import { latencyMetrics } from './latency-metrics.ts';
import { PacedRun, type RunSettings } from './paced-run.ts';
import { QuoteTape } from './quote-tape.ts';
import { QUOTE_LOAD_SHOWN } from './shown-loads.ts';
import { Flow, prepareScenario, settleFlows, type Listener, type Scenario, type ScenarioLength } from './scenario.ts';
import type { Measurement, Workload } from './workload.ts';

const VENUES = 5;
const SYMBOLS = 40;
const PER_SECOND = 10_000;
const FEE_PPM = 100;
const NS_PER_QUOTE = 100_000n;

/** Quotes of several venues, a detector that listens to all of them, and somebody who is to know at once what pays. */
export const crossVenueArbitrage: Workload = {
  name: 'arbitrage',
  work: 'Offers 10,000 quotes a second in bursts, of 40 symbols at five venues; a detector of @tradewind/arbitrage-routing takes all of them and publishes each opportunity that opens as CRITICAL; latency from the intended time of the quote that opened it to the handler of the opportunity.',
  needs: [],
  packages: ['@tradewind/arbitrage-routing'],
  shows: [
    { metric: 'p50Us', better: 'less' },
    { metric: 'p99Us', better: 'less' },
    { metric: 'opportunities', better: 'more' },
    ...QUOTE_LOAD_SHOWN,
  ],
  prepare: async (bus, settings) => {
    const name = '@tradewind/arbitrage-routing';
    const { ArbitrageDetector } = await importPeer(name, () => import('@tradewind/arbitrage-routing'));
    return prepareScenario(bus, settings, (length) => {
      const tape = new QuoteTape({ venues: VENUES, symbols: SYMBOLS, random: seededRandom(settings.seed) });
      const detector = new ArbitrageDetector(instrumentsOf(tape));
      return new ArbitrageDesk({ bus, tape, detector, length, settings });
    });
  },
};

function instrumentsOf(tape: QuoteTape): arbitrage.DetectorOptions {
  const row = { quote: 'USDT', kind: 'spot', tickSize: '0.1', lotSize: '0.001', takerFeePpm: FEE_PPM } as const;
  const instruments = tape.topics.map((_, stream) => {
    const symbol = tape.symbolOf(stream);
    return { ...row, symbol, base: symbol, venue: tape.venueOf(stream) };
  });
  const groups = Array.from({ length: SYMBOLS }, (_, i) => {
    const members = instruments.slice(i * VENUES, (i + 1) * VENUES);
    return { name: `S${i}`, instruments: members.map(({ venue, symbol }) => `${venue}:${symbol}`) };
  });
  return { instruments, groups };
}

interface DeskParts {
  readonly bus: BusUnderTest;
  readonly tape: QuoteTape;
  readonly detector: arbitrage.ArbitrageDetector;
  readonly length: ScenarioLength;
  readonly settings: RunSettings;
}

class ArbitrageDesk implements Scenario {
  readonly listeners: readonly Listener[];
  readonly #parts: DeskParts;
  readonly #quotes: PacedRun;
  readonly #opportunities: Flow;

  constructor(parts: DeskParts) {
    const { bus, tape, length, settings } = parts;
    const { durationMs, room } = length;
    this.#parts = parts;
    const shape = burstyLoad({ perSecond: PER_SECOND, durationMs });
    this.#quotes = new PacedRun(bus, { shape, topics: tape.topics, priority: Priority.NORMAL, room }, settings);
    // A quote opens at most one opportunity with each of the other venues, in either direction.
    const messages = room ?? this.#quotes.planned * VENUES * 2;
    this.#opportunities = new Flow({ name: 'opportunities', messages, streams: SYMBOLS, time: settings.time });
    this.listeners = [
      ...tape.topics.map((topic) => ({ topic, handler: (probe: Probe): void => this.#onQuote(probe) })),
      ...Array.from({ length: SYMBOLS }, (_, i) => ({
        topic: topicOf(i),
        handler: (probe: Probe): void => this.#opportunities.arrived(probe),
      })),
    ];
  }

  offer(index: number): void {
    this.#quotes.offer(index);
  }

  arrived(): number {
    return this.#quotes.receipts.received + this.#opportunities.received;
  }

  async run(): Promise<Measurement> {
    const report = await this.#quotes.send();
    await settleFlows(this.#parts.bus, [this.#opportunities], () => this.arrived());
    const account = await this.#quotes.account(report, 'unchecked');
    return {
      messages: report.sent + this.#opportunities.sent,
      metrics: {
        ...latencyMetrics(this.#opportunities.latency),
        ...this.#quotes.rates(report, 'quote'),
        ...latencyMetrics(this.#quotes.latency, 'quote'),
        opportunities: this.#opportunities.sent,
      },
      latency: this.#opportunities.latency,
      receipts: account.receipts,
      problems: [...account.problems.map((problem) => `quotes: ${problem}`), ...this.#opportunities.problems()],
    };
  }

  #onQuote(probe: Probe): void {
    const { bus, tape, detector } = this.#parts;
    const { index, stream, intendedAtMs } = probe;
    this.#quotes.arrived(probe);
    const transitions = detector.apply({
      type: 'quote',
      venue: tape.venueOf(stream),
      symbol: tape.symbolOf(stream),
      tsRecv: BigInt(index) * NS_PER_QUOTE,
      bid: tape.bidText(index),
      bidSize: '1',
      ask: tape.askText(index),
      askSize: '1',
    });
    const symbol = tape.symbolIndexOf(stream);
    for (const { op } of transitions) {
      if (op === 'open')
        this.#opportunities.send(bus, topicOf(symbol), { stream: symbol, intendedAtMs, priority: Priority.CRITICAL });
    }
  }
}

function topicOf(symbol: number): string {
  return OPPORTUNITY_TOPICS[symbol] as string;
}

const OPPORTUNITY_TOPICS: readonly string[] = Array.from({ length: SYMBOLS }, (_, i) => `arbitrage.PRICE_SPREAD.S${i}`);
