import { MessageBus } from '@tradewind/core';
import { performance } from 'node:perf_hooks';
import { randomIntegers } from '../../../../tooling/bench/random.ts';
import type { Contender, Target, Workload } from '../../../../tooling/bench/workload.ts';
import { QuoteFeed } from '../../src/decoding/quote-feed.ts';
import { ArbitrageDetector } from '../../src/detection/arbitrage-detector.ts';
import { createQuoteBatch } from '../../src/detection/quote-batch.ts';
import type { Transition } from '../../src/detection/transition.ts';
import { makeStream, optionsFor } from '../fixtures/quote-stream.ts';

const VENUES = 10;
const INSTRUMENTS = 100;
const OPPORTUNITIES = 20_000;
const WARM_UP = 5000;
const START_NS = 1_723_161_254_000_000_000n;
const STEP_NS = 1000;
/** Quotes that cross nothing, between one that opens an opportunity and the next. */
const QUIET_QUOTES = 30;
const PRICE = 6_000_000;
const NARROW: ReadonlySet<string> = new Set(['V0', 'V1']);

/** Receives a quote of a slot; `publish` is to be called with what it opens. */
type Receive = (slot: number, bidTicks: number, askTicks: number) => void;
/** Makes what receives quotes; a receiver may get its input ready before the clock starts. */
type MakeReceiver = (
  detector: ArbitrageDetector,
  publish: (transitions: readonly Transition[]) => void,
) => {
  readonly prepare: Receive;
  readonly receive: () => void;
};

/** Quotes as a decoder left them: a row of a batch. */
const decoded: MakeReceiver = (detector, publish) => {
  const batch = createQuoteBatch(1, START_NS);
  batch.bidLots[0] = 1000;
  batch.askLots[0] = 1000;
  return {
    prepare(slot, bidTicks, askTicks) {
      batch.slots[0] = slot;
      batch.bidTicks[0] = bidTicks;
      batch.askTicks[0] = askTicks;
      batch.receivedNs[0] = (batch.receivedNs[0] ?? 0) + STEP_NS;
    },
    receive: () => publish(detector.applyQuotes(batch, 0, 1)),
  };
};

/** Quotes as they come from a socket. */
const raw: MakeReceiver = (detector, publish) => {
  const feeds = Array.from({ length: VENUES }, (_, i) => new QuoteFeed({ detector, venue: `V${i}` }));
  for (const feed of feeds) feed.begin(START_NS);
  let receivedNs = 0;
  let message = Buffer.alloc(0);
  let feed = feeds[0] as QuoteFeed;
  return {
    prepare(slot, bidTicks, askTicks) {
      const row = detector.termsOf(slot)?.row;
      feed = feeds[Number(row?.venue.slice(1))] as QuoteFeed;
      receivedNs += STEP_NS;
      const [b, a] = [(bidTicks / 100).toFixed(2), (askTicks / 100).toFixed(2)];
      message = Buffer.from(
        JSON.stringify({
          stream: 'x@bookTicker',
          data: { u: receivedNs, s: row?.symbol, b, B: '1.000', a, A: '1.000' },
        }),
      );
    },
    receive() {
      feed.push(message, receivedNs);
      publish(feed.flush());
    },
  };
};

/** From the moment that a quote is there to the moment that a handler on the bus has the opportunity that it opens. */
const latency =
  (make: MakeReceiver): Contender =>
  (scale) => {
    const { rows } = makeStream({ venues: VENUES, instruments: INSTRUMENTS, quotes: 0 });
    const detector = new ArbitrageDetector(optionsFor(rows));
    const bus = new MessageBus().untyped();
    let handledAt = 0;
    bus.subscribe('arbitrage.*', () => {
      handledAt = performance.now();
    });
    const receiver = make(detector, (transitions) => {
      for (const transition of transitions)
        if (transition.op === 'open') bus.publish('arbitrage.PRICE_SPREAD', transition);
    });
    const random = randomIntegers(23);
    const quote = (slot: number, shift: number): number => {
      const bid = PRICE + random(100) + shift;
      // Two venues are narrow, so that a bid that is too high opens one spread.
      const isNarrow = NARROW.has(detector.termsOf(slot)?.row.venue ?? '');
      receiver.prepare(slot, bid, bid + (isNarrow ? 100 : PRICE / 100));
      const start = performance.now();
      receiver.receive();
      return start;
    };
    const slots = rows.map((_, slot) => slot);
    const narrow = slots.filter((slot) => NARROW.has(detector.termsOf(slot)?.row.venue ?? ''));
    for (const slot of slots) quote(slot, 0);
    const latencies = new Float64Array(scale.count(OPPORTUNITIES));
    for (let i = -WARM_UP; i < latencies.length; i += 1) {
      for (let quiet = 0; quiet < QUIET_QUOTES; quiet += 1) quote(random(rows.length), 0);
      const slot = narrow[random(narrow.length)] ?? 0;
      handledAt = 0;
      const start = quote(slot, PRICE / 500);
      if (handledAt === 0) throw new Error('Expected an opportunity, got none: nothing was measured.');
      if (i >= 0) latencies[i] = handledAt - start;
      quote(slot, 0);
    }
    const sorted = latencies.sort();
    const quantile = (share: number): number => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN) * 1000;
    return { p50Us: quantile(0.5), p99Us: quantile(0.99) };
  };

const targets = (of: string, p50: number, p99: number): readonly Target[] => [
  { metric: 'p50Us', of, atMost: p50, unit: 'µs' },
  { metric: 'p99Us', of, atMost: p99, unit: 'µs' },
];

export const workloads: readonly Workload[] = [
  {
    name: 'latency',
    title: 'From a quote to an opportunity on the bus',
    work: `${INSTRUMENTS} instruments at ${VENUES} venues; a quote that opens a spread, to the moment that a handler on the in-process bus has the detector's transition, published on one fixed topic, on the wall clock. No tracker, publisher or router is in between.`,
    contenders: { 'decoded quote': latency(decoded), 'raw bytes': latency(raw) },
    targets: [...targets('decoded quote', 2, 10), ...targets('raw bytes', 5, 25)],
  },
];
