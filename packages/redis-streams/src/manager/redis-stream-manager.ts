import type { ConsumeFrom, DeadLetterStore, Priority } from '@tradewind/core-types';
import { RedisConnections } from '../connection/redis-connections.ts';
import { infoOf, list, rawEntries, streamEntries, text } from '../consuming/replies.ts';
import { createGroups, ShardStreams, type StreamName } from '../consuming/shard-streams.ts';
import { RedisDeadLetters } from '../dead-letters/redis-dead-letters.ts';
import { Keys } from '../keys.ts';
import { createCounters } from '../observing/counters.ts';
import { resolveOptions } from '../options-schema.ts';
import type { RedisStreamOptions, RedisStreamSettings } from '../options.ts';
import { SidePublisher, type UnnumberedMessage } from '../publishing/side-publisher.ts';
import { trimStream, type TrimLimits, type TrimResult } from '../retention/trimming.ts';
import { storedEntry, type StoredEntry } from './stored-entry.ts';
import { streamInfo, type StreamInfo } from './stream-info.ts';

/** Who reads or claims, and how much of it. */
export interface GroupReadOptions {
  readonly group: string;
  readonly consumer: string;
  /** Entries of each stream, at most. Default 100. */
  readonly count?: number | undefined;
  /** Default: all lanes. */
  readonly priority?: Priority | undefined;
}

/** What is to be claimed. */
export interface GroupClaimOptions extends GroupReadOptions {
  /** Only entries that nobody has tended for so long, in milliseconds. Default: `claimIdleMs` of the options. */
  readonly idleMs?: number | undefined;
}

/** A consumer as Redis knows it in one stream. */
export interface StreamConsumer {
  readonly stream: string;
  readonly consumer: string;
  readonly pendingEntries: number;
  /** Since it last read or claimed something, in milliseconds. */
  readonly idleMs: number;
}

interface PlacedStream extends StreamName {
  readonly shard: number;
}

/**
 * The streams of a transport by hand: for operators, tools and tests. It takes the options of the transport, connects when it is first used, and has
 * connections of its own.
 *
 * ```ts
 * const manager = new RedisStreamManager({ connection: 'redis://127.0.0.1:6379' });
 * for (const { stream, entries, groups } of await manager.info()) console.log(stream, entries, groups);
 * for await (const letter of manager.deadLetters.list()) console.log(letter.topic, letter.cause.message);
 * await manager.close();
 * ```
 *
 * `read`, `ack` and `claim` are Redis's own: one command a stream, without the leases by which the consumers of a transport share a group. Use them on groups that no
 * transport serves at that time; otherwise a key may be with two readers at once. Every method rejects with a RedisTransportError; none retries.
 */
export class RedisStreamManager {
  /** What was put aside, by all consumers of the same keys. */
  readonly deadLetters: DeadLetterStore;
  readonly #settings: RedisStreamSettings;
  readonly #keys: Keys;
  readonly #connections: RedisConnections;
  readonly #streams: ShardStreams;
  readonly #publisher: SidePublisher;
  readonly #republisher: SidePublisher;
  #closing: Promise<void> | undefined = undefined;

