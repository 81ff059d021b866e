import { PRIORITIES, isTopic, type Priority } from '@tradewind/core-types';
import { laneName, shardOf, type Keys } from '../keys.ts';
import type { RedisStreamSettings } from '../options.ts';
import { StreamOutlet } from './stream-outlet.ts';

/**
 * Finds the outlet of a message, and makes it when it is the first of its stream.
 *
 * Workload: once for each message, nearly always with a topic and a key that were seen before: two look-ups in maps.
 */
export class Outlets {
  readonly #settings: RedisStreamSettings;
  readonly #keys: Keys;
  readonly #onMade: (outlet: StreamOutlet) => void;
  readonly #epoch: number;
  readonly #byName: readonly Map<string, StreamOutlet>[] = PRIORITIES.map(() => new Map<string, StreamOutlet>());
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

  /** Whether messages may have this topic. */
  admits(topic: string): boolean {
    if (this.#topics.has(topic)) return true;
    if (!isTopic(topic) || !topic.isWellFormed()) return false;
    if (this.#topics.size >= MAX_KNOWN) this.#topics.clear();
    this.#topics.add(topic);
    return true;
  }

  of(topic: string, key: string, priority: Priority): StreamOutlet {
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
