import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { PathStrategy } from '../../src/paths/path-strategy.ts';

/** Recorded data is never part of the repository: `TRADEWIND_RECORDED_DATA`, or `shared/data` beside the checkout. */
const FOLDER =
  process.env['TRADEWIND_RECORDED_DATA'] ?? join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'data');
const FILE = join('aligned', 'order-latency', 'latency.jsonl.gz');

/** Orders and cancellations at one venue, from several places in turn: what each took from every place at about the same time. */
export interface OrderLatencies {
  readonly name: string;
  readonly places: readonly string[];
  /** In the order of time. */
  readonly steps: readonly OrderStep[];
}

interface OrderStep {
  readonly atMs: number;
  /** What kind of operation it is stands for its size: a cancellation is 0, an order 1. */
  readonly size: number;
  /** By place. */
  readonly latencyMs: readonly number[];
}

interface Row {
  readonly venue: string;
  readonly place: string;
  readonly op: string;
  readonly tsEvent: string;
  readonly latencyMs: number;
}

interface Sample {
  readonly atMs: number;
  readonly latencyMs: number;
}

/** The recorded series that can be compared; undefined where the recording is absent, and a line says so. */
export function readOrderLatencies(): readonly OrderLatencies[] | undefined {
  const path = join(FOLDER, FILE);
  if (!existsSync(path)) {
    console.warn(
      `Recorded data is absent: nothing was checked against ${FILE}. Set TRADEWIND_RECORDED_DATA to its folder.`,
    );
    return undefined;
  }
  const rows = gunzipSync(readFileSync(path))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
  return SETS.map(({ venue, places }) => {
    const steps = OPERATIONS.flatMap((op, size) =>
      align(
        size,
        places.map((place) =>
          rows
            .filter((row) => row.venue === venue && row.place === place && row.op === op)
            .map((row) => ({ atMs: Number(row.tsEvent) / 1e6, latencyMs: row.latencyMs })),
        ),
      ),
    );
    return { name: `${venue}, ${places.length} places`, places, steps: steps.toSorted((a, b) => a.atMs - b.atMs) };
  });
}

/** One step per sample of the first place; the other places are those nearest in time, and a step that some place has nothing near to is left out. */
function align(size: number, samples: readonly (readonly Sample[])[]): readonly OrderStep[] {
  const [first = [], ...others] = samples;
  return first.flatMap((sample) => {
    const near = others.map((series) => nearest(series, sample.atMs));
    if (near.some((other) => other === undefined || Math.abs(other.atMs - sample.atMs) > NEAR_MS)) return [];
    return [{ atMs: sample.atMs, size, latencyMs: [sample.latencyMs, ...near.map((other) => other?.latencyMs ?? 0)] }];
  });
}

function nearest(series: readonly Sample[], atMs: number): Sample | undefined {
  let low = 0;
  let high = series.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((series[middle]?.atMs ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [series[low - 1], series[low]];
  if (before === undefined) return after;
  return after === undefined || atMs - before.atMs <= after.atMs - atMs ? before : after;
}

/** What a strategy and each fixed place took on average, in milliseconds. */
export interface OrderLatencyRun {
  readonly name: string;
  readonly steps: number;
  readonly chosenMs: number;
  readonly fixedMs: readonly (readonly [place: string, meanMs: number])[];
  readonly bestFixedMs: number;
}

/** Lets a strategy choose the place of every operation; it learns what that one took, and nothing of the others. */
export function replayOrders({ name, places, steps }: OrderLatencies, strategy: PathStrategy): OrderLatencyRun {
  let sum = 0;
  for (const [step, { atMs, size, latencyMs }] of steps.entries()) {
    const path = strategy.choose(places, { ticket: step + 1, nowMs: atMs, size, volatility: 0 });
    const took = latencyMs[places.indexOf(path)] ?? 0;
    sum += took;
    strategy.settled({ ticket: step + 1, path, atMs: atMs + took, latencyMs: took, result: 'arrived' });
  }
  const fixedMs = places.map(
    (place, at) =>
      [place, steps.reduce((total, { latencyMs }) => total + (latencyMs[at] ?? 0), 0) / steps.length] as const,
  );
  const bestFixedMs = Math.min(...fixedMs.map(([, ms]) => ms));
  return { name, steps: steps.length, chosenMs: sum / steps.length, fixedMs, bestFixedMs };
}

/** Places that were measured at the same time, in turn. */
const SETS = [
  { venue: 'binance', places: ['aws_1_Tokyo', 'aws_2_Singapore', 'aws_8_Cape_Town'] },
  { venue: 'binance', places: ['aws_4_Frankfurt', 'aws_5_Canada', 'aws_7_UAE'] },
  {
    venue: 'binance',
    places: ['aws_asia_2_Osaka', 'aws_asia_3_Singapore', 'aws_asia_5_HongKong', 'aws_asia_6_Mumbai'],
  },
  { venue: 'gate_io', places: ['aws_1_Tokyo', 'aws_2_Osaka', 'aws_4_Singapore'] },
  { venue: 'htx', places: ['aws_1_Tokyo', 'aws_2_Osaka', 'aws_4_Singapore'] },
  { venue: 'kucoin', places: ['aws_1_Tokyo', 'aws_3_Seoul', 'aws_4_Singapore'] },
] as const;
/** In the order of their sizes. */
const OPERATIONS = ['cancel', 'create'] as const;
/** A place was measured for some minutes, then the next one. */
const NEAR_MS = 900_000;
