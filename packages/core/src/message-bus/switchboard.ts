import type { TopicHandle } from '@tradewind/core-types';
import { templatePieces } from './switchboard-template.ts';

/** The topics of one template by the names in its holes. `Names` is one string per hole. */
export interface Switchboard<P = unknown, Names extends readonly string[] = readonly string[]> {
  readonly template: string;
  /**
   * Publishes on the topic that the names make, without building its text: one look-up per name.
   *
   * @throws ValidationError `INVALID_TOPIC` when the names make no topic, as an empty one does.
   */
  publish(...args: [...names: Names, payload: P]): boolean;
  /** The handle of the topic that the names make: for the one instrument that a component works on. */
  handle(...names: Names): TopicHandle<P>;
  /** How many topics it holds a handle of. Beyond its bound further ones are published all the same, by a text built for each message. */
  readonly size: number;
}

/** What a switchboard needs of its bus. */
export interface SwitchboardBus {
  topic(topic: string): TopicHandle;
  publish(topic: string, payload: unknown): boolean;
}

/** Handles by name, or by the next name. */
type Level = Map<string, Level | TopicHandle>;

/**
 * A {@link Switchboard} for one to three names: handles in maps by name, one level per hole.
 *
 * Workload: a feed handler knows venue and symbol as two strings that it uses all day, and publishes hundreds of thousands of messages a
 * second. Building the topic's text and hashing it costs several times what delivering does; look-ups by strings that carry their hash do not.
 */
export class HandleSwitchboard {
  readonly template: string;
  readonly #pieces: readonly string[];
  readonly #holes: number;
  readonly #bus: SwitchboardBus;
  readonly #maxTopics: number;
  readonly #root: Level = new Map();
  #size = 0;

  /** @throws ValidationError `INVALID_TOPIC` */
  constructor(template: string, bus: SwitchboardBus, maxTopics: number) {
    this.#pieces = templatePieces(template);
    this.#holes = this.#pieces.length - 1;
    this.template = template;
    this.#bus = bus;
    this.#maxTopics = maxTopics;
  }

  get size(): number {
    return this.#size;
  }

  /** The payload stands behind as many names as the template has holes: with two, it is the third argument. */
  publish(first: string, second?: unknown, third?: unknown, fourth?: unknown): boolean {
    if (this.#holes === 2) {
      const level = this.#root.get(first) as Level | undefined;
      const handle = level?.get(second as string) as TopicHandle | undefined;
      return handle === undefined ? this.#publishNew([first, second as string], third) : handle.publish(third);
    }
    if (this.#holes === 1) {
      const handle = this.#root.get(first) as TopicHandle | undefined;
      return handle === undefined ? this.#publishNew([first], second) : handle.publish(second);
    }
    const level = (this.#root.get(first) as Level | undefined)?.get(second as string) as Level | undefined;
    const handle = level?.get(third as string) as TopicHandle | undefined;
    return handle === undefined
      ? this.#publishNew([first, second as string, third as string], fourth)
      : handle.publish(fourth);
  }

  handle(...names: readonly string[]): TopicHandle {
    return this.#find(names) ?? this.#add(names);
  }

  #publishNew(names: readonly string[], payload: unknown): boolean {
    if (this.#size < this.#maxTopics) return this.#add(names).publish(payload);
    return this.#bus.publish(this.#topicOf(names), payload);
  }

  #find(names: readonly string[]): TopicHandle | undefined {
    let found: Level | TopicHandle | undefined = this.#root;
    for (const name of names) found = (found as Level | undefined)?.get(name);
    return found as TopicHandle | undefined;
  }

  #add(names: readonly string[]): TopicHandle {
    const handle = this.#bus.topic(this.#topicOf(names));
    if (this.#size >= this.#maxTopics) return handle;
    let level = this.#root;
    for (const name of names.slice(0, -1)) {
      let next = level.get(name) as Level | undefined;
      if (next === undefined) {
        next = new Map();
        level.set(name, next);
      }
      level = next;
    }
    level.set(names.at(-1) as string, handle);
    this.#size += 1;
    return handle;
  }

  #topicOf(names: readonly string[]): string {
    return this.#pieces.map((piece, hole) => piece + (names[hole] ?? '')).join('');
  }
}
