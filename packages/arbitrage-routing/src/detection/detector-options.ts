import { ValidationError, showValue } from '@tradewind/core-types';
import type { InstrumentTableOptions } from '../market/instrument-table.ts';
import { ONE, parseFixed } from '../money/fixed-point.ts';
import type { CycleOptions } from './cycle-graph.ts';
import type { OpportunitySink } from './opportunity-sink.ts';
import type { PairLimits } from './pair-decision.ts';

/** What a detector looks at, and what it counts as an opportunity. */
export interface DetectorOptions extends InstrumentTableOptions {
  /** `l1`: quotes; `l2`: snapshots and deltas. Events of the other kind only move the clock. Default `l1`. */
  readonly source?: 'l1' | 'l2' | undefined;
  /** An instrument whose last update is older is not used. Milliseconds, above 0, at most 20 days. Default 1,000. */
  readonly maxAgeMs?: number | undefined;
  /** What a spread or a cycle has to exceed after fees, in whole parts per million, 0 to 1e6. Default 0. */
  readonly minEdgePpm?: number | undefined;
  /** The least profit of a spread, in quote currency. Default `'0'`; a profit of zero is none in any case. */
  readonly minProfit?: string | undefined;
  /** Caps what a spread buys, in quote currency. Default: what the books carry. */
  readonly maxNotional?: string | undefined;
  /** Absent: no cycles are looked for. */
  readonly cycles?: CycleOptions | undefined;
  /** Told of every opening, update and end, with its legs, inside the call that causes it. */
  readonly observer?: OpportunitySink | undefined;
}

/** The options in exact units. */
export interface DetectorLimits {
  readonly maxAgeNs: number;
  readonly pair: PairLimits;
}

/** @throws ValidationError `INVALID_OPTIONS` */
export function limitsOf(options: DetectorOptions): DetectorLimits {
  const { source = 'l1', maxAgeMs = 1000, minEdgePpm = 0 } = options;
  if (source !== 'l1' && source !== 'l2') throw invalid('source', "'l1' or 'l2'", source);
  if (!(maxAgeMs > 0 && maxAgeMs <= MAX_AGE_MS)) throw invalid('maxAgeMs', `above 0, at most ${MAX_AGE_MS}`, maxAgeMs);
  if (!Number.isInteger(minEdgePpm) || minEdgePpm < 0 || minEdgePpm > MAX_EDGE_PPM) {
    throw invalid('minEdgePpm', `an integer from 0 to ${MAX_EDGE_PPM}`, minEdgePpm);
  }
  const maxNotional = options.maxNotional === undefined ? undefined : money('maxNotional', options.maxNotional) * ONE;
  return {
    maxAgeNs: Math.floor(maxAgeMs * NS_PER_MS),
    pair: {
      minEdgePpm: BigInt(minEdgePpm),
      minProfit: money('minProfit', options.minProfit ?? '0') * ONE * FEE_UNIT,
      maxNotional,
    },
  };
}

function money(path: string, text: string): bigint {
  const value = parseFixed(text);
  if (value === undefined || value < 0n) throw invalid(path, 'a decimal text from zero with at most 18 places', text);
  return value;
}

function invalid(path: string, expected: string, received: unknown): ValidationError {
  const hint = 'Mend the options of the detector: see DetectorOptions.';
  return new ValidationError('INVALID_OPTIONS', { path, expected, received: showValue(received), hint });
}

const MAX_AGE_MS = 20 * 24 * 3600 * 1000;
const MAX_EDGE_PPM = 1_000_000;
const NS_PER_MS = 1e6;
const FEE_UNIT = 1_000_000n;
