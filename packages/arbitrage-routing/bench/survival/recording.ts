import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { DetectorOptions } from '../../src/detection/detector-options.ts';
import type { InstrumentRow } from '../../src/market/instrument-row.ts';
import type { NormalizedEvent } from '../../src/market/normalized-event.ts';

/** Recorded data is never part of the repository: `TRADEWIND_RECORDED_DATA`, or `shared/data` beside the checkout. */
const FOLDER =
  process.env['TRADEWIND_RECORDED_DATA'] ?? join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'data');

export interface Recording {
  readonly name: string;
  readonly events: readonly NormalizedEvent[];
  readonly detector: Omit<DetectorOptions, 'observer'>;
}

/** Spot against perpetual of one venue's two matching engines, with fees of zero: a least edge of 450 ppm stands for all costs. Undefined where it is absent. */
export function readEngines(source: 'l1' | 'l2'): Recording | undefined {
  const folder = join(FOLDER, 'aligned', 'binance-3engines');
  const path = join(folder, `${source}.jsonl.gz`);
  if (!existsSync(path)) return undefined;
  const rows = (JSON.parse(readFileSync(join(folder, 'instruments.json'), 'utf8')) as readonly InstrumentRow[])
    .filter(({ quote }) => quote === 'USDT')
    .map((row) => ({ ...row, takerFeePpm: 0 }));
  return {
    name: `binance-3engines ${source}`,
    events: readLines(path),
    detector: {
      instruments: rows,
      groups: ['BTC', 'ETH'].map((base) => ({
        name: base,
        instruments: rows.filter((row) => row.base === base).map((row) => `${row.venue}:${row.symbol}`),
      })),
      source,
      maxAgeMs: 5000,
    },
  };
}

function readLines(path: string): readonly NormalizedEvent[] {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as NormalizedEvent);
}
