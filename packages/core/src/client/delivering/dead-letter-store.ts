import {
  errorCode,
  parsePattern,
  patternMatches,
  type DeadLetter,
  type DeadLetterQuery,
  type DeadLetterStore,
  type RetryResult,
} from '@tradewind/core-types';

/** Publishes a dead letter again, as a new message; false when its lane is full. */
export type Republish = (letter: DeadLetter) => boolean;

/**
 * The dead letters of this process, in memory and bounded: one too many pushes the oldest out, which is counted.
 *
 * What must outlive the process is to be subscribed to on the dead-letter topic and written to where it lasts.
 */
export class MemoryDeadLetters implements DeadLetterStore {
  readonly #letters = new Map<string, DeadLetter>();
  readonly #capacity: number;
  readonly #republish: Republish;
  #evicted = 0;

  constructor(capacity: number, republish: Republish) {
    this.#capacity = capacity;
    this.#republish = republish;
  }

  get size(): number {
    return this.#letters.size;
  }

  /** How many were pushed out by newer ones. */
  get evicted(): number {
    return this.#evicted;
  }

  add(letter: DeadLetter): void {
    if (this.#letters.size >= this.#capacity) {
      const [oldest] = this.#letters.keys();
      if (oldest !== undefined) this.#letters.delete(oldest);
      this.#evicted += 1;
    }
    this.#letters.set(letter.id, letter);
  }

  /**
   * Oldest first; letters that are added or removed meanwhile may be missed.
   *
   * @throws ValidationError `INVALID_PATTERN`
   */
  async *list(query: DeadLetterQuery = {}): AsyncGenerator<DeadLetter> {
    const pattern = query.pattern === undefined ? undefined : parsePattern(query.pattern);
    const ids = query.ids === undefined ? undefined : new Set(query.ids);
    let left = query.limit ?? DEFAULT_LIMIT;
    let behind = query.after === undefined;
    for (const letter of [...this.#letters.values()]) {
      if (left <= 0) return;
      if (!behind) {
        behind = letter.id === query.after;
        continue;
      }
      if (pattern !== undefined && !patternMatches(pattern, letter.topic)) continue;
      if (ids?.has(letter.id) === false) continue;
      left -= 1;
      yield letter;
    }
  }

  retry(ids: readonly string[]): Promise<RetryResult> {
    const retried: string[] = [];
    const unknown: string[] = [];
    const failed: { id: string; reason: string }[] = [];
    for (const id of ids) {
      const letter = this.#letters.get(id);
      if (letter === undefined) {
        unknown.push(id);
        continue;
      }
      const reason = this.#tryAgain(letter);
      if (reason === undefined) {
        this.#letters.delete(id);
        retried.push(id);
      } else {
        failed.push({ id, reason });
      }
    }
    return Promise.resolve({ retried, unknown, failed });
  }

  purge(ids: readonly string[]): Promise<number> {
    return Promise.resolve(ids.filter((id) => this.#letters.delete(id)).length);
  }

  #tryAgain(letter: DeadLetter): string | undefined {
    try {
      return this.#republish(letter) ? undefined : 'LANE_FULL';
    } catch (error) {
      return errorCode(error) ?? String(error);
    }
  }
}

const DEFAULT_LIMIT = 100;
