import type { Priority } from '@tradewind/core-types';
import type { TopicBook } from '../../src/scheduling/topic-book.ts';

/**
 * Lays lanes for the oracle: HIGH, NORMAL and LOW are the three clusters of the ratio of marginal cost to service time, on a logarithmic scale, weighed by
 * how often a topic comes (k-means in one dimension, begun at what was declared). It is another method than the router's own on purpose, so that a change
 * of the router does not move the yardstick.
 */
export function clusterLanes(topics: TopicBook): void {
  const centres = new Float64Array(CLUSTERS);
  if (!findCentres(topics, centres, (row) => topics.declared[row] as number)) return;
  for (let round = 0; round < ROUNDS; round += 1) {
    findCentres(topics, centres, (row) => nearest(centres, worth(topics, row)) + FIRST);
  }
  centres.sort().reverse();
  for (let row = LANES; row < topics.size; row += 1) {
    const declared = topics.declared[row] as Priority;
    if (declared === 0 || (topics.times.count[row] as number) < ENOUGH) continue;
    const value = worth(topics, row);
    const best = nearest(centres, value);
    const current = (topics.lane[row] as number) - FIRST;
    const gain = Math.abs(value - (centres[current] as number)) - Math.abs(value - (centres[best] as number));
    if (gain > HYSTERESIS) topics.lane[row] = best + FIRST;
  }
}

/** What a topic deserves: the logarithm of its marginal cost at half its allowance over its service time. */
function worth(topics: TopicBook, row: number): number {
  const allowanceMs = topics.allowanceMs[row] as number;
  const deadline = allowanceMs > 0 ? (topics.missed[row] as number) / allowanceMs : 0;
  const steep =
    (topics.slope[row] as number) * TYPICAL_SERVICES * (topics.times.meanMs[topics.declared[row] as number] as number);
  return Math.log(((topics.perMs[row] as number) + steep + deadline + LEAST) / (topics.times.meanMs[row] as number));
}

/** The weighed means of the clusters; false when one of them is empty, and then nothing is known of it. */
function findCentres(topics: TopicBook, centres: Float64Array, laneOf: (row: number) => number): boolean {
  const sums = new Float64Array(CLUSTERS);
  const weights = new Float64Array(CLUSTERS);
  for (let row = LANES; row < topics.size; row += 1) {
    const cluster = laneOf(row) - FIRST;
    if (cluster < 0 || topics.declared[row] === 0 || (topics.times.count[row] as number) < ENOUGH) continue;
    const weight = topics.weight[row] as number;
    sums[cluster] = (sums[cluster] as number) + weight * worth(topics, row);
    weights[cluster] = (weights[cluster] as number) + weight;
  }
  if (weights.some((weight) => weight <= 0)) return false;
  for (let cluster = 0; cluster < CLUSTERS; cluster += 1) {
    centres[cluster] = (sums[cluster] as number) / (weights[cluster] as number);
  }
  return true;
}

function nearest(centres: Float64Array, value: number): number {
  let best = 0;
  for (let cluster = 1; cluster < CLUSTERS; cluster += 1) {
    if (Math.abs(value - (centres[cluster] as number)) < Math.abs(value - (centres[best] as number))) best = cluster;
  }
  return best;
}

const LANES = 4;
/** HIGH, NORMAL and LOW. */
const CLUSTERS = 3;
const FIRST = 1;
const ROUNDS = 8;
/** A topic of which less is known stays where it is. */
const ENOUGH = 16;
/** How much nearer the other lane must be: a factor of 1.5. */
const HYSTERESIS = Math.log(1.5);
/** How long a message of quadratic cost typically waits, in services of its lane. */
const TYPICAL_SERVICES = 4;
const LEAST = 1e-12;
