import { measureCpu } from '../../../../tooling/bench/measure.ts';
import type { Contender, Workload } from '../../../../tooling/bench/workload.ts';
import { ArbitrageDetector } from '../../src/detection/arbitrage-detector.ts';
import { OpportunityPipeline } from '../../src/lifecycle/opportunity-pipeline.ts';
import type { NormalizedQuote } from '../../src/market/normalized-event.ts';
import { SurvivalEstimator, fixedArrivals } from '../../src/survival/survival-estimator.ts';
import { createSurvivalModel } from '../../src/survival/survival-model.ts';
import { LOT, TICK, makeStream, optionsFor, type QuoteStream } from '../fixtures/quote-stream.ts';

const VENUES = 10;
const INSTRUMENTS = 100;
const QUOTES = 2 ** 16;
const COUNT = 1_000_000;
const ARRIVAL_MS = 20;
const START_NS = 1_723_161_254_000_000_000n;
/** A market of ten thousand quotes a second: what opens lives long enough to be tried and judged. */
const STEP_NS = 100_000n;

type Apply = (quote: NormalizedQuote) => void;
type MakeApply = (rows: QuoteStream['rows']) => { readonly apply: Apply; readonly opened: () => number };

const detectorAlone: MakeApply = (rows) => {
  const detector = new ArbitrageDetector(optionsFor(rows));
  return { apply: (quote) => void detector.apply(quote), opened: () => detector.counts().opened };
};

const pipelineWith =
  (makeSurvival: () => SurvivalEstimator | undefined): MakeApply =>
  (rows) => {
    const tracker = { producer: 'desk', listener: () => undefined };
    const pipeline = new OpportunityPipeline({ detector: optionsFor(rows), tracker, survival: makeSurvival() });
    return { apply: (quote) => void pipeline.apply(quote), opened: () => pipeline.tracker.counts().confirmed };
  };

const perEvent =
  (make: MakeApply): Contender =>
  async (scale) => {
    const stream = makeStream({ venues: VENUES, instruments: INSTRUMENTS, quotes: QUOTES });
    const quotes = quotesOf(stream);
    const { apply, opened } = make(stream.rows);
    let played = 0;
    const metrics = await measureCpu(scale.count(COUNT), (count) => {
      for (let i = 0; i < count; i += 1) {
        const quote = quotes[played % quotes.length] as (typeof quotes)[number];
        quote.tsRecv = START_NS + BigInt(played) * STEP_NS;
        apply(quote);
        played += 1;
      }
    });
    if (opened() === 0) throw new Error('Expected opportunities to be followed, got none: nothing was measured.');
    return { ...metrics, opportunitiesPerMillion: (opened() / played) * 1e6 };
  };

/** As a feed hands them over, in decimal text; made before, and given their time as they are played. */
function quotesOf({ rows, rowOf, batch }: QuoteStream): readonly (NormalizedQuote & { tsRecv: bigint })[] {
  return Array.from(rowOf, (row, i) => {
    const { venue = '', symbol = '' } = rows[row] ?? {};
    return {
      type: 'quote' as const,
      venue,
      symbol,
      tsRecv: START_NS,
      bid: text(batch.bidTicks[i], TICK, 2),
      bidSize: text(batch.bidLots[i], LOT, 3),
      ask: text(batch.askTicks[i], TICK, 2),
      askSize: text(batch.askLots[i], LOT, 3),
    };
  });
}

function text(value: number | undefined, unit: number, digits: number): string {
  return ((value ?? 0) * unit).toFixed(digits);
}

export const workloads: readonly Workload[] = [
  {
    name: 'pipeline',
    title: 'Events through the pipeline',
    work:
      `${INSTRUMENTS} instruments at ${VENUES} venues, 10,000 quotes a second in decimal text, of random ones, of which one in 20,000 crosses the others: by a detector alone, by a pipeline that ` +
      `confirms at once, and by one that estimates survival for orders that arrive after ${ARRIVAL_MS} ms, and learns.`,
    contenders: {
      'detector alone': perEvent(detectorAlone),
      'with a tracker': perEvent(pipelineWith(() => undefined)),
      'with a tracker and survival': perEvent(
        pipelineWith(
          () => new SurvivalEstimator({ arrivals: fixedArrivals(ARRIVAL_MS), model: createSurvivalModel() }),
        ),
      ),
    },
    targets: [],
  },
];
