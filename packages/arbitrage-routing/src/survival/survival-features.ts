import { approximate } from '../money/fixed-point.ts';
import type { LevelSource } from '../market/levels.ts';
import type { PlannedLeg } from '../lifecycle/planned-leg.ts';
import { availableWithin } from './available-within.ts';
import { ACTIVITY, type MarketActivity } from './market-activity.ts';

/** What is asked: will these orders still find all that they ask for when they arrive? */
export interface SurvivalQuestion {
  readonly legs: readonly PlannedLeg[];
  /** How long the opportunity has been there, and how long its orders will travel until the feed shows what they met; milliseconds. */
  readonly ageMs: number;
  readonly arrivalMs: number;
  /** By how many ppm the edge exceeds what was asked for. */
  readonly edgeAbovePpm: number;
  /** How much better opportunities of the same legs fared than was expected of them, -1 to 1. */
  readonly record: number;
  readonly nowMs: number;
}

/** What each leg contributes, each value the larger the worse the prospects: their mean over the legs and the worst of them are features. */
const PER_LEG = [
  'thinness of what is asked for',
  'pressure of the other side',
  'recent update',
  'recent price',
  'update rate',
  'movement',
  'fast trend',
  'slow trend',
  'taken off',
  'late feed',
] as const;

const COMMON = ['constant', 'patience', 'travel', 'edge', 'record'] as const;

/** The names of the features, in their order. */
export const SURVIVAL_FEATURES: readonly string[] = [
  ...COMMON,
  ...PER_LEG.flatMap((name) => [`${name}, mean`, `${name}, worst`]),
];

/**
 * What the weights are believed to be before anything was learned.
 *
 * With these means the probability is `(age + 10 ms) / (age + 10 ms + travel)`: what has been there for long is likely to stay for as long again. That is
 * the survival function of lifetimes with a tail like that of Lomax (1954), and it is careful: a new opportunity with 20 ms to travel gets a third.
 */
export const SURVIVAL_PRIOR: readonly { readonly mean: number; readonly deviation: number }[] = SURVIVAL_FEATURES.map(
  (name) => {
    if (name === 'constant') return { mean: 0, deviation: 1 };
    if (name === 'patience') return { mean: 1, deviation: 0.5 };
    return { mean: 0, deviation: 0.2 };
  },
);

/** Turns a question into numbers of about the size of one. Scales are fixed, so that a restored model reads them as before. */
export class SurvivalFeatures {
  readonly #activity: MarketActivity;
  readonly #levels: LevelSource;
  readonly #excessMs: (slot: number) => number;
  readonly #leg = new Float64Array(PER_LEG.length);

  constructor(activity: MarketActivity, levels: LevelSource, excessMs: (slot: number) => number) {
    this.#activity = activity;
    this.#levels = levels;
    this.#excessMs = excessMs;
  }

  /** Fills `into`, which has room for `SURVIVAL_FEATURES`. */
  fill(into: Float64Array, { legs, ageMs, arrivalMs, edgeAbovePpm, record, nowMs }: SurvivalQuestion): void {
    into[0] = 1;
    into[1] = Math.log((ageMs + SETTLING_MS) / Math.max(arrivalMs, LEAST_MS));
    into[2] = Math.log(Math.max(arrivalMs, LEAST_MS) / TYPICAL_TRAVEL_MS) / 2;
    into[3] = Math.log1p(Math.max(0, edgeAbovePpm)) / 2 - 1;
    into[4] = record * 4;
    for (let at = COMMON.length; at < into.length; at += 2) {
      into[at] = 0;
      into[at + 1] = Number.NEGATIVE_INFINITY;
    }
    for (const leg of legs) {
      this.#fillLeg(leg, nowMs);
      for (let i = 0; i < PER_LEG.length; i += 1) {
        const value = clamp(this.#leg[i] as number);
        const at = COMMON.length + 2 * i;
        into[at] = (into[at] as number) + value / legs.length;
        into[at + 1] = Math.max(into[at + 1] as number, value);
      }
    }
  }

  #fillLeg({ slot, side, limit, quantity }: PlannedLeg, nowMs: number): void {
    const activity = this.#activity;
    const leg = this.#leg;
    const isBuy = side === 'BUY';
    const [bidSize, askSize] = [activity.read(slot, ACTIVITY.BID_SIZE), activity.read(slot, ACTIVITY.ASK_SIZE)];
    const wanted = isBuy ? askSize : bidSize;
    const offered = approximate(availableWithin(this.#levels, { slot, side, limit })) / approximate(quantity);
    const updatedAt = activity.read(slot, ACTIVITY.UPDATED_AT);
    const priceAt = activity.read(slot, isBuy ? ACTIVITY.ASK_AT : ACTIVITY.BID_AT);
    leg[0] = -Math.log(Math.max(offered, LEAST_SHARE)) / 2 + 0.5;
    leg[1] = Math.log((bidSize + askSize - wanted) / wanted) / 2;
    leg[2] = -Math.log(nowMs - updatedAt + LEAST_MS) / 3;
    leg[3] = -Math.log(nowMs - priceAt + LEAST_MS) / 4 + 0.5;
    leg[4] = Math.log1p(activity.decayed(slot, ACTIVITY.RATE, nowMs)) / 2 - 2;
    leg[5] = Math.log1p(activity.decayed(slot, ACTIVITY.MOVED, nowMs)) / 2 - 1.5;
    leg[6] = this.#trend({ slot, isBuy, nowMs }, ACTIVITY.MEAN_FAST, FAST_MS) / 20;
    leg[7] = this.#trend({ slot, isBuy, nowMs }, ACTIVITY.MEAN_SLOW, SLOW_MS) / 50;
    const taken = activity.read(slot, isBuy ? ACTIVITY.ASK_TAKEN : ACTIVITY.BID_TAKEN);
    leg[8] = Math.log1p(taken * Math.exp((updatedAt - nowMs) / FAST_MS));
    leg[9] = Math.log1p(Math.max(0, this.#excessMs(slot))) / 2;
  }

  /** How far the middle has moved against the leg from its mean, in ppm. */
  #trend(
    { slot, isBuy, nowMs }: { readonly slot: number; readonly isBuy: boolean; readonly nowMs: number },
    member: number,
    windowMs: number,
  ): number {
    const middle = (this.#activity.read(slot, ACTIVITY.BID) + this.#activity.read(slot, ACTIVITY.ASK)) / 2;
    const elapsed = nowMs - this.#activity.read(slot, ACTIVITY.UPDATED_AT);
    const mean = middle + (this.#activity.read(slot, member) - middle) * Math.exp(-elapsed / windowMs);
    const moved = (middle / mean - 1) * PPM;
    return isBuy ? moved : -moved;
  }
}

/** A feature beyond it says no more; what cannot be told, such as of a leg of which nothing is known, says nothing. */
function clamp(value: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.max(-MAX_FEATURE, Math.min(MAX_FEATURE, value));
}

const MAX_FEATURE = 4;
const SETTLING_MS = 10;
const LEAST_MS = 0.05;
const LEAST_SHARE = 0.01;
const TYPICAL_TRAVEL_MS = 20;
const FAST_MS = 100;
const SLOW_MS = 1000;
const PPM = 1e6;
