import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { InstrumentRow } from '../../src/market/instrument-row.ts';
import type { NormalizedEvent } from '../../src/market/normalized-event.ts';

/** Recorded data is never part of the repository: `TRADEWIND_RECORDED_DATA`, or `shared/data` beside the checkout. */
const FOLDER =
  process.env['TRADEWIND_RECORDED_DATA'] ?? join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'data');

/** The path of a recorded file; undefined, with a line that says so, where it is absent. */
export function recordedPath(name: string): string | undefined {
  const path = join(FOLDER, name);
  if (existsSync(path)) return path;
  console.warn(
    `Recorded data is absent: nothing was checked against ${name}. Set TRADEWIND_RECORDED_DATA to its folder.`,
  );
  return undefined;
}

export function readEvents(path: string): readonly NormalizedEvent[] {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as NormalizedEvent);
}

export function readInstruments(path: string): readonly InstrumentRow[] {
  return JSON.parse(readFileSync(path, 'utf8')) as readonly InstrumentRow[];
}

interface RecordedFees {
  readonly takerFeePpm?: number;
}

/** List fees by venue, those that are given in parts per million. */
export function readTakerFees(path: string): ReadonlyMap<string, number> {
  const fees = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, RecordedFees | string>>;
  return new Map(
    Object.entries(fees).flatMap(([venue, fee]) =>
      typeof fee === 'object' && fee.takerFeePpm !== undefined ? [[venue, fee.takerFeePpm] as const] : [],
    ),
  );
}
