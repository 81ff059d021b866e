import type {
  Clock,
  ConsumeFrom,
  LaneScheduler,
  Logger,
  OverflowPolicy,
  PathId,
  PayloadSchema,
  PriorityName,
  Random,
  RoutingPlugin,
  Transport,
} from '@tradewind/core-types';
import type { RetryPolicy } from './delivering/retry-policy.ts';

/** One of the four lanes. */
export interface LaneConfiguration {
  /** How many messages wait at most, those parked behind a busy key or for a retry included. 1 to 100,000,000. Default 65,536. */
  readonly capacity?: number | undefined;
  /** What a full lane does with one message more. Default `refuse`. */
  readonly overflow?: OverflowPolicy | undefined;
  /**
   * The part of the picks that the lane gets at least while it has work, 0.001 to 1; the four together at most 1.
   * Default: CRITICAL 0.7, HIGH 0.2, NORMAL 0.08, LOW 0.02.
   */
  readonly share?: number | undefined;
}

/**
 * What a {@link BufferedMessageBusClient} is made of. Every option may be left out. Numbers are checked all at once, and each bound is
 * visible when it is reached: an error with a code, an event, or a counter.
 */
export interface BufferedMessageBusClientOptions {
  /** In logs, metrics and diagnostics, and the beginning of its producer id. 1 to 64 characters. Default `client`. */
  readonly name?: string | undefined;
  readonly lanes?: Readonly<Partial<Record<PriorityName, LaneConfiguration | undefined>>> | undefined;
  /**
   * How many asynchronous handlers may run at once: between `min` (default 4) and `max` (default 50), as the load asks for. 1 to 50. A handler that
   * has run for longer than `stuckAfterMs` (1 to 86,400,000, default 60,000) makes the part `workers` degraded; its remedy `replace-stuck` gives it up.
   */
  readonly workers?:
    | {
        readonly min?: number | undefined;
        readonly max?: number | undefined;
        readonly stuckAfterMs?: number | undefined;
      }
    | undefined;
  /** How long NORMAL and LOW may wait to go in a batch, in milliseconds, 0 to 60,000. CRITICAL and HIGH never do. Default 0: not at all. */
  readonly flushIntervalMs?: number | undefined;
  /**
   * How long deliveries may hold up the event loop at a time, in milliseconds, 0.1 to 1,000. What comes from a socket or a timer waits so long under load, a CRITICAL message too.
   * Default 0.25.
   */
  readonly sliceMs?: number | undefined;
  /** The part of its capacity at which a lane is high, 0.01 to 1; at half of that it is low again. Default 0.8. */
  readonly highWaterRatio?: number | undefined;
  /** How a failed delivery is tried again. Default: 3 attempts, after 100 ms and 200 ms, a fifth of it random, at most 10,000 ms. */
  readonly retry?: Readonly<Partial<RetryPolicy>> | undefined;
  /** Where messages go whose last attempt failed. Default `dead-letters`. */
  readonly deadLetterTopic?: string | undefined;
  /** How many dead letters the client keeps in memory, 1 to 1,000,000; the oldest goes first. Default 1,000. */
  readonly maxDeadLetters?: number | undefined;
  /** Asked in this order. Default: none. */
  readonly plugins?: readonly RoutingPlugin[] | undefined;
  /** How long one call of a plugin may take, in microseconds, 1 to 1,000,000. Default 50. */
  readonly pluginBudgetMicros?: number | undefined;
  /** Of which messages `client.decisions` can say why they went where: of one in `every` (1 to 1,000,000, default 100), the last `size` (0 to 1,000,000, default 1,000). */
  readonly trace?: { readonly size?: number | undefined; readonly every?: number | undefined } | undefined;
  /** Decides which lane is next. Default: CRITICAL first, and every lane its share. */
  readonly scheduler?: LaneScheduler | undefined;
  /** How long one pick of it may take, in microseconds, 1 to 1,000,000; three slow ones in a row cut it off. Default 50. */
  readonly schedulerBudgetMicros?: number | undefined;
  /** A lane with work that a custom scheduler passes over for so long is served, in milliseconds, 1 to 60,000. Default 100. */
  readonly maxStarvationMs?: number | undefined;
  /**
   * Transports by name, at most 16; the first is the default. With paths, everything that is published goes over one of them, and
   * everything that is delivered comes from them, the client's own messages included. Default: none.
   */
  readonly paths?: Readonly<Record<PathId, Transport>> | undefined;
  /** Clients of one group share the work, and have the same patterns. Default: none, everything comes to every client. */
  readonly group?: string | undefined;
  /** Where a new consumer or group starts. Default `now`. */
  readonly from?: ConsumeFrom | undefined;
  /** Default: the system's. */
  readonly clock?: Clock | undefined;
  /** Default: the system's. */
  readonly random?: Random | undefined;
  /** Default: silent. */
  readonly logger?: Logger | undefined;
  /** Checks payloads on `publish`, by the patterns of their topics. Default: none, at no cost. */
  readonly payloadSchemas?: Readonly<Record<string, PayloadSchema>> | undefined;
  /** How many calls of `publishWhenReady` may wait at once, 1 to 1,000,000. Default 1,000. */
  readonly maxWaiters?: number | undefined;
  /** How many topics that were seen twice stay known for good and are listed in the catalog, 1 to 10,000,000. About 300 bytes each. Default 100,000. */
  readonly maxTopics?: number | undefined;
  /** 1 to 10,000,000. Default 1,000,000. */
  readonly maxSubscriptions?: number | undefined;
}
