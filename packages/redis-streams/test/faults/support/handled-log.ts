import { closeSync, existsSync, openSync, readSync } from 'node:fs';

/** A message that came to a handler. */
export interface Handling {
  readonly n: number;
  readonly deliveryCount: number;
  /** By the monotonic clock of the machine, in microseconds. */
  readonly atUs: number;
}

const READ_BYTES = 1 << 18;

/** What a handler has done, in its order: survives its process. Read piece by piece, since tests look at it while it grows. */
export class HandledLog {
  readonly file: string;
  readonly #handled: Handling[] = [];
  readonly #failed: Handling[] = [];
  readonly #distinct: Set<number> = new Set();
  #offset = 0;
  #rest = '';

  constructor(file: string) {
    this.file = file;
  }

  /** Messages whose handler was done with them. */
  get handled(): readonly Handling[] {
    this.#read();
    return this.#handled;
  }

  /** Messages whose handler threw. */
  get failed(): readonly Handling[] {
    this.#read();
    return this.#failed;
  }

  get numbers(): readonly number[] {
    return this.handled.map(({ n }) => n);
  }

  get distinct(): ReadonlySet<number> {
    this.#read();
    return this.#distinct;
  }

  #read(): void {
    if (!existsSync(this.file)) return;
    const file = openSync(this.file, 'r');
    const buffer = Buffer.alloc(READ_BYTES);
    try {
      for (;;) {
        const bytes = readSync(file, buffer, 0, buffer.length, this.#offset);
        if (bytes === 0) return;
        this.#offset += bytes;
        const lines = (this.#rest + buffer.toString('latin1', 0, bytes)).split('\n');
        this.#rest = lines.pop() ?? '';
        for (const line of lines) this.#take(line);
      }
    } finally {
      closeSync(file);
    }
  }

  #take(line: string): void {
    const [, n = -1, deliveryCount = 0, atUs = 0] = line.split(' ').map(Number);
    const handling = { n, deliveryCount, atUs };
    if (line.startsWith('F')) {
      this.#failed.push(handling);
      return;
    }
    this.#handled.push(handling);
    this.#distinct.add(n);
  }
}

/** What several handlers have done together. */
export class HandledLogs {
  readonly #logs: readonly HandledLog[];

  constructor(logs: readonly HandledLog[]) {
    this.#logs = logs;
  }

  /** In the order in which things happened, whoever did them. */
  get numbers(): readonly number[] {
    return this.#logs
      .flatMap((log) => log.handled)
      .toSorted((a, b) => a.atUs - b.atUs)
      .map(({ n }) => n);
  }

  get distinct(): ReadonlySet<number> {
    const [first, ...others] = this.#logs;
    if (first !== undefined && others.length === 0) return first.distinct;
    return new Set(this.#logs.flatMap((log) => [...log.distinct]));
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
