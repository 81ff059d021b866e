import { Priority } from '@tradewind/core-types';
import { Dice } from '../random.ts';
import { bursts, hawkes, poisson, type ArrivalProcess } from './arrivals.ts';
import type { SimulatedTopic, Trace } from './trace.ts';

/** One kind of load. */
export interface Scenario {
  readonly name: string;
  readonly what: string;
  readonly arrivals: ArrivalProcess;
  /** Work that comes, as a part of what the workers can do. */
  readonly utilization: number;
  readonly workers?: number;
  /** Deviation of the logarithm of service times. */
  readonly sigma?: number;
  /** How the expected service times of the topics below CRITICAL change: slowly by a factor up to 3, or all at once, half-way. */
  readonly change?: 'drift' | 'flip';
  readonly deadlines?: boolean;
  readonly convex?: boolean;
  readonly mislabelled?: boolean;
}

/** Eleven loads, each with topics of its own for every seed. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'poisson', what: 'independent arrivals, 80 % busy', arrivals: poisson, utilization: 0.8 },
  { name: 'poisson-heavy', what: 'independent arrivals, 95 % busy', arrivals: poisson, utilization: 0.95 },
  { name: 'bursts', what: 'two regimes that take turns', arrivals: bursts, utilization: 0.85 },
  { name: 'hawkes', what: 'arrivals that cause further ones', arrivals: hawkes, utilization: 0.85 },
  {
    name: 'drift',
    what: 'service times drift by a factor up to 3',
    arrivals: poisson,
    utilization: 0.8,
    change: 'drift',
  },
  { name: 'flip', what: 'service times change places half-way', arrivals: poisson, utilization: 0.85, change: 'flip' },
  {
    name: 'deadlines',
    what: 'HIGH and NORMAL expire, in bursts',
    arrivals: bursts,
    utilization: 0.85,
    deadlines: true,
  },
  { name: 'convex', what: 'waiting costs grow with its square', arrivals: bursts, utilization: 0.85, convex: true },
  {
    name: 'mislabelled',
    what: 'four of twelve topics are declared wrongly',
    arrivals: poisson,
    utilization: 0.9,
    mislabelled: true,
  },
  { name: 'heavy-tails', what: 'service times with a heavy tail', arrivals: poisson, utilization: 0.85, sigma: 1.4 },
  {
    name: 'desk',
    what: 'four workers, bursts, deadlines, drift, wrong declarations',
    arrivals: bursts,
    utilization: 0.85,
    workers: 4,
    change: 'drift',
    deadlines: true,
    mislabelled: true,
  },
];

/** The same load for the same seed. */
export function makeTrace(scenario: Scenario, seed: number, messages: number): Trace {
  const dice = new Dice(seed * 1_000 + SCENARIOS.indexOf(scenario));
  const { workers = 1, sigma = 0.5 } = scenario;
  const means = KINDS.map(({ lane }) => (lane === 0 ? dice.logBetween(0.2, 0.8) : dice.logBetween(0.2, 5)));
  const workShares = KINDS.map(({ lane }) => (lane === 0 ? 0.3 : 1) * dice.between(0.4, 1));
  const totalWork = workShares.reduce((sum, share) => sum + share, 0);
  // Messages per millisecond of each topic, so that together they bring the work that is wanted.
  const rates = means.map((mean, at) => (((workShares[at] ?? 0) / totalWork) * scenario.utilization * workers) / mean);
  const ratePerMs = rates.reduce((sum, rate) => sum + rate, 0);
  const endMs = messages / ratePerMs;
  const topics = makeTopics(scenario, dice, { means, endMs });
  // Handlers and traffic change places together, so that the load stays what it was.
  const laterRates = scenario.change === 'flip' ? flip(means).map((mean) => rates[means.indexOf(mean)] ?? 0) : rates;
  const next = scenario.arrivals(dice, ratePerMs);
  const columns = {
    topic: new Uint8Array(messages),
    arrivedAtMs: new Float64Array(messages),
    deadlineMs: new Float64Array(messages),
    servedMs: new Float64Array(messages),
  };
  for (let i = 0; i < messages; i += 1) {
    const atMs = next();
    const at = draw(dice, atMs < endMs / 2 ? rates : laterRates, ratePerMs);
    const topic = topics[at] as SimulatedTopic;
    columns.topic[i] = at;
    columns.arrivedAtMs[i] = START_MS + atMs;
    columns.deadlineMs[i] = START_MS + atMs + topic.allowanceMs;
    columns.servedMs[i] = dice.logNormal(topic.meanMs(START_MS + atMs), sigma);
  }
  return { topics, workers, steady: scenario.change === undefined, ...columns };
}

