import {
  ValidationError,
  errorCode,
  parsePattern,
  patternMatches,
  showValue,
  type DeadLetter,
  type DeadLetterQuery,
  type DeadLetterStore,
  type RetryResult,
} from '@tradewind/core-types';

/** How many letters are kept, and how one is published again. */
export interface InMemoryDeadLettersOptions {
  /** The most it holds; {@link InMemoryDeadLetters.add} refuses one more. */
  readonly maxLetters: number;
  /** Publishes a letter again, as a new message; throws or rejects when it was not accepted. */
  readonly republish: (letter: DeadLetter) => void | Promise<void>;
}

/** A dead-letter store in the memory of the process, oldest first. It never throws a letter away by itself. */
export class InMemoryDeadLetters implements DeadLetterStore {
  readonly #options: InMemoryDeadLettersOptions;
  readonly #letters = new Map<string, DeadLetter>();
  #added = 0;

  constructor(options: InMemoryDeadLettersOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#letters.size;
  }

  /** Keeps a letter under a new id. False: it is full, and the letter is not kept. */
  add(letter: Omit<DeadLetter, 'id'>): boolean {
    if (this.#letters.size >= this.#options.maxLetters) return false;
    this.#added += 1;
    const id = `${this.#added}`;
    this.#letters.set(id, { ...letter, id });
    return true;
  }

  /** @throws ValidationError `INVALID_PATTERN`, `INVALID_OPTIONS`, when the iteration starts. */
  async *list(query: DeadLetterQuery = {}): AsyncGenerator<DeadLetter> {
    const pattern = query.pattern === undefined ? undefined : parsePattern(query.pattern);
    const ids = query.ids === undefined ? undefined : new Set(query.ids);
    const limit = parseLimit(query.limit);
    // Ids are numbers in the order of the store, so that paging goes on where it was although the letter itself is gone.
    const after = query.after === undefined ? 0 : Number(query.after);
    let listed = 0;
    // A copy, because the reader may take its time, and letters come and go meanwhile.
    for (const letter of Array.from(this.#letters.values())) {
      if (listed === limit) return;
      if (Number(letter.id) <= after || (ids !== undefined && !ids.has(letter.id))) continue;
      if (pattern !== undefined && !patternMatches(pattern, letter.topic)) continue;
      listed += 1;
      yield letter;
    }
  }

  async retry(ids: readonly string[]): Promise<RetryResult> {
    const retried: string[] = [];
    const unknown: string[] = [];
    const failed: { id: string; reason: string }[] = [];
    for (const id of ids) {
      const letter = this.#letters.get(id);
      if (letter === undefined) {
        unknown.push(id);
        continue;
      }
      try {
        // One after the other: the letters of one key keep their order.
        await this.#options.republish(letter);
        this.#letters.delete(id);
        retried.push(id);
      } catch (error) {
        failed.push({ id, reason: causeOf(error).message });
      }
    }
    return { retried, unknown, failed };
  }

  async purge(ids: readonly string[]): Promise<number> {
    let purged = 0;
    for (const id of ids) if (this.#letters.delete(id)) purged += 1;
    return purged;
  }
}

/** An error as a dead letter carries it: text, because an `Error` does not cross processes. */
export function causeOf(error: unknown): DeadLetter['cause'] {
  if (error instanceof Error) return { message: error.message, code: errorCode(error), stack: error.stack };
  return { message: typeof error === 'string' ? error : showValue(error), code: errorCode(error) };
}

function parseLimit(limit: number | undefined): number {
  if (limit === undefined) return DEFAULT_LIMIT;
  if (Number.isSafeInteger(limit) && limit >= 0) return limit;
  throw new ValidationError('INVALID_OPTIONS', {
    path: 'limit',
    expected: 'a whole number of at least 0',
    received: showValue(limit),
    hint: `Leave it out for the oldest ${DEFAULT_LIMIT}.`,
  });
}

const DEFAULT_LIMIT = 100;
