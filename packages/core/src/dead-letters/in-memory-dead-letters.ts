import {
  ValidationError,
  parsePattern,
  patternMatches,
  showValue,
  type DeadLetter,
  type DeadLetterQuery,
  type DeadLetterStore,
  type RetryResult,
} from '@tradewind/core-types';
import { queryLimit } from '../platform/query-limit.ts';
import { causeOf } from './letter-cause.ts';

/** How many letters are kept, and how one is published again. */
export interface InMemoryDeadLettersOptions {
  /** The most it holds, at least 1. */
  readonly maxLetters: number;
  /** Publishes a letter again, as a new message; throws when it was not accepted. */
  readonly republish: (letter: DeadLetter) => void;
}

/**
 * The dead letters of a client or of a broker, in memory and bounded, oldest first.
 *
 * A letter's id counts the letters of this store: so paging goes on where it was although the letter itself is gone.
 */
export class InMemoryDeadLetters implements DeadLetterStore {
  readonly #options: InMemoryDeadLettersOptions;
  readonly #letters = new Map<string, DeadLetter>();
  #added = 0;
  #evicted = 0;

  constructor(options: InMemoryDeadLettersOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#letters.size;
  }

  /** Whether the next letter pushes the oldest one out. */
  get isFull(): boolean {
    return this.#letters.size >= this.#options.maxLetters;
  }

  /** How many were pushed out by newer ones. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Keeps a letter under a new id. One too many pushes the oldest out: who must not lose one asks {@link isFull} before. */
  add(letter: Omit<DeadLetter, 'id'>): DeadLetter {
    if (this.isFull) this.#evictOldest();
    this.#added += 1;
    const added: DeadLetter = { ...letter, id: `${this.#added}` };
    this.#letters.set(added.id, added);
    return added;
  }

  /**
   * Letters that are added while the reader takes its time may be missing.
   *
   * @throws ValidationError `INVALID_PATTERN`, `INVALID_OPTIONS`, when the iteration starts.
   */
  async *list(query: DeadLetterQuery = {}): AsyncGenerator<DeadLetter> {
    const pattern = query.pattern === undefined ? undefined : parsePattern(query.pattern);
    const ids = query.ids === undefined ? undefined : new Set(query.ids);
    const limit = queryLimit(query.limit, 'oldest');
    const after = parseAfter(query.after);
    let listed = 0;
    // A copy, because letters come and go meanwhile.
    for (const letter of Array.from(this.#letters.values())) {
      if (listed === limit) return;
      if (Number(letter.id) <= after || (ids !== undefined && !ids.has(letter.id))) continue;
      if (pattern !== undefined && !patternMatches(pattern, letter.topic)) continue;
      listed += 1;
      yield letter;
    }
  }

  /** One after the other, within the call: the letters of one key keep their order, and none goes twice. */
  retry(ids: readonly string[]): Promise<RetryResult> {
    const retried: string[] = [];
    const unknown: string[] = [];
    const failed: { id: string; reason: string }[] = [];
    for (const id of ids) {
      const letter = this.#letters.get(id);
      const reason = letter === undefined ? undefined : this.#tryAgain(letter);
      if (letter === undefined) unknown.push(id);
      else if (reason === undefined) retried.push(id);
      else failed.push({ id, reason });
    }
    return Promise.resolve({ retried, unknown, failed });
  }

  purge(ids: readonly string[]): Promise<number> {
    return Promise.resolve(ids.filter((id) => this.#letters.delete(id)).length);
  }

  /** Why it stays; undefined when it was accepted and is gone. */
  #tryAgain(letter: DeadLetter): string | undefined {
    try {
      this.#options.republish(letter);
    } catch (error) {
      const { code, message } = causeOf(error);
      return code === undefined ? message : `${code}: ${message}`;
    }
    this.#letters.delete(letter.id);
    return undefined;
  }

  #evictOldest(): void {
    const [oldest] = this.#letters.keys();
    if (oldest !== undefined) this.#letters.delete(oldest);
    this.#evicted += 1;
  }
}

/** The place in the store behind which a page begins. */
function parseAfter(after: string | undefined): number {
  if (after === undefined) return 0;
  const place = typeof after === 'string' && after !== '' ? Number(after) : Number.NaN;
  if (Number.isSafeInteger(place) && place >= 0) return place;
  throw new ValidationError('INVALID_OPTIONS', {
    path: 'after',
    expected: 'the id of a letter of this store',
    received: showValue(after),
    hint: 'Give the id of the last letter of the page before, or leave it out to begin with the oldest.',
  });
}
