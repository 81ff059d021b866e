import type { Clock, Logger, Random } from '@tradewind/core-types';
import type { RedisConnection } from './connection/connection-options.ts';

/** How the payloads of an entry become bytes: `msgpack` by columns, compact and quick, or `json`, which other tools read. */
export type Encoding = 'msgpack' | 'json';

/** When and how entries are compressed before they are stored. */
export interface CompressionOptions {
  readonly algorithm: 'zstd';
  /** Entries shorter than this stay as they are; 0 to 16,777,216 bytes. Default 1,024. */
  readonly thresholdBytes?: number | undefined;
  /** Of zstd: 1 (quick) to 19 (small). Default 1. */
  readonly level?: number | undefined;
}

/** Holds what is published while Redis is away in files, so that it survives the process. */
export interface SpoolOptions {
  /** Belongs to this transport alone; made when it is missing. */
  readonly directory: string;
  /** Batches beyond this are refused with `TRANSPORT_FULL`; 65,536 to 2^40. Default 1,073,741,824. */
  readonly maxBytes?: number | undefined;
  /** Whether each batch is forced to the disk (`fdatasync`) before its publish resolves: it then survives the machine too. Default true. */
  readonly sync?: boolean | undefined;
}

/** What is removed from streams besides what `autotrimMins` says. */
export interface RetentionOptions {
  /** Entries that each stream keeps, about (`MAXLEN ~`); 1 to 2^40. Default: no bound. */
  readonly maxEntries?: number | undefined;
  /** Entries with lower ids go (`MINID ~`); an id of a Redis stream, such as `1700000000000-0`. Default: none. */
  readonly minId?: string | undefined;
  /**
   * Whether entries go even when a group has not read or settled them; each time the consumers report an overrun with its count.
   * Default false: nothing that a group still needs is removed.
   */
  readonly dropUnread?: boolean | undefined;
  /**
   * Whether entries go once every group has settled them, whatever their age: streams then hold what is still to be done. A group that is made later
   * finds nothing of them. Before Redis 8.2 they go with the next round of retention, up to the oldest that some group still needs; from 8.2 on each goes
   * with its acknowledgement (`XACKDEL`). Default false.
   */
  readonly dropSettled?: boolean | undefined;
}

/**
 * Options of a Redis Streams transport. Only `connection` is required. Names that NautilusTrader's message bus configuration has
 * mean what they mean there.
 */
export interface RedisStreamOptions {
  /** Where Redis is: a URL, options for a server, a Sentinel set or a Cluster, or a function that returns an existing ioredis client. */
  readonly connection: RedisConnection;
  /** Of the transport, in health and logs. Default `redis`. */
  readonly name?: string | undefined;
  /**
   * What happens when Redis cannot be reached at first use. `require`: the call rejects within `connectTimeoutMs`.
   * `degrade`: the transport goes on trying, and recovers later. Default `degrade`.
   */
  readonly startup?: 'require' | 'degrade' | undefined;

  /** The last part of the base of all keys. Default `stream`. */
  readonly streamsPrefix?: string | undefined;
  /** Such as `TRADER-001`: the first part of the base of all keys. Default: none. */
  readonly traderId?: string | undefined;
  readonly instanceId?: string | undefined;
  /** Whether keys begin with `trader-`. Default: whether there is a `traderId`. */
  readonly useTraderPrefix?: boolean | undefined;
  /** Whether keys have the `traderId`. Default: whether there is one. */
  readonly useTraderId?: boolean | undefined;
  /** Whether keys have the `instanceId`. Default false. */
  readonly useInstanceId?: boolean | undefined;
  /** Over how many streams each lane is spread, by ordering key; all transports of one base must agree. 1 to 256; default 4. */
  readonly shards?: number | undefined;
  /** One stream for each topic instead of one for each shard and lane. Default false. */
  readonly streamPerTopic?: boolean | undefined;

  /** Default `msgpack`. */
  readonly encoding?: Encoding | undefined;
  /** Default: none. */
  readonly compression?: CompressionOptions | undefined;
  /** Messages of one stream entry; 1 to 1,024. Default 128. */
  readonly maxEntryMessages?: number | undefined;
  /** The largest entry before compression, and the most that one is decompressed to; 4,096 to 268,435,456 bytes. Default 4,194,304. */
  readonly maxEntryBytes?: number | undefined;
  /** The largest encoded payload; 1 to `maxEntryBytes` less 2,048 bytes. Default 1,048,576. */
  readonly maxPayloadBytes?: number | undefined;

