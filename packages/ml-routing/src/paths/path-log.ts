import type { PathId } from '@tradewind/core-types';

/** What decided a choice: the least predicted cost, a path tried because it might have become better, one of which nothing is known, the only one, or the kill switch. */
export type PathCause = 'predicted' | 'tried' | 'unknown' | 'only' | 'disabled';

/** Why a path was chosen. */
export interface PathExplanation {
  readonly atMs: number;
  readonly path: PathId;
  readonly cause: PathCause;
  /** The latency that was expected on it, in milliseconds; undefined where nothing was known. */
  readonly expectedMs: number | undefined;
  /** The best of the others, and what was expected there; undefined where there was none. */
  readonly other: PathId | undefined;
  readonly otherMs: number | undefined;
  /** For people. */
  readonly text: string;
}

const CAUSES: readonly [PathCause, ...PathCause[]] = ['predicted', 'tried', 'unknown', 'only', 'disabled'];
/** Places in {@link CAUSES}: the hot path writes a number. */
export const PATH_CAUSE = { predicted: 0, tried: 1, unknown: 2, only: 3, disabled: 4 } as const;

/** A choice in numbers. Reused: read at once and never kept. */
export interface PathChoice {
  readonly atMs: number;
  readonly cause: number;
  readonly path: number;
  readonly expectedMs: number;
  /** The best of the others, -1 for none. */
  readonly other: number;
  readonly otherMs: number;
}

/** The last choices, in columns: a few numbers are written per choice, and the sentences are made for whoever asks. */
export class PathLog {
  readonly #atMs = new Float64Array(SIZE);
  readonly #path = new Int32Array(SIZE);
  readonly #other = new Int32Array(SIZE);
  readonly #cause = new Uint8Array(SIZE);
  readonly #expectedMs = new Float64Array(SIZE);
  readonly #otherMs = new Float64Array(SIZE);
  /** Choices by cause. */
  readonly byCause: Float64Array<ArrayBuffer> = new Float64Array(CAUSES.length);
  #written = 0;

  write({ atMs, cause, path, expectedMs, other, otherMs }: PathChoice): void {
    const at = this.#written & (SIZE - 1);
    this.#written += 1;
    this.#atMs[at] = atMs;
    this.#path[at] = path;
    this.#other[at] = other;
    this.#cause[at] = cause;
    this.#expectedMs[at] = expectedMs;
    this.#otherMs[at] = otherMs;
    this.byCause[cause] = (this.byCause[cause] as number) + 1;
  }

  /** Newest first. */
  recent(limit: number, nameOf: (path: number) => PathId): readonly PathExplanation[] {
    const count = Math.max(0, Math.min(Math.floor(limit) || 0, SIZE, this.#written));
    return Array.from({ length: count }, (_, back) => this.#explain((this.#written - 1 - back) & (SIZE - 1), nameOf));
  }

  #explain(at: number, nameOf: (path: number) => PathId): PathExplanation {
    const cause = CAUSES[this.#cause[at] as number] ?? 'predicted';
    const path = nameOf(this.#path[at] as number);
    const hasFigures = cause !== 'unknown' && cause !== 'disabled';
    const hasOther = hasFigures && (this.#other[at] as number) >= 0;
    const expectedMs = hasFigures ? finite(this.#expectedMs[at]) : undefined;
    const other = hasOther ? nameOf(this.#other[at] as number) : undefined;
    const otherMs = hasOther ? finite(this.#otherMs[at]) : undefined;
    const text = describe({ cause, path, expectedMs, other, otherMs });
    return { atMs: this.#atMs[at] as number, path, cause, expectedMs, other, otherMs, text };
  }
}

function describe({ cause, path, expectedMs, other, otherMs }: Omit<PathExplanation, 'atMs' | 'text'>): string {
  const against = other === undefined ? '' : `, ${other} ${show(otherMs)}`;
  switch (cause) {
    case 'predicted':
      return `${path}: the least expected latency, its queue counted (${show(expectedMs)}${against})`;
    case 'tried':
      return `${path}: tried, because it may have become better (${show(expectedMs)}${against})`;
    case 'unknown':
      return `${path}: nothing is known of it yet`;
    case 'only':
      return `${path}: the only candidate`;
    default:
      return `${path}: the first one (learning is switched off)`;
  }
}

function show(ms: number | undefined): string {
  return ms === undefined ? 'unknown' : `${ms.toPrecision(3)} ms`;
}

function finite(ms: number | undefined): number | undefined {
  return ms !== undefined && Number.isFinite(ms) ? ms : undefined;
}

/** A power of two. */
const SIZE = 256;
