import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BenchmarkError } from '../errors.ts';

/** Where in a recording the times are, and what they mean. */
export interface RecordingOptions {
  /** The member of each JSON object that holds its time. Default `tsRecv`. */
  readonly field?: string | undefined;
  /** Unit of the times: since any moment, not decreasing. Default `ns`. Nanoseconds may be decimal text, which is read exactly. */
  readonly unit?: 'ns' | 'us' | 'ms' | undefined;
  /** Reads no more than so many lines. Default one million. */
  readonly maxLines?: number | undefined;
}

/**
 * The times between the lines of a recording in JSON lines, `.gz` or plain, in milliseconds: what `realisticLoad` plays. Streams the file.
 *
 * @throws BenchmarkError `UNREADABLE_RECORDING` when the file cannot be read, a line has no time, times go backwards, or there are fewer than two.
 */
export async function readInterArrivals(path: string, options: RecordingOptions = {}): Promise<Float64Array> {
  const { field = 'tsRecv', unit = 'ns', maxLines = 1_000_000 } = options;
  const gapsMs: number[] = [];
  let previous: bigint | undefined;
  let line = 0;
  try {
    for await (const text of linesOf(path)) {
      if (line === maxLines) break;
      line += 1;
      if (text === '') continue;
      const time = timeOf(text, field);
      if (previous !== undefined) gapsMs.push(gapOf(previous, time) / UNITS_PER_MS[unit]);
      previous = time;
    }
  } catch (error) {
    throw unreadable(path, line, error instanceof Error ? error.message : String(error), error);
  }
  if (gapsMs.length === 0) throw unreadable(path, line, 'it has fewer than two times');
  return Float64Array.from(gapsMs);
}

function linesOf(path: string): AsyncIterable<string> {
  const file = createReadStream(path);
  let input: Readable = file;
  if (path.endsWith('.gz')) {
    const unzip = createGunzip();
    // A pipe does not carry errors along.
    file.on('error', (error) => unzip.destroy(error));
    input = file.pipe(unzip);
  }
  return createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
}

/** In thousandths of the unit, so that fractional numbers keep three places. */
function timeOf(text: string, field: string): bigint {
  const { [field]: time } = JSON.parse(text) as Readonly<Record<string, unknown>>;
  if (typeof time === 'string' && /^\d+$/.test(time)) return BigInt(time) * THOUSANDTHS;
  if (typeof time === 'number' && Number.isFinite(time)) return BigInt(Math.round(time * Number(THOUSANDTHS)));
  throw new Error(`expected a time in "${field}", as a number or digits`);
}

function gapOf(previous: bigint, time: bigint): number {
  if (time < previous) throw new Error('its times go backwards');
  return Number(time - previous) / Number(THOUSANDTHS);
}

function unreadable(path: string, line: number, reason: string, cause?: unknown): BenchmarkError {
  return new BenchmarkError('UNREADABLE_RECORDING', {
    message: `The recording ${path} cannot be played, line ${line}: ${reason}.`,
    hint: 'Give a file of JSON objects, one a line, and name the member that holds the time.',
    cause,
  });
}

const THOUSANDTHS = 1000n;
const UNITS_PER_MS = { ns: 1e6, us: 1e3, ms: 1 } as const;
