import type { Clock } from '@tradewind/core-types';
import { StateError } from './state-error.ts';
import type { StateStore, StoredText } from './state-store.ts';

/**
 * A store of which every answer is awaited for so long and no longer: a server that takes connections and says nothing must hang neither a start nor an end.
 *
 * What was asked for cannot be taken back. So while a writing is unanswered no other is begun: the older one might overtake it. Once it is answered, late as it is, the store is
 * written to again. A reading that comes late harms nobody and is forgotten.
 */
export class BoundedStore implements StateStore {
  readonly name: string;
  readonly #store: StateStore;
  readonly #clock: Pick<Clock, 'setTimer' | 'clearTimer'>;
  readonly #withinMs: number;
  #isWriting = false;

  constructor(store: StateStore, clock: Pick<Clock, 'setTimer' | 'clearTimer'>, withinMs: number) {
    this.name = store.name;
    this.#store = store;
    this.#clock = clock;
    this.#withinMs = withinMs;
  }

  load(): Promise<readonly StoredText[]> {
    return this.#answer('a reading', () => this.#store.load());
  }

  save(text: string): Promise<void> {
    return this.#write(() => this.#store.save(text));
  }

  setAside(stored: StoredText): Promise<string> {
    return this.#write(() => this.#store.setAside(stored));
  }

  async #write<T>(run: () => Promise<T>): Promise<T> {
    if (this.#isWriting) throw this.#silent('an earlier writing');
    this.#isWriting = true;
    return this.#answer('a writing', async () => {
      try {
        return await run();
      } finally {
        this.#isWriting = false;
      }
    });
  }

  /** The timer is not of the background: where nothing else is left to do, a process waits for the end of its last saving. */
  async #answer<T>(what: string, run: () => Promise<T>): Promise<T> {
    const silence = Promise.withResolvers<never>();
    const timer = this.#clock.setTimer(() => silence.reject(this.#silent(what)), this.#withinMs);
    try {
      return await Promise.race([run(), silence.promise]);
    } finally {
      this.#clock.clearTimer(timer);
    }
  }

  #silent(what: string): StateError {
    const message = `Expected ${what} of ${this.name} to be answered within ${this.#withinMs} ms, received nothing. Check the server or the disk; learning goes on without being saved.`;
    return new StateError('STATE_STORE_FAILED', message);
  }
}
