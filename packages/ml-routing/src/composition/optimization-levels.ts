import type { PriorityName } from '@tradewind/core-types';
import type { PolicyGateOptions } from '../feedback/policy-gate.ts';

/** How boldly is learned, and for which kind of trading. */
export const OPTIMIZATION_LEVELS = [
  'CONSERVATIVE',
  'BALANCED',
  'AGGRESSIVE',
  'ARBITRAGE',
  'SCALPING',
  'SWING',
] as const;
export type OptimizationLevel = (typeof OPTIMIZATION_LEVELS)[number];

/** The parameters of all parts at one level. What is given to a part itself goes before it. */
export interface LevelSettings {
  /** For people: when to use it. */
  readonly description: string;
  /** Of `QLearningRouterOptions`. */
  readonly scheduling: {
    readonly leastGain: number;
    readonly leastT: number;
    readonly ageingFactor: number;
    readonly priorityCosts: Readonly<Record<PriorityName, number>>;
  };
  /** Of `MarketRegimeOptions`. */
  readonly regimes: { readonly observationMs: number; readonly margin: number; readonly dwell: number };
  /** Of `RegimePolicyOptions`. */
  readonly adaptation: { readonly leastConfidence: number };
  /** Of `PathTrialOptions`. */
  readonly paths: { readonly share: number; readonly judgedEvery: number; readonly gate: PolicyGateOptions };
}

const COSTS = { CRITICAL: 64, HIGH: 16, NORMAL: 4, LOW: 1 };

/**
 * The levels. The first three differ in how much evidence a change needs; the last three also in what a millisecond of waiting costs.
 *
 * `BALANCED` schedules as a `QLearningRouter` does by default, which is what the evaluation measures. The others are choices and no measurements: what each gains on your
 * traffic is what `gain()` and the metrics say.
 */
export const LEVEL_SETTINGS: Readonly<Record<OptimizationLevel, LevelSettings>> = {
  CONSERVATIVE: {
    description: 'changes seldom, and only on large and sure gains',
    scheduling: { leastGain: 0.03, leastT: 3, ageingFactor: 2, priorityCosts: COSTS },
    regimes: { observationMs: 1_000, margin: 0.2, dwell: 10 },
    adaptation: { leastConfidence: 0.8 },
    paths: { share: 0.02, judgedEvery: 1_024, gate: { leastGain: 0.05, leastT: 3, leastChoices: 400 } },
  },
  BALANCED: {
    description: 'the default, as measured: a gain of 1.5 % at two standard errors',
    scheduling: { leastGain: 0.015, leastT: 2, ageingFactor: 2, priorityCosts: COSTS },
    regimes: { observationMs: 1_000, margin: 0.1, dwell: 5 },
    adaptation: { leastConfidence: 0.6 },
    paths: { share: 0.1, judgedEvery: 512, gate: { leastGain: 0.015, leastT: 2, leastChoices: 200 } },
  },
  AGGRESSIVE: {
    description: 'takes small gains early, tries more, and is wrong more often',
    scheduling: { leastGain: 0.005, leastT: 1.5, ageingFactor: 3, priorityCosts: COSTS },
    regimes: { observationMs: 1_000, margin: 0.05, dwell: 3 },
    adaptation: { leastConfidence: 0.5 },
    paths: { share: 0.2, judgedEvery: 256, gate: { leastGain: 0.005, leastT: 1.5, leastChoices: 100 } },
  },
  ARBITRAGE: {
    description: 'opportunities die within milliseconds: what is urgent outweighs everything else',
    scheduling: {
      leastGain: 0.01,
      leastT: 2,
      ageingFactor: 3,
      priorityCosts: { CRITICAL: 512, HIGH: 64, NORMAL: 4, LOW: 0.5 },
    },
    regimes: { observationMs: 250, margin: 0.1, dwell: 5 },
    adaptation: { leastConfidence: 0.6 },
    paths: { share: 0.05, judgedEvery: 256, gate: { leastGain: 0.01, leastT: 2, leastChoices: 200 } },
  },
  SCALPING: {
    description: 'many small trades: prices matter nearly as much as orders, and markets turn quickly',
    scheduling: {
      leastGain: 0.01,
      leastT: 1.75,
      ageingFactor: 2.6,
      priorityCosts: { CRITICAL: 64, HIGH: 32, NORMAL: 8, LOW: 1 },
    },
    regimes: { observationMs: 500, margin: 0.1, dwell: 5 },
    adaptation: { leastConfidence: 0.6 },
    paths: { share: 0.1, judgedEvery: 256, gate: { leastGain: 0.01, leastT: 1.75, leastChoices: 150 } },
  },
  SWING: {
    description: 'positions are held for hours: nothing is that urgent, and nothing may be left behind',
    scheduling: {
      leastGain: 0.03,
      leastT: 2.5,
      ageingFactor: 1.5,
      priorityCosts: { CRITICAL: 16, HIGH: 6, NORMAL: 3, LOW: 1.5 },
    },
    regimes: { observationMs: 60_000, margin: 0.2, dwell: 10 },
    adaptation: { leastConfidence: 0.8 },
    paths: { share: 0.02, judgedEvery: 2_048, gate: { leastGain: 0.03, leastT: 2.5, leastChoices: 400 } },
  },
};
