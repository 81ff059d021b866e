import type { Contender, Workload } from '../../../../tooling/bench/workload.ts';
import { ArbitrageDetector } from '../../src/detection/arbitrage-detector.ts';
import { BellmanFord } from '../contenders/bellman-ford.ts';
import { makeAssetStream } from '../fixtures/asset-stream.ts';
import { BATCH, timeBatches } from '../fixtures/timed-batches.ts';

const QUOTES = 2 ** 18;
const FEW_QUOTES = 2 ** 12;

const ours =
  (maxLength: number): Contender =>
  async (scale) => {
    const stream = makeAssetStream(QUOTES);
    const detector = new ArbitrageDetector({ instruments: stream.rows, cycles: { maxLength }, maxAgeMs: 10_000 });
    const plays = { warmUp: 2 * QUOTES, measured: scale.count(8 * QUOTES) };
    const metrics = await timeBatches(stream, (batch) => detector.applyQuotes(batch, 0, BATCH), plays);
    if (detector.counts().opened === 0)
      throw new Error('Expected cycles in the stream, found none: nothing was measured.');
    return metrics;
  };

const bellmanFord: Contender = async (scale) => {
  const stream = makeAssetStream(QUOTES);
  const search = new BellmanFord(stream.rows);
  const plays = { warmUp: 1024, measured: scale.count(FEW_QUOTES) };
  const metrics = await timeBatches(stream, (batch) => search.applyQuotes(batch, 0, BATCH), plays);
  if (search.found === 0) throw new Error('Expected cycles in the stream, found none: nothing was searched.');
  return metrics;
};

const workload = (maxLength: number, title: string, atMost: number): Workload => ({
  name: `cycles-${maxLength}`,
  title,
  work: `500 pairs of 50 assets at one venue, quotes of random ones, of which one in 20,000 makes cycles worth while. Per quote, timed in batches of ${BATCH}.`,
  contenders: { tradewind: ours(maxLength), 'bellman-ford': bellmanFord },
  targets: [{ metric: 'meanNs', of: 'tradewind', atMost, unit: 'ns' }],
});

export const workloads: readonly Workload[] = [
  workload(3, 'Cycles of three assets', 150),
  workload(4, 'Cycles of up to four assets', 5000),
];
