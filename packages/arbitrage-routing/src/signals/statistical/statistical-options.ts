import { ValidationError, showValue } from '@tradewind/core-types';
import { parseFixed } from '../../money/fixed-point.ts';
import type { Significance } from './mackinnon.ts';

/** What is looked at for `STATISTICAL`. */
export interface StatisticalOptions {
  /** Pairs of instrument keys with one quote currency: `y` is explained by `x`. Each instrument needs a `tickSize`. */
  readonly pairs: readonly { readonly y: string; readonly x: string }[];
  /** A sample is taken at each whole multiple of it. Milliseconds, 1 to a day. Default 1,000. */
  readonly sampleMs?: number | undefined;
  /** Samples that an estimate is made of, 10 to 100,000. Default 500. */
  readonly samples?: number | undefined;
  /** New samples before the next estimate. Each estimate is a test of its own, with its own chance to be wrong. Default: `samples`. */
  readonly reestimateEvery?: number | undefined;
  /** Lagged differences in the test, 0 to 4, for prices whose changes hang together. Default 1. */
  readonly lags?: number | undefined;
  /** 0.01, 0.05 or 0.1. Default 0.05. */
  readonly significance?: Significance | undefined;
  /** Deviations, in standard deviations, at which a signal opens and closes, and beyond which the pair is thought broken. Default 2, 0.5, 6. */
  readonly entryZ?: string | undefined;
  readonly exitZ?: string | undefined;
  readonly stopZ?: string | undefined;
}

/** The options with their defaults: times in nanoseconds, deviations in 1e-18. */
export interface StatisticalSettings {
  readonly sampleNs: bigint;
  readonly samples: number;
  readonly reestimateEvery: number;
  readonly lags: number;
  readonly significance: Significance;
  readonly entryZ: bigint;
  readonly exitZ: bigint;
  readonly stopZ: bigint;
}

/** @throws ValidationError `INVALID_OPTIONS` */
export function statisticalSettings(options: StatisticalOptions): StatisticalSettings {
  const { sampleMs = 1000, samples = 500, reestimateEvery = samples, lags = 1, significance = 0.05 } = options;
  whole('sampleMs', sampleMs, { min: 1, max: 86_400_000 });
  whole('samples', samples, { min: 10, max: 100_000 });
  whole('reestimateEvery', reestimateEvery, { min: 1, max: 1_000_000 });
  whole('lags', lags, { min: 0, max: 4 });
  if (samples < 2 * lags + 4) throw invalid('samples', `at least ${2 * lags + 4} for ${lags} lags`, samples);
  if (!SIGNIFICANCES.has(significance)) throw invalid('significance', '0.01, 0.05 or 0.1', significance);
  const entryZ = deviation('entryZ', options.entryZ ?? '2');
  const exitZ = deviation('exitZ', options.exitZ ?? '0.5');
  const stopZ = deviation('stopZ', options.stopZ ?? '6');
  if (!(exitZ < entryZ && entryZ < stopZ)) {
    throw invalid('entryZ', 'above exitZ and below stopZ', options.entryZ);
  }
  const sampleNs = BigInt(sampleMs) * NS_PER_MS;
  return { sampleNs, samples, reestimateEvery, lags, significance, entryZ, exitZ, stopZ };
}

function whole(name: string, value: number, { min, max }: { readonly min: number; readonly max: number }): void {
  if (!Number.isInteger(value) || value < min || value > max)
    throw invalid(name, `an integer from ${min} to ${max}`, value);
}

function deviation(name: string, text: string): bigint {
  const value = parseFixed(text);
  if (value === undefined || value < 0n) throw invalid(name, 'a decimal text from zero with at most 18 places', text);
  return value;
}

function invalid(name: string, expected: string, received: unknown): ValidationError {
  const hint = 'Mend the options of the statistical pairs: see StatisticalOptions.';
  return new ValidationError('INVALID_OPTIONS', {
    path: `statistical.${name}`,
    expected,
    received: showValue(received),
    hint,
  });
}

const SIGNIFICANCES: ReadonlySet<unknown> = new Set([0.01, 0.05, 0.1]);
const NS_PER_MS = 1_000_000n;