function makeTopics(
  scenario: Scenario,
  dice: Dice,
  { means, endMs }: { readonly means: readonly number[]; readonly endMs: number },
): readonly SimulatedTopic[] {
  const declared = declaredLanes(scenario, dice);
  // Those that are slow become fast: the order of the means is turned round among the topics below CRITICAL.
  const flipped = flip(means);
  return KINDS.map(({ name, lane }, at) => {
    const perMs = PER_MS[lane] * Math.exp(0.7 * dice.normal());
    const mean = means[at] ?? 1;
    const phase = dice.between(0, 2 * Math.PI);
    const turns = dice.between(1, 2);
    const hasDeadline = lane === 0 || (scenario.deadlines === true && lane < 3);
    const allowanceMs = lane === 0 ? 100 : hasDeadline ? dice.logBetween(20, 120) : Infinity;
    return {
      topic: `sim.${name}`,
      declared: declared[at] ?? lane,
      rightful: lane,
      perMs,
      perMsSquared: scenario.convex === true && at % 2 === 0 ? perMs / 200 : 0,
      missed: perMs * (lane === 0 ? 100 : 50),
      allowanceMs,
      meanMs: (atMs: number): number => {
        if (lane === 0 || scenario.change === undefined) return mean;
        const part = (atMs - START_MS) / endMs;
        if (scenario.change === 'flip') return part < 0.5 ? mean : (flipped[at] ?? mean);
        return mean * Math.exp(0.5 * Math.sin(phase + turns * 2 * Math.PI * part));
      },
    };
  });
}

/** As their publishers say: rightly, or in four cases wrongly. */
function declaredLanes({ mislabelled }: Scenario, dice: Dice): readonly Priority[] {
  const lanes = KINDS.map(({ lane }) => lane);
  if (mislabelled !== true) return lanes;
  const swaps: readonly (readonly [number, number])[] = [
    [2, 9 + Math.floor(dice.next() * 3)],
    [3, 5 + Math.floor(dice.next() * 2)],
  ];
  for (const [one, other] of swaps) [lanes[one], lanes[other]] = [lanes[other] ?? 3, lanes[one] ?? 1];
  return lanes;
}

/** A flip keeps the work about the same: each topic takes the mean of the one that stands opposite among those of its lane. */
function flip(means: readonly number[]): readonly number[] {
  return means.map((mean, at) => {
    const lane = KINDS[at]?.lane;
    const peers = means.filter((_, other) => KINDS[other]?.lane === lane).toSorted((a, b) => a - b);
    return peers[peers.length - 1 - peers.indexOf(mean)] ?? mean;
  });
}

function draw(dice: Dice, rates: readonly number[], total: number): number {
  let left = dice.next() * total;
  for (const [at, rate] of rates.entries()) {
    left -= rate;
    if (left < 0) return at;
  }
  return rates.length - 1;
}

const START_MS = 1_704_067_200_000;
const PER_MS = [40, 8, 4, 2] as const;
const KINDS: readonly { readonly name: string; readonly lane: Priority }[] = [
  { name: 'orders.submit', lane: Priority.CRITICAL },
  { name: 'orders.cancel', lane: Priority.CRITICAL },
  { name: 'signals.fast', lane: Priority.HIGH },
  { name: 'signals.slow', lane: Priority.HIGH },
  { name: 'fills', lane: Priority.HIGH },
  { name: 'quotes.major', lane: Priority.NORMAL },
  { name: 'quotes.minor', lane: Priority.NORMAL },
  { name: 'book', lane: Priority.NORMAL },
  { name: 'trades', lane: Priority.NORMAL },
  { name: 'bars', lane: Priority.LOW },
  { name: 'reports', lane: Priority.LOW },
  { name: 'archive', lane: Priority.LOW },
];
