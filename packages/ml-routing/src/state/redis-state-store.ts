import { StateError } from './state-error.ts';
import type { StateStore, StoredText } from './state-store.ts';

/** As much of a Redis client as is needed: ioredis and node-redis fit as they are. */
export interface RedisStrings {
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<unknown>;
}

/**
 * A state in Redis: under a key, and the one before it under `KEY:previous`; what was set aside under `KEY:corrupt-1`, `-2`, …
 *
 * A `SET` is atomic: whoever reads finds a whole state, and of several writers the last one wins. How durable it is, is up to the server.
 */
export class RedisStateStore implements StateStore {
  readonly name: string;
  readonly #client: RedisStrings;
  readonly #key: string;

  /** @param client - Stays the caller's, who closes it. */
  constructor(client: RedisStrings, key: string) {
    this.#client = client;
    this.#key = key;
    this.name = `redis ${key}`;
  }

  async load(): Promise<readonly StoredText[]> {
    const found: StoredText[] = [];
    for (const place of [this.#key, this.#previous]) {
      const text = await this.#try('GET', place, () => this.#client.get(place));
      // An empty text is what `setAside` leaves, having no way to delete.
      if (text !== null && text !== '') found.push({ place, text });
    }
    return found;
  }

  async save(text: string): Promise<void> {
    const before = await this.#try('GET', this.#key, () => this.#client.get(this.#key));
    if (before !== null && before !== '') await this.#put(this.#previous, before);
    await this.#put(this.#key, text);
  }

  async setAside({ place, text }: StoredText): Promise<string> {
    const aside = await this.#freeFor(text);
    await this.#put(aside, text);
    const now = await this.#try('GET', place, () => this.#client.get(place));
    if (now === text) await this.#put(place, '');
    return aside;
  }

  get #previous(): string {
    return `${this.#key}:previous`;
  }

  /** A key that holds nothing, or this text already: what was set aside before stays. */
  async #freeFor(text: string): Promise<string> {
    for (let number = 1; number <= MOST_ASIDE; number += 1) {
      const aside = `${this.#key}:corrupt-${number}`;
      const before = await this.#try('GET', aside, () => this.#client.get(aside));
      if (before === null || before === '' || before === text) return aside;
    }
    const message = `Expected room for another state beside ${this.#key}, received ${MOST_ASIDE} that were set aside. Look at them and delete some.`;
    throw new StateError('STATE_STORE_FAILED', message);
  }

  async #put(key: string, text: string): Promise<void> {
    await this.#try('SET', key, () => this.#client.set(key, text));
  }

  async #try<T>(command: string, key: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (cause) {
      const message = `Expected ${command} ${key} to be answered, received ${String(cause)}. Check the server; learning goes on without being saved.`;
      throw new StateError('STATE_STORE_FAILED', message, cause);
    }
  }
}

const MOST_ASIDE = 99;
