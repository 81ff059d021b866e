import { ValidationError, showValue, type Clock, type Random } from '@tradewind/core-types';
import { checkFeePpm } from '../market/fees.ts';
import type { InstrumentRow } from '../market/instrument-row.ts';

/** What makes a paper exchange. Probabilities are from 0 to 1. */
export interface PaperExchangeOptions {
  readonly venue: string;
  /** Rows of this venue, each with a `takerFeePpm`; makers pay `makerFeePpm`. No inverse contracts. */
  readonly instruments: readonly InstrumentRow[];
  readonly clock: Clock;
  readonly random: Random;
  /** Of maker fills, in parts per million: an integer, negative for a rebate. Default 0. */
  readonly makerFeePpm?: number | undefined;
  /** One way, drawn evenly for each command and each event. Events of a venue keep their order. From 0 to 600,000. Default 1 to 1. */
  readonly latencyMs?: { readonly min: number; readonly max: number } | undefined;
  /** How often an order is rejected on arrival. Default 0. */
  readonly rejectProbability?: number | undefined;
  /** How often somebody else takes a random share of the best level before an order arrives. Default 0. */
  readonly snatchProbability?: number | undefined;
  /** How often an acknowledgement is lost: the call rejects with `TIMEOUT`, though the venue got the command and events still come. Default 0. */
  readonly lossProbability?: number | undefined;
}

/**
 * Refuses options that a paper exchange cannot go by. Its rows are checked further by the instrument table.
 *
 * @throws ValidationError `INVALID_OPTIONS`
 */
export function checkPaperOptions(options: PaperExchangeOptions): void {
  const { venue, instruments, latencyMs = { min: 1, max: 1 }, makerFeePpm = 0 } = options;
  for (const [index, row] of instruments.entries()) {
    if (row.venue !== venue)
      throw invalid(`instruments[${index}].venue`, `the exchange's own venue ${venue}`, row.venue);
  }
  checkFeePpm('makerFeePpm', makerFeePpm);
  const { min, max } = latencyMs;
  if (!(min >= 0 && min <= MAX_LATENCY_MS)) throw invalid('latencyMs.min', `from 0 to ${MAX_LATENCY_MS}`, min);
  if (!(max >= min && max <= MAX_LATENCY_MS)) throw invalid('latencyMs.max', `from min to ${MAX_LATENCY_MS}`, max);
  for (const name of ['rejectProbability', 'snatchProbability', 'lossProbability'] as const) {
    const probability = options[name] ?? 0;
    if (!(probability >= 0 && probability <= 1)) throw invalid(name, 'a number from 0 to 1', probability);
  }
}

function invalid(path: string, expected: string, received: unknown): ValidationError {
  const hint = 'Mend the options of the paper exchange: see PaperExchangeOptions.';
  return new ValidationError('INVALID_OPTIONS', { path, expected, received: showValue(received), hint });
}

const MAX_LATENCY_MS = 600_000;
