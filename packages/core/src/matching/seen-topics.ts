import { ValidationError, showValue, type TopicCatalog } from '@tradewind/core-types';
import { onRejection } from '../platform/on-rejection.ts';

export interface SeenTopicsOptions {
  /** How many topics are listed. */
  readonly maxTopics: number;
  /** The topics that are known when recording begins. */
  readonly knownTopics: () => Iterable<string>;
  /** Told of a listener that threw or rejected. */
  readonly onListenerError: (error: unknown, topic: string) => void;
}

/**
 * The topics that a bus has seen.
 *
 * Nothing is recorded, and nothing costs, before the catalog is first used; then it begins with the topics whose routes the bus keeps,
 * which are all that were asked for more than once lately. From then on a topic whose route is kept costs nothing more, and any other costs
 * one look-up in a set per message. Beyond its bound, topics are counted and not listed, and listeners are not called.
 */
export class SeenTopics implements TopicCatalog {
  readonly #options: SeenTopicsOptions;
  #topics: Set<string> | undefined;
  #listeners: readonly TopicListener[] = [];
  #unlisted = 0;

  constructor(options: SeenTopicsOptions) {
    this.#options = options;
  }

  /** Whether it has to be told of topics. */
  get isRecording(): boolean {
    return this.#topics !== undefined;
  }

  /** Sightings of topics that had no place in the list; one whose route is not kept counts each time. */
  unlisted(): number {
    return this.#unlisted;
  }

  get size(): number {
    return this.#topics?.size ?? 0;
  }

  topics(): Iterable<string> {
    return [...this.#record()];
  }

  /** @throws ValidationError `INVALID_OPTIONS` when the listener is no function. */
  onTopic(listener: (topic: string) => void): Disposable {
    if (typeof listener !== 'function') {
      throw new ValidationError('INVALID_OPTIONS', {
        path: 'listener',
        expected: 'a function',
        received: showValue(listener),
        hint: 'Give the function that is to be called with each new topic.',
      });
    }
    this.#record();
    const made = new TopicListener(listener, (gone) => {
      this.#listeners = this.#listeners.filter((other) => other !== gone);
    });
    this.#listeners = [...this.#listeners, made];
    return made;
  }

  /** Notes a topic that was asked for. Listeners may subscribe. */
  note(topic: string): void {
    const topics = this.#record();
    if (topics.has(topic)) return;
    if (topics.size >= this.#options.maxTopics) {
      this.#unlisted += 1;
      return;
    }
    topics.add(topic);
    for (const listener of this.#listeners) {
      if (!listener.active) continue;
      try {
        const answer: unknown = listener.listen(topic);
        if (answer !== undefined) this.#watch(answer, topic);
      } catch (error) {
        this.#options.onListenerError(error, topic);
      }
    }
  }

  /** A method of its own: the closure is made only for a listener that returned something. */
  #watch(answer: unknown, topic: string): void {
    onRejection(answer, (error) => this.#options.onListenerError(error, topic));
  }

  #record(): Set<string> {
    if (this.#topics === undefined) {
      this.#topics = new Set();
      for (const topic of this.#options.knownTopics()) {
        if (this.#topics.size < this.#options.maxTopics) this.#topics.add(topic);
      }
    }
    return this.#topics;
  }
}

class TopicListener implements Disposable {
  readonly listen: (topic: string) => void;
  active = true;
  readonly #leave: (listener: TopicListener) => void;

  constructor(listen: (topic: string) => void, leave: (listener: TopicListener) => void) {
    this.listen = listen;
    this.#leave = leave;
  }

  [Symbol.dispose](): void {
    this.active = false;
    this.#leave(this);
  }
}
