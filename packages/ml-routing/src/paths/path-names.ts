import { ValidationError, type PathId } from '@tradewind/core-types';

/** The rows of paths by name, and which of them fail. */
export class PathNames {
  readonly #rows = new Map<PathId, number>();
  readonly #names: PathId[] = [];
  readonly #bound: number;
  /** Failures in a row, and the decision until which the path rests. */
  readonly #failures: Float64Array;
  readonly #restsUntil: Float64Array;
  /** {@link SILENT} or {@link LATE} where that is the last that was heard of a path, otherwise 0. */
  readonly #lost: Uint8Array;
  /** The candidates of the last call and their rows: they are mostly the same again. */
  readonly #lastNames: PathId[] = [];
  readonly #lastRows: Int32Array;

  constructor(bound: number) {
    this.#bound = bound;
    this.#failures = new Float64Array(bound);
    this.#restsUntil = new Float64Array(bound);
    this.#lost = new Uint8Array(bound);
    this.#lastRows = new Int32Array(bound);
  }

  /** -1 for an unknown one. */
  row(path: PathId): number {
    return this.#rows.get(path) ?? -1;
  }

  name(row: number): PathId {
    return this.#names[row] ?? '';
  }

  all(): readonly PathId[] {
    return this.#names;
  }

  /** The rows of these paths, new ones included. Reused: read it before the next call. @throws ValidationError `INVALID_OPTIONS` when there are more names than rows. */
  rows(paths: readonly PathId[]): Int32Array {
    if (paths.length > this.#bound) throw tooMany(this.#bound, paths[this.#bound] ?? '');
    for (let i = 0; i < paths.length; i += 1) {
      const path = paths[i] as PathId;
      if (this.#lastNames[i] === path) continue;
      const row = this.#rows.get(path) ?? this.add(path);
      this.#lastNames[i] = path;
      this.#lastRows[i] = row;
    }
    return this.#lastRows;
  }

  add(path: PathId): number {
    const row = this.#names.length;
    if (row >= this.#bound) throw tooMany(this.#bound, path);
    this.#names.push(path);
    this.#rows.set(path, row);
    return row;
  }

  clear(): void {
    this.#rows.clear();
    this.#names.length = 0;
    this.#lastNames.length = 0;
    this.#failures.fill(0);
    this.#restsUntil.fill(0);
    this.#lost.fill(0);
  }

  worked(row: number): void {
    this.#failures[row] = 0;
    this.#restsUntil[row] = 0;
    this.#lost[row] = 0;
  }

  /** It rests for 32 decisions, and twice as many each further time in a row, up to 16,384. What fails while it rests was sent before that, and says nothing new. */
  failed(row: number, decision: number): void {
    if (this.isResting(row, decision)) return;
    const failures = Math.min(MOST_DOUBLINGS, (this.#failures[row] as number) + 1);
    this.#failures[row] = failures;
    this.#restsUntil[row] = decision + SHORTEST_REST * 2 ** (failures - 1);
  }

  /** What was sent there was given up, and nothing has arrived since. */
  fellSilent(row: number, decision: number): void {
    this.failed(row, decision);
    this.#lost[row] = SILENT;
  }

  /** Something arrived, far too late. After silence that is a sign of life: what was held against the path before is over. A path on which everything is late is left for ever longer. */
  arrivedLate(row: number, decision: number): void {
    if (this.#lost[row] === SILENT) this.worked(row);
    this.failed(row, decision);
    this.#lost[row] = LATE;
  }

  /** Whether it has stood still, and nothing has arrived in time since. */
  hasStoodStill(row: number): boolean {
    return this.#lost[row] !== 0;
  }

  /** Whether it has failed, and nothing has arrived since. */
  isFailing(row: number): boolean {
    return this.#failures[row] !== 0;
  }

  isResting(row: number, decision: number): boolean {
    return decision < (this.#restsUntil[row] as number);
  }

  /** Whether others go before it: one that fails rests, and is then tried by one message at a time until one arrives. */
  isAvoided(row: number, decision: number, underWay: number): boolean {
    return this.#failures[row] !== 0 && (underWay !== 0 || this.isResting(row, decision));
  }

  /** Failures in a row and the end of the rest, by row, for a snapshot. */
  figures(): { readonly failures: Float64Array; readonly restsUntil: Float64Array } {
    return { failures: this.#failures, restsUntil: this.#restsUntil };
  }
}

function tooMany(bound: number, path: PathId): ValidationError {
  return new ValidationError('INVALID_OPTIONS', {
    path: 'paths',
    expected: `at most ${bound} different paths`,
    received: `"${path}" as one more`,
    hint: 'Raise maxPaths, or make one router for each set of paths.',
  });
}

const SILENT = 1;
const LATE = 2;
const SHORTEST_REST = 32;
const MOST_DOUBLINGS = 10;
