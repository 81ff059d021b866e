import type { Dice } from '../random.ts';

/** A synthetic way to choose paths of which the truth is known. */
export interface World {
  readonly name: string;
  readonly what: string;
  readonly actions: number;
  /** How the log was made: the greedy choice and some chance, a soft choice, or one that changes half-way. */
  readonly logging: Logging;
  /** Everything about the next choice. */
  readonly next: (dice: Dice, at: Moment) => Situation;
}

export type Logging =
  | { readonly kind: 'greedy'; readonly chance: number }
  | { readonly kind: 'soft'; readonly heat: number };

/** Where in the log a choice stands, and what carries over from the one before it. */
interface Moment {
  /** 0 to 1. */
  readonly part: number;
  /** What this run's paths are like: drawn once. */
  readonly base: Float64Array;
  /** Slow common congestion; the world moves it on. */
  readonly state: { congestion: number };
}

/** What is known, and what each action is expected to earn and how it scatters. */
export interface Situation {
  readonly features: readonly number[];
  /** By action; higher is better. */
  readonly expected: Float64Array;
  /** By action, a reward with that expectation. */
  readonly draw: (action: number) => number;
  /** Whether the greedy logger takes an action to be better than it is: by action, what it believes. */
  readonly believed: Float64Array;
}

const PATHS = 4;
const SIZES = [0.2, 5] as const;

/** Latencies that grow with load and size, in milliseconds; `sigma` is that of the logarithm. */
function latencies(
  dice: Dice,
  moment: Moment,
  {
    actions,
    sigma,
    factor,
  }: { readonly actions: number; readonly sigma: number; readonly factor: (load: number, size: number) => number },
): Situation {
  const size = dice.logBetween(...SIZES);
  const loads = Array.from({ length: actions }, () => dice.exponential(1));
  const expected = Float64Array.from(loads, (load, action) => {
    return -(moment.base[action] as number) * factor(load, size) * Math.exp(moment.state.congestion);
  });
  return {
    features: [size, ...loads],
    expected,
    believed: Float64Array.from(loads, (load, action) => -(moment.base[action] as number) * (1 + load)),
    draw: (action) => -dice.logNormal(-(expected[action] as number), sigma),
  };
}

const GREEDY: Logging = { kind: 'greedy', chance: 0.2 };
const LINEAR = (load: number, size: number): number => 1 + 0.6 * load + 0.2 * size;

export const WORLDS: readonly World[] = [
  {
    name: 'linear',
    what: 'latency linear in load and size, greedy log with a fifth of chance',
    actions: PATHS,
    logging: GREEDY,
    next: (dice, moment) => latencies(dice, moment, { actions: PATHS, sigma: 0.4, factor: LINEAR }),
  },
  {
    name: 'soft',
    what: 'the same, soft choices',
    actions: PATHS,
    logging: { kind: 'soft', heat: 0.5 },
    next: (dice, moment) => latencies(dice, moment, { actions: PATHS, sigma: 0.4, factor: LINEAR }),
  },
  {
    name: 'crooked',
    what: 'latency convex in the load, with steps in the size: no linear model fits',
    actions: PATHS,
    logging: GREEDY,
    next: (dice, moment) =>
      latencies(dice, moment, {
        actions: PATHS,
        sigma: 0.4,
        factor: (load, size) => 1 + 0.3 * load * load + (size > 1 ? 1 : 0) * load,
      }),
  },
  {
    name: 'drift',
    what: 'paths become faster and slower while the log is written',
    actions: PATHS,
    logging: GREEDY,
    next: (dice, moment) =>
      latencies(
        dice,
        { ...moment, base: moment.base.map((base, action) => base * (1 + 0.8 * Math.sin(3 * moment.part + action))) },
        {
          actions: PATHS,
          sigma: 0.4,
          factor: LINEAR,
        },
      ),
  },
  {
    name: 'bursts',
    what: 'congestion of all paths that lasts for hundreds of messages and is no feature',
    actions: PATHS,
    logging: GREEDY,
    next(dice, moment) {
      moment.state.congestion = 0.995 * moment.state.congestion + 0.05 * dice.normal();
      return latencies(dice, moment, { actions: PATHS, sigma: 0.4, factor: LINEAR });
    },
  },
  {
    name: 'heavy',
    what: 'heavy tails: one message in a hundred takes twenty times as long',
    actions: PATHS,
    logging: GREEDY,
    next(dice, moment) {
      const plain = latencies(dice, moment, { actions: PATHS, sigma: 0.6, factor: LINEAR });
      const mean = 1 + 0.01 * 19;
      return {
        ...plain,
        expected: plain.expected.map((expected) => expected * mean),
        draw: (action) => plain.draw(action) * (dice.next() < 0.01 ? 20 : 1),
      };
    },
  },
  {
    name: 'many',
    what: 'eight paths',
    actions: 8,
    logging: GREEDY,
    next: (dice, moment) => latencies(dice, moment, { actions: 8, sigma: 0.4, factor: LINEAR }),
  },
  {
    name: 'deadlines',
    what: 'the reward is 1 where the deadline is met, else 0',
    actions: PATHS,
    logging: GREEDY,
    next(dice, moment) {
      const {
        features,
        expected: latency,
        believed,
      } = latencies(dice, moment, { actions: PATHS, sigma: 0, factor: LINEAR });
      const expected = latency.map((ms) => Math.exp(ms / 12));
      return { features, believed, expected, draw: (action) => (dice.next() < (expected[action] as number) ? 1 : 0) };
    },
  },
];
