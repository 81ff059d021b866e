import { PRIORITIES, isTopic, type Priority } from '@tradewind/core-types';
import { laneName, shardOf, type Keys } from '../keys.ts';
import type { RedisStreamSettings } from '../options.ts';
import { StreamOutlet } from './stream-outlet.ts';

/**
 * Finds the outlet of a message, and makes it when it is the first of its stream.
 *
 * Workload: once for each message, nearly always on a topic that was seen before and without a key of its own: one look-up in a map.
 */
export class Outlets {
  readonly #settings: RedisStreamSettings;
  readonly #keys: Keys;
  readonly #onMade: (outlet: StreamOutlet) => void;
  readonly #epoch: number;
  readonly #byName: readonly Map<string, StreamOutlet>[] = PRIORITIES.map(() => new Map<string, StreamOutlet>());
  /** By lane, the outlets of topics whose messages have no key of their own. */
  readonly #byTopic: readonly Map<string, StreamOutlet>[] = PRIORITIES.map(() => new Map<string, StreamOutlet>());
  /** Topics that were found to be some. */
  readonly #topics = new Set<string>();
  /** The shards of keys seen lately. */
  readonly #shards = new Map<string, number>();

  constructor(options: {
    readonly settings: RedisStreamSettings;
    readonly keys: Keys;
    readonly epoch: number;
    readonly onMade: (outlet: StreamOutlet) => void;
  }) {
    this.#settings = options.settings;
    this.#keys = options.keys;
    this.#epoch = options.epoch;
    this.#onMade = options.onMade;
  }

  /** All, CRITICAL first. */
  all(): readonly StreamOutlet[] {
    return this.#byName.flatMap((outlets) => [...outlets.values()]);
  }

  /** Undefined: messages may not have this topic. `key`: undefined where the topic is the key. */
  of(topic: string, key: string | undefined, priority: Priority): StreamOutlet | undefined {
    // With a stream for each topic the outlets themselves stand under their topics, and may be forgotten.
    if (key !== undefined || this.#settings.streamPerTopic)
      return this.#admits(topic) ? this.#outletOf(topic, key ?? topic, priority) : undefined;
    const outlets = this.#byTopic[priority] as Map<string, StreamOutlet>;
    const known = outlets.get(topic);
    if (known !== undefined) return known;
    if (!this.#admits(topic)) return undefined;
    const outlet = this.#outletOf(topic, topic, priority);
    if (outlets.size >= MAX_KNOWN) outlets.clear();
    outlets.set(topic, outlet);
    return outlet;
  }

  #admits(topic: string): boolean {
    if (this.#topics.has(topic)) return true;
    if (!isTopic(topic) || !topic.isWellFormed()) return false;
    if (this.#topics.size >= MAX_KNOWN) this.#topics.clear();
    this.#topics.add(topic);
    return true;
  }

  #outletOf(topic: string, key: string, priority: Priority): StreamOutlet {
    const shard = this.#shardOf(key);
    const { streamPerTopic } = this.#settings;
    const outlets = this.#byName[priority] as Map<string, StreamOutlet>;
    const name = streamPerTopic ? `${shard}:${topic}` : (SHARD_NAMES[shard] as string);
    return outlets.get(name) ?? this.#make(name, shard, priority, streamPerTopic ? topic : undefined);
  }

  #shardOf(key: string): number {
    const known = this.#shards.get(key);
    if (known !== undefined) return known;
    // Beyond this many keys it begins anew rather than grow with every order that was ever sent.
    if (this.#shards.size >= MAX_KNOWN) this.#shards.clear();
    const shard = shardOf(key, this.#settings.shards);
    this.#shards.set(key, shard);
    return shard;
  }

  #make(name: string, shard: number, priority: Priority, topic: string | undefined): StreamOutlet {
    const stream = this.#keys.stream(shard, priority, topic);
    const outlet = new StreamOutlet({
      stream,
      shard,
      producerKey: this.#keys.producer(stream, this.#settings.producerId),
      priority,
      topics:
        topic === undefined ? undefined : { key: this.#keys.topics(shard), member: `${laneName(priority)}:${topic}` },
      epoch: this.#epoch,
      settings: this.#settings,
    });
    this.#byName[priority]?.set(name, outlet);
    this.#onMade(outlet);
    return outlet;
  }
}

const MAX_KNOWN = 65_536;
const SHARD_NAMES: readonly string[] = Array.from({ length: 256 }, (_, shard) => String(shard));