  /** Types that are not published: messages whose payload is an object with one of these as its `type`. Default: none. */
  readonly typesFilter?: readonly string[] | undefined;
  /** How long NORMAL and LOW messages gather before they are sent, in milliseconds; CRITICAL and HIGH never wait. 0 to 60,000; default 0. */
  readonly bufferIntervalMs?: number | undefined;
  /** Publishes the time on the topic `health:heartbeat` this often, in seconds; 0.1 to 86,400. Default: never. */
  readonly heartbeatIntervalSecs?: number | undefined;
  /**
   * Who this transport is in the deduplication of Redis. Two that run at once must differ; the same one after a restart finds its spool.
   * 1 to 128 letters, digits, `-`, `_` and `.`. Default: random.
   */
  readonly producerId?: string | undefined;
  /** For how long Redis remembers what a producer stored last, in milliseconds; 1,000 to 2,592,000,000. Default 86,400,000 (a day). */
  readonly deduplicationMs?: number | undefined;
  /** Within which every `publish` settles, in milliseconds; 100 to 3,600,000. Default 10,000. */
  readonly publishTimeoutMs?: number | undefined;
  /** Within which every command to Redis settles, in milliseconds; 50 to 600,000. Default 2,000. */
  readonly commandTimeoutMs?: number | undefined;
  /** Within which a connection is made, in milliseconds; 50 to 600,000. Default 5,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Replicas that must have a batch before its `publish` resolves (`WAIT`); 0 to 16. Default 0. */
  readonly replicas?: number | undefined;
  /** How long one `WAIT` may last, in milliseconds; 10 to `commandTimeoutMs` less 10. Default half of `commandTimeoutMs`. */
  readonly replicaTimeoutMs?: number | undefined;
  /** Default: none; while Redis is away `publish` rejects after its timeout, and the client keeps the messages. */
  readonly spool?: SpoolOptions | undefined;

  /** Removes entries older than this, in minutes; 1 to 525,600. Default: never. */
  readonly autotrimMins?: number | undefined;
  readonly retention?: RetentionOptions | undefined;

  /** After how long an entry that nobody tends counts as abandoned, and how long a lease holds, in milliseconds; 100 to 3,600,000. Default 30,000. */
  readonly claimIdleMs?: number | undefined;
  /** How often a message is brought before it becomes a dead letter; 1 to 1,000. Default 5. */
  readonly maxDeliveries?: number | undefined;
  /** How long a message that failed waits for its next delivery, in milliseconds; 0 to 3,600,000. Default 100. */
  readonly redeliveryDelayMs?: number | undefined;
  /** Entries of one read; 1 to 1,024. Default 16. */
  readonly readCount?: number | undefined;
  /** How long one read waits for new entries, in milliseconds; 10 to 60,000. Default 2,000; at most a third of `claimIdleMs` is used. */
  readonly blockMs?: number | undefined;
  /** Dead letters that are kept, about; 1 to 100,000,000. Default 100,000. While there is no room nothing more becomes one: it stays pending. */
  readonly maxDeadLetters?: number | undefined;
  /** Streams that others write, with the fields `topic` and `payload` as NautilusTrader does; read without a group. Default: none. */
  readonly externalStreams?: readonly string[] | undefined;

  /** Default: the system clock. */
  readonly clock?: Clock | undefined;
  /** Default: `Math.random`. */
  readonly random?: Random | undefined;
  /** Default: silent. */
  readonly logger?: Logger | undefined;
}

/** Options with their defaults, checked. */
export interface RedisStreamSettings {
  readonly connection: RedisConnection;
  readonly name: string;
  readonly startup: 'require' | 'degrade';
  /** The base of all keys. */
  readonly base: string;
  readonly shards: number;
  readonly streamPerTopic: boolean;
  readonly encoding: Encoding;
  readonly compression:
    | { readonly algorithm: 'zstd'; readonly thresholdBytes: number; readonly level: number }
    | undefined;
  readonly maxEntryMessages: number;
  readonly maxEntryBytes: number;
  readonly maxPayloadBytes: number;
  readonly typesFilter: ReadonlySet<string>;
  readonly bufferIntervalMs: number;
  readonly heartbeatIntervalMs: number | undefined;
  readonly producerId: string;
  readonly deduplicationMs: number;
  readonly publishTimeoutMs: number;
  readonly commandTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly replicas: number;
  readonly replicaTimeoutMs: number;
  readonly spool: { readonly directory: string; readonly maxBytes: number; readonly sync: boolean } | undefined;
  readonly autotrimMs: number | undefined;
  readonly retention: {
    readonly maxEntries: number | undefined;
    readonly minId: string | undefined;
    readonly dropUnread: boolean;
    readonly dropSettled: boolean;
  };
  readonly claimIdleMs: number;
  readonly maxDeliveries: number;
  readonly redeliveryDelayMs: number;
  readonly readCount: number;
  readonly blockMs: number;
  readonly maxDeadLetters: number;
  readonly externalStreams: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}
