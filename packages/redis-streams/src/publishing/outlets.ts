import { PRIORITIES, isTopic, type Priority, type RejectedMessage } from '@tradewind/core-types';
import { laneName, shardOf, type Keys } from '../keys.ts';
import type { RedisStreamSettings } from '../options.ts';
import type { OpenBatch } from './open-batch.ts';
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
  readonly #onForgotten: (outlet: StreamOutlet) => void;
  readonly #onRefused: (batch: OpenBatch, rejected: readonly RejectedMessage[]) => void;
  readonly #nextEpoch: (after: number) => number;
  #epoch: number;
  #forgetAt = MAX_OUTLETS;
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
    /** An epoch later than any that was given, and later than this one. */
    readonly nextEpoch: (after: number) => number;
    readonly onMade: (outlet: StreamOutlet) => void;
    /** It had nothing to do for long. */
    readonly onForgotten: (outlet: StreamOutlet) => void;
    /** Messages that an outlet had taken can never be stored. */
    readonly onRefused: (batch: OpenBatch, rejected: readonly RejectedMessage[]) => void;
  }) {
    this.#settings = options.settings;
    this.#keys = options.keys;
    this.#epoch = options.epoch;
    this.#nextEpoch = options.nextEpoch;
    this.#onMade = options.onMade;
    this.#onForgotten = options.onForgotten;
    this.#onRefused = options.onRefused;
  }

  /** How many there are. */
  get size(): number {
    let size = 0;
    for (const outlets of this.#byName) size += outlets.size;
    return size;
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
    if (this.size >= this.#forgetAt) this.#forgetIdle();
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
      onRefused: this.#onRefused,
    });
    this.#byName[priority]?.set(name, outlet);
    this.#onMade(outlet);
    return outlet;
  }

  /**
   * With a stream for each topic there may be more of them in the life of a process than it should remember: those that stored nothing for longest
   * are forgotten, a quarter at once, so that looking for them stays rare. One that returns begins with a new epoch, as a new life of the producer.
   */
  #forgetIdle(): void {
    const idle = this.all().filter(({ isIdle }) => isIdle);
    const oldest = idle.toSorted((a, b) => a.confirmedAtMs - b.confirmedAtMs).slice(0, MAX_OUTLETS / 4);
    const forgotten = new Set(oldest);
    for (const outlets of this.#byName)
      for (const [name, outlet] of outlets) if (forgotten.has(outlet)) outlets.delete(name);
    for (const outlet of oldest) this.#onForgotten(outlet);
    if (oldest.length > 0) this.#epoch = this.#nextEpoch(this.#epoch);
    // While all have something to do nothing can be forgotten, and it is no use to look at each new one.
    this.#forgetAt = Math.max(MAX_OUTLETS, this.size + MAX_OUTLETS / 4);
  }
}

const MAX_KNOWN = 65_536;
/** Of streams; without `streamPerTopic` there are 1,024 at most. */
const MAX_OUTLETS = 4_096;
const SHARD_NAMES: readonly string[] = Array.from({ length: 256 }, (_, shard) => String(shard));