  /** @throws ValidationError `INVALID_OPTIONS` with every issue and its path. */
  constructor(options: RedisStreamOptions) {
    this.#settings = resolveOptions(options);
    const settings = this.#settings;
    const counters = createCounters();
    this.#keys = new Keys(settings.base, settings.shards);
    this.#connections = new RedisConnections(settings, this.#keys, counters);
    this.#streams = new ShardStreams(this.#connections.commands, this.#keys, settings.streamPerTopic);
    const parts = { connections: this.#connections, settings, keys: this.#keys, counters };
    this.#publisher = new SidePublisher(parts, 'manager');
    this.#republisher = new SidePublisher(parts, 'dead-letters');
    this.deadLetters = new RedisDeadLetters({
      commands: this.#connections.commands,
      keys: this.#keys,
      publish: (message) => this.#republisher.publish([message]),
    });
  }

  /** The names of all groups. */
  async groups(): Promise<readonly string[]> {
    const names = new Set<string>();
    for (const { groups } of await this.info()) for (const { group } of groups) names.add(group);
    return [...names].sort();
  }

  /** Gives a group its position in every stream; where it has one it keeps it. Returns in how many streams it had none. */
  async createGroup(group: string, from: ConsumeFrom = 'now'): Promise<number> {
    const { commands } = this.#connections;
    let created = 0;
    for (let shard = 0; shard < this.#settings.shards; shard += 1) {
      const streams = (await this.#streams.of(shard)).map(({ key }) => ({ key, start: from === 'now' ? '$' : '0' }));
      created += (await createGroups(commands, group, streams)).length;
    }
    const patterns = this.#keys.patterns(group);
    await commands.call('HSET', patterns, [patterns, 'ready', '1']);
    return created;
  }

  /** Ends a group: its position, and what is pending with it, are forgotten. Returns how many entries were pending. */
  async deleteGroup(group: string): Promise<number> {
    const { commands } = this.#connections;
    let pending = 0;
    for (const { stream, groups } of await this.info()) {
      const found = groups.find((one) => one.group === group);
      if (found === undefined) continue;
      pending += found.pendingEntries;
      await commands.call('XGROUP', stream, ['DESTROY', stream, group]);
    }
    for (const key of [this.#keys.members(group), this.#keys.patterns(group)]) await commands.call('DEL', key, [key]);
    for (let shard = 0; shard < this.#settings.shards; shard += 1)
      for (const key of [this.#keys.lease(shard, group), this.#keys.partial(shard, group)])
        await commands.call('DEL', key, [key]);
    return pending;
  }

  /** The consumers of a group, stream by stream. */
  async consumers(group: string): Promise<readonly StreamConsumer[]> {
    const consumers: StreamConsumer[] = [];
    for (const { stream, groups } of await this.info()) {
      if (!groups.some((one) => one.group === group)) continue;
      const reply = await this.#connections.commands.call('XINFO', stream, ['CONSUMERS', stream, group]);
      for (const info of list(reply).map(infoOf)) {
        consumers.push({
          stream,
          consumer: text(info.get('name')),
          pendingEntries: Number(info.get('pending')),
          idleMs: Number(info.get('idle')),
        });
      }
    }
    return consumers;
  }

  /** Publishes messages as a producer of its own, `manager`: packed, sharded and deduplicated as a transport does it. */
  add(messages: readonly UnnumberedMessage[]): Promise<void> {
    return this.#publisher.publish(messages);
  }

  /** What is new for the group, without waiting for more. It is pending with the consumer until it is acknowledged. */
  async read({ group, consumer, count = DEFAULT_COUNT, priority }: GroupReadOptions): Promise<readonly StoredEntry[]> {
    const entries: StoredEntry[] = [];
    for (const { key, priority: lane } of await this.#placed(priority)) {
      const args = ['GROUP', group, consumer, 'COUNT', count, 'STREAMS', key, '>'];
      for (const [, raw] of streamEntries(await this.#connections.commands.call('XREADGROUP', key, args)))
        for (const entry of raw) entries.push(storedEntry(key, lane, entry, this.#settings.maxEntryBytes));
    }
    return entries;
  }

  /** Acknowledges whole entries. Returns how many of them were pending. */
  async ack(group: string, entries: readonly Pick<StoredEntry, 'stream' | 'id'>[]): Promise<number> {
    let acknowledged = 0;
    for (const [stream, some] of Map.groupBy(entries, (entry) => entry.stream)) {
      const ids = some.map(({ id }) => id);
      acknowledged += Number(await this.#connections.commands.call('XACK', stream, [stream, group, ...ids]));
    }
    return acknowledged;
  }

  /** Takes over what others left pending: one page of `XAUTOCLAIM` from the beginning of each stream. Counts as a delivery. */
  async claim(options: GroupClaimOptions): Promise<readonly StoredEntry[]> {
    const { group, consumer, count = DEFAULT_COUNT, priority, idleMs = this.#settings.claimIdleMs } = options;
    const entries: StoredEntry[] = [];
    for (const { key, priority: lane } of await this.#placed(priority)) {
      const args = [key, group, consumer, idleMs, '0-0', 'COUNT', count];
      const [, raw] = list(await this.#connections.commands.call('XAUTOCLAIM', key, args));
      // Redis 6.2 answers nil for what is no longer in the stream.
      for (const entry of rawEntries(list(raw).filter(Array.isArray)))
        entries.push(storedEntry(key, lane, entry, this.#settings.maxEntryBytes));
    }
    return entries;
  }

  /** Removes all that is due from all streams, step by step, and by default nothing that a group has not read and settled. */
  async trim(limits: TrimLimits): Promise<TrimResult> {
    let removedEntries = 0;
    const overruns = [];
    for (const { key } of await this.#placed()) {
      const result = await trimStream(this.#connections.commands, key, limits);
      removedEntries += result.removedEntries;
      overruns.push(...result.overruns);
    }
    return { removedEntries, overruns };
  }

  /** Every stream that is there, with its groups and how far they are behind. */
  async info(): Promise<readonly StreamInfo[]> {
    const nowMs = this.#settings.clock.now();
    const streams = await this.#placed();
    const infos = await Promise.all(streams.map((stream) => streamInfo(this.#connections.commands, stream, nowMs)));
    return infos.filter((info) => info !== undefined);
  }

  /** Closes its connections. Calling it again returns the same promise. */
  close(): Promise<void> {
    this.#closing ??= Promise.all([this.#publisher.close(), this.#republisher.close()]).then(() =>
      this.#connections.close(),
    );
    return this.#closing;
  }

  async #placed(priority?: Priority): Promise<readonly PlacedStream[]> {
    await this.#connections.open();
    const shards = Array.from({ length: this.#settings.shards }, async (_, shard) =>
      (await this.#streams.of(shard)).map((name) => ({ ...name, shard })),
    );
    return (await Promise.all(shards)).flat().filter((one) => priority === undefined || one.priority === priority);
  }
}

const DEFAULT_COUNT = 100;
