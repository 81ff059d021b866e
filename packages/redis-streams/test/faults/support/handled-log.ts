import { existsSync, readFileSync } from 'node:fs';

/** A message that came to a handler. */
export interface Handling {
  readonly n: number;
  readonly deliveryCount: number;
  /** By the monotonic clock of the machine, in microseconds. */
  readonly atUs: number;
}

/** What a handler has done, in its order: survives its process. */
export class HandledLog {
  readonly file: string;
  readonly #entries: (() => readonly Handling[]) | undefined;

  constructor(file: string, entries?: () => readonly Handling[]) {
    this.file = file;
    this.#entries = entries;
  }

  /** Several logs as one, in the order in which things happened. */
  static merged(logs: readonly HandledLog[]): HandledLog {
    return new HandledLog('', () => logs.flatMap((log) => log.handled).toSorted((a, b) => a.atUs - b.atUs));
  }

  /** Messages whose handler was done with them. */
  get handled(): readonly Handling[] {
    return this.#entries?.() ?? this.#lines('H');
  }

  /** Messages whose handler threw. */
  get failed(): readonly Handling[] {
    return this.#lines('F');
  }

  get numbers(): readonly number[] {
    return this.handled.map(({ n }) => n);
  }

  get distinct(): ReadonlySet<number> {
    return new Set(this.numbers);
  }

  #lines(kind: 'H' | 'F'): readonly Handling[] {
    if (!existsSync(this.file)) return [];
    return readFileSync(this.file, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith(`${kind} `))
      .map((line) => {
        const [, n, deliveryCount, atUs] = line.split(' ').map(Number);
        return { n: n ?? -1, deliveryCount: deliveryCount ?? 0, atUs: atUs ?? 0 };
      });
  }
}

/** The numbers from 0 that are missing. */
export function missingOf(numbers: ReadonlySet<number>, count: number): readonly number[] {
  return Array.from({ length: count }, (_, n) => n).filter((n) => !numbers.has(n));
}

/** Numbers that come more than once. */
export function repeatedOf(numbers: readonly number[]): readonly number[] {
  const seen = new Set<number>();
  return numbers.filter((n) => seen.size === seen.add(n).size);
}

/** The first occurrences that come behind a later number of their key. */
export function outOfOrderOf(numbers: readonly number[], keys: number): readonly number[] {
  const last = new Map<number, number>();
  const seen = new Set<number>();
  return numbers.filter((n) => {
    if (seen.has(n)) return false;
    seen.add(n);
    const previous = last.get(n % keys) ?? -1;
    last.set(n % keys, Math.max(previous, n));
    return n < previous;
  });
}
