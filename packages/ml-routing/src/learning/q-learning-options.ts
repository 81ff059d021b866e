import { showValue, type LaneScheduler, type ValidationIssue } from '@tradewind/core-types';
import { readNumbers, type NumberRule } from '../options.ts';
import type { RegimeReading } from '../regimes/market-regime.ts';
import type { CostRule, PriorityCosts } from '../scheduling/cost-rule.ts';

/** What a {@link QLearningRouter} is told. Everything may be left out. */
export interface QLearningRouterOptions {
  /** What waiting costs, by pattern; the first rule that matches a topic counts. At most 1,000. Default: by priority alone. */
  readonly costs?: readonly CostRule[] | undefined;
  /** What a millisecond of waiting costs by priority where no rule says so. Default: CRITICAL 64, HIGH 16, NORMAL 4, LOW 1. */
  readonly priorityCosts?: PriorityCosts | undefined;
  /** How many handlers run at once: 1 where handlers are synchronous. 1 to 50. Default: as many as have been seen to run at once lately. */
  readonly workers?: number | undefined;
  /** How many topics are learned one by one; further ones are known by their lane alone. 1 to 1,000,000, 100 bytes each. Default 4,096. */
  readonly maxTopics?: number | undefined;
  /** The part of the cost that another policy must save on the same traffic before it is adopted, 0 to 1. Default 0.015. */
  readonly leastGain?: number | undefined;
  /** How many standard errors that gain must be above nothing, 0 to 10. Default 2. */
  readonly leastT?: number | undefined;
  /** The longest wait, as a multiple of what first-in first-out would have had lately, after which age counts, within a budget. 1 to 100. Default 2. */
  readonly ageingFactor?: number | undefined;
  /**
   * What would run without this router, such as `weightedScheduler()` of `@tradewind/core`: each window of traffic is replayed under it too, and `baselineGain()` says what the
   * policies in force have saved over it. One of its own: it is asked in replays only, and told of nothing. Default: none.
   */
  readonly baseline?: LaneScheduler | undefined;
  /**
   * The regime of the whole market, as `() => detector.reading()`: in a regime with evidence of its own another policy may be in force. Asked at every 32nd arrival. Default: none,
   * and then all evidence speaks for all times.
   */
  readonly regime?: (() => RegimeReading | undefined) | undefined;
}

/** The same, complete and checked. */
export interface QLearningSettings {
  /** Undefined where it is to be seen. */
  readonly workers: number | undefined;
  readonly maxTopics: number;
  readonly leastGain: number;
  readonly leastT: number;
  readonly ageingFactor: number;
  readonly regime: (() => RegimeReading | undefined) | undefined;
}

/** @throws ValidationError `INVALID_OPTIONS` with everything that is wrong. */
export function readQLearningOptions(options: QLearningRouterOptions): QLearningSettings {
  const settings = readNumbers<keyof typeof RULES>(options, 'QLearningRouterOptions', RULES, () => [
    ...checkBaseline(options.baseline),
    ...checkRegime(options.regime),
  ]);
  return { ...settings, workers: options.workers === undefined ? undefined : settings.workers, regime: options.regime };
}

function checkBaseline(baseline: unknown): readonly ValidationIssue[] {
  if (baseline === undefined) return [];
  const isScheduler = typeof baseline === 'object' && baseline !== null && 'pick' in baseline;
  if (isScheduler && typeof baseline.pick === 'function') return [];
  return [{ path: 'baseline', expected: 'a lane scheduler: an object with pick', received: showValue(baseline) }];
}

function checkRegime(regime: unknown): readonly ValidationIssue[] {
  if (regime === undefined || typeof regime === 'function') return [];
  return [{ path: 'regime', expected: 'a function that gives the reading of a detector', received: showValue(regime) }];
}

const RULES: Readonly<Record<Exclude<keyof QLearningSettings, 'regime'>, NumberRule>> = {
  workers: { usual: 1, min: 1, max: 50, whole: true },
  maxTopics: { usual: 4_096, min: 1, max: 1_000_000, whole: true },
  leastGain: { usual: 0.015, min: 0, max: 1 },
  leastT: { usual: 2, min: 0, max: 10 },
  ageingFactor: { usual: 2, min: 1, max: 100 },
};
