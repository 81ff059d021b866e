import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** 170,091 quotes and trades of three matching engines, 240 seconds by one recorder: 709 a second. */
export const RECORDED_ARRIVALS = 'aligned/binance-3engines/l1.jsonl.gz';

/**
 * The recording that `latency-recorded` plays, in the format of `readInterArrivals` by default: `TRADEWIND_RECORDING`, a file of one's own, or the one of
 * the recorded data. Undefined where there is neither.
 */
export function recordedArrivals(): string | undefined {
  return process.env['TRADEWIND_RECORDING'] ?? recordedData(RECORDED_ARRIVALS);
}

/** The path of a file of recorded market data, which is never part of the repository: in `TRADEWIND_RECORDED_DATA`, or `shared/data` beside the checkout. Undefined where it is absent. */
export function recordedData(name: string): string | undefined {
  const beside = join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'data');
  const path = join(process.env['TRADEWIND_RECORDED_DATA'] ?? beside, name);
  return existsSync(path) ? path : undefined;
}
