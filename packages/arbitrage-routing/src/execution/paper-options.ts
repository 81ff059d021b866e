import { ValidationError, showValue } from '@tradewind/core-types';
import { checkFeePpm } from '../market/fees.ts';
import type { PaperExchangeOptions } from './paper-exchange.ts';

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
