import { PRIORITIES, PRIORITY_NAMES, type Priority } from '@tradewind/core-types';

/**
 * The names of all keys of a transport. Those of one shard share a hash tag, so that Redis Cluster keeps them in one slot.
 *
 * | key | what |
 * |---|---|
 * | `{base:0}:normal` | the stream of a shard and a lane |
 * | `{base:0}:normal:data.trades.X.Y` | with `streamPerTopic`: the stream of a topic |
 * | `{base:0}:topics` | with `streamPerTopic`: the set of `lane:topic` of the shard |
 * | `{base:0}:normal:producer:ID` | what a producer stored last in the stream |
 * | `{base:0}:lease:GROUP`, `{base:0}:owner:GROUP` | who owns a shard; who owned it last |
 * | `{base:0}:partial:GROUP` | entries that are settled in part |
 * | `{base}:members:GROUP`, `{base}:patterns:GROUP` | the consumers of a group; what they agreed on |
 * | `{base}:meta`, `{base}:dead`, `{base}:trim` | the layout; dead letters; who trims |
 */
export class Keys {
  readonly base: string;
  readonly meta: string;
  readonly dead: string;
  readonly trim: string;
  readonly #tags: readonly string[];
  readonly #streams: readonly (readonly string[])[];

  constructor(base: string, shards: number) {
    this.base = base;
    this.meta = `{${base}}:meta`;
    this.dead = `{${base}}:dead`;
    this.trim = `{${base}}:trim`;
    this.#tags = Array.from({ length: shards }, (_, shard) => `{${base}:${shard}}`);
    this.#streams = this.#tags.map((tag) => PRIORITIES.map((priority) => `${tag}:${laneName(priority)}`));
  }

  /** The stream of a shard and lane, or with `streamPerTopic` of one topic in them. */
  stream(shard: number, priority: Priority, topic?: string): string {
    const stream = this.#streams[shard]?.[priority] as string;
    return topic === undefined ? stream : `${stream}:${topic}`;
  }

  topics(shard: number): string {
    return `${this.#tag(shard)}:topics`;
  }

  /** In the slot of its stream. */
  producer(stream: string, producerId: string): string {
    return `${stream}:producer:${producerId}`;
  }

  lease(shard: number, group: string): string {
    return `${this.#tag(shard)}:lease:${group}`;
  }

  owner(shard: number, group: string): string {
    return `${this.#tag(shard)}:owner:${group}`;
  }

  partial(shard: number, group: string): string {
    return `${this.#tag(shard)}:partial:${group}`;
  }

  members(group: string): string {
    return `{${this.base}}:members:${group}`;
  }

  patterns(group: string): string {
    return `{${this.base}}:patterns:${group}`;
  }

  #tag(shard: number): string {
    return this.#tags[shard] as string;
  }
}

/** A lane as it is written in keys: `critical`, `high`, `normal`, `low`. */
export function laneName(priority: Priority): string {
  return PRIORITY_NAMES[priority].toLowerCase();
}

/**
 * The shard of an ordering key: FNV-1a, 32 bits, over the UTF-16 code units (low byte, then high byte), modulo the number of shards.
 * All producers of one base must agree, whatever their language.
 *
 * Source: G. Fowler, L. C. Noll, K.-P. Vo, D. Eastlake, "The FNV Non-Cryptographic Hash Algorithm", RFC 9923.
 */
export function shardOf(key: string, shards: number): number {
  if (shards === 1) return 0;
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i += 1) {
    const unit = key.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return (hash >>> 0) % shards;
}
