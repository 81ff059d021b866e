import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a venue's own list says of an instrument. */
export interface InstrumentRow {
  readonly venue: string;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly kind: string;
}

/** Recorded data is never part of the repository: `TRADEWIND_RECORDED_DATA`, or `shared/data` beside the checkout. */
const FOLDER =
  process.env['TRADEWIND_RECORDED_DATA'] ?? join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'data');

/** The recorded instruments; undefined, with a line that says so, where they are absent. */
export function readInstruments(): readonly InstrumentRow[] | undefined {
  return read('instruments.json') as readonly InstrumentRow[] | undefined;
}

/** The names of the recorded venues; undefined, with a line that says so, where they are absent. */
export function readVenues(): readonly string[] | undefined {
  const venues = read('venues.json') as Readonly<Record<string, unknown>> | undefined;
  return venues === undefined
    ? undefined
    : Object.keys(venues).filter((name) => /^[a-z_]+$/.test(name) && !name.startsWith('_'));
}

function read(name: string): unknown {
  const path = join(FOLDER, name);
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'));
  console.warn(
    `Recorded data is absent: nothing was checked against ${name}. Set TRADEWIND_RECORDED_DATA to its folder.`,
  );
  return undefined;
}
