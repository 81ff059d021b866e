import {
  expectCount,
  type Contender,
  type Scale,
  type Target,
  type Workload,
} from '../../../../tooling/bench/workload.ts';
import { ArbitrageDetector } from '../../src/detection/arbitrage-detector.ts';
import { ObjectDetector } from '../contenders/objects.ts';
import { makeStream, optionsFor, type QuoteStream } from '../fixtures/quote-stream.ts';
import { BATCH, timeBatches } from '../fixtures/timed-batches.ts';

const INSTRUMENTS = 1000;
const QUOTES = 2 ** 18;
/** The slow contender plays fewer: 50 venues cost it a tenth of a millisecond a quote. */
const FEW_QUOTES = 2 ** 15;

const ours =
  (venues: number): Contender =>
  async (scale) => {
    checkAgreement(venues);
    const stream = makeStream({ venues, instruments: INSTRUMENTS, quotes: QUOTES });
    const detector = new ArbitrageDetector(optionsFor(stream.rows));
    fillSlots(stream, detector);
    const plays = { warmUp: 4 * QUOTES, measured: countOf(scale, 16 * QUOTES) };
    return timeBatches(stream, (batch) => detector.applyQuotes(batch, 0, BATCH), plays);
  };

const objects =
  (venues: number): Contender =>
  async (scale) => {
    const stream = makeStream({ venues, instruments: INSTRUMENTS, quotes: QUOTES });
    stream.batch.slots.set(stream.rowOf);
    const detector = new ObjectDetector(stream.rows);
    const plays = { warmUp: stream.rows.length + BATCH, measured: countOf(scale, FEW_QUOTES) };
    return timeBatches(stream, (batch) => detector.applyQuotes(batch, 0, BATCH), plays);
  };

/** In a market that is small enough for both, both find the same number of opportunities. */
function checkAgreement(venues: number): void {
  const stream = makeStream({ venues, instruments: 4, quotes: QUOTES / 4 });
  const detector = new ArbitrageDetector(optionsFor(stream.rows));
  fillSlots(stream, detector);
  const count = stream.rowOf.length;
  detector.applyQuotes(stream.batch, 0, count);
  stream.batch.slots.set(stream.rowOf);
  const plain = new ObjectDetector(stream.rows);
  plain.applyQuotes(stream.batch, 0, count);
  if (plain.opened === 0) throw new Error('Expected opportunities in the stream, found none: nothing was compared.');
  expectCount('opportunities', detector.counts().opened, plain.opened);
}

function fillSlots({ rows, rowOf, batch }: QuoteStream, detector: ArbitrageDetector): void {
  const slotOfRow = rows.map(({ venue, symbol }) => detector.slotOf(venue, symbol));
  for (const [i, row] of rowOf.entries()) batch.slots[i] = slotOfRow[row] ?? -1;
}

/** A whole number of batches. */
function countOf(scale: Scale, full: number): number {
  return Math.ceil(scale.count(full) / BATCH) * BATCH;
}

function targets(meanNs: number, p99Ns: number): readonly Target[] {
  const of = 'tradewind';
  return [
    { metric: 'meanNs', of, atMost: meanNs, unit: 'ns' },
    { metric: 'p99Ns', of, atMost: p99Ns, unit: 'ns' },
    { metric: 'collectionsPerMillion', of, atMost: 1, unit: 'a million quotes' },
  ];
}

const workload = (venues: number, aims: readonly Target[]): Workload => ({
  name: `quotes-${venues}`,
  title: `Quotes at ${venues} venues`,
  work:
    `${INSTRUMENTS} instruments at ${venues} venues each; quotes of random ones, of which one in 20,000 crosses the others. Per quote, timed in ` +
    `batches of ${BATCH}; the CPU time also has the copying of the quotes into the batch.`,
  contenders: { tradewind: ours(venues), objects: objects(venues) },
  targets: aims,
});

export const workloads: readonly Workload[] = [
  workload(2, []),
  workload(10, targets(50, 300)),
  workload(50, targets(100, 500)),
];
