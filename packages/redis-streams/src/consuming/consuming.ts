import type {
  BatchReceiver,
  CloseOptions,
  ConsumeOptions,
  Consumer,
  Health,
  Loss,
  MetricsSink,
} from '@tradewind/core-types';
import { randomUUID } from 'node:crypto';
import { DeadLetterWriter } from '../dead-letters/dead-letter-writer.ts';
import { GroupLags } from '../observing/group-lags.ts';
import { EntryOpening } from './entry-opening.ts';
import { reportRecreated } from './group-healing.ts';
import { Failures } from './failures.ts';
import { GroupConsumer } from './group-consumer.ts';
import type { ConsumerIdentity, ConsumingParts } from './parts.ts';
import { PatternFilter } from './pattern-filter.ts';
import { createGroups, ShardStreams, type StreamName } from './shard-streams.ts';
import { UngroupedConsumer } from './ungrouped-consumer.ts';

/** The consuming side of a transport. */
export interface Consuming {
  /** Rejects with a RedisTransportError; throws ValidationError `INVALID_PATTERN`. */
  consume(options: ConsumeOptions, receiver: BatchReceiver): Promise<Consumer>;
  /** Closes every consumer. */
  close(options?: CloseOptions): Promise<void>;
  /** The first trouble of a consumer; undefined when all are well. */
  trouble(): Health | undefined;
  collect(into: MetricsSink): void;
}

/** @param parts - Its connections are open, or being opened. */
export function createConsuming(parts: Omit<ConsumingParts, 'deadLetters'>): Consuming {
  const { connections, keys, settings } = parts;
  const deadLetters = new DeadLetterWriter({
    commands: connections.commands,
    keys,
    maxLetters: settings.maxDeadLetters,
  });
  return new RedisConsuming({ ...parts, deadLetters });
}

type RunningConsumer = GroupConsumer | UngroupedConsumer;

class RedisConsuming implements Consuming {
  readonly #parts: ConsumingParts;
  readonly #streams: ShardStreams;
  readonly #running = new Set<RunningConsumer>();
  readonly #lags: GroupLags;

  constructor(parts: ConsumingParts) {
    this.#parts = parts;
    this.#streams = new ShardStreams(parts.connections.commands, parts.keys, parts.settings.streamPerTopic);
    this.#lags = new GroupLags(parts, this.#streams);
  }

  async consume(options: ConsumeOptions, receiver: BatchReceiver): Promise<Consumer> {
    const filter = new PatternFilter(options.patterns);
    await this.#parts.connections.open();
    if (options.group === undefined) return this.#published([await this.#ungrouped(options, filter, receiver, true)]);
    const grouped = await this.#grouped(options, options.group, filter, receiver);
    if (this.#parts.settings.externalStreams.length === 0) return this.#published([grouped]);
    return this.#published([grouped, await this.#ungrouped(options, filter, receiver, false)]);
  }

  async close(options?: CloseOptions): Promise<void> {
    await Promise.all([...this.#running].map((consumer) => consumer.close(options)));
  }

  trouble(): Health | undefined {
    for (const consumer of this.#running) {
      const trouble = consumer.trouble();
      if (trouble !== undefined) return trouble;
    }
    return undefined;
  }

  collect(into: MetricsSink): void {
    let open = 0;
    for (const consumer of this.#running) open += consumer.open;
    into.describe('tradewind_transport_unsettled_messages', 'Messages that are with the consumers of this transport.');
    into.gauge('tradewind_transport_unsettled_messages', open);
    this.#lags.collect(into);
  }

  /** One consumer of the contract for those that stand behind it. */
  #published(consumers: readonly RunningConsumer[]): Consumer {
    return {
      setPatterns: async (patterns) => {
        await Promise.all(consumers.map((consumer) => consumer.setPatterns(patterns)));
      },
      close: async (options) => {
        await Promise.all(consumers.map((consumer) => consumer.close(options)));
        for (const consumer of consumers) this.#ended(consumer);
      },
    };
  }

  #ended(consumer: RunningConsumer): void {
    this.#running.delete(consumer);
    if (consumer instanceof GroupConsumer) this.#lags.forget(consumer.group);
  }

  async #grouped(
    options: ConsumeOptions,
    group: string,
    filter: PatternFilter,
    receiver: BatchReceiver,
  ): Promise<GroupConsumer> {
    const parts = this.#parts;
    const identity = { group, consumer: options.consumer, report: reporter(parts, receiver) };
    const failures = new Failures({
      settings: parts.settings,
      counters: parts.counters,
      deadLetters: parts.deadLetters,
      group,
      redeliver: (stream, batch) => consumer.redeliver(stream, batch),
    });
    const opening = new EntryOpening({
      parts,
      identity,
      failures,
      filter: () => consumer.filter,
    });
    const owner = `${options.consumer}/${randomUUID()}`;
    const streams = this.#streams;
    const consumer: GroupConsumer = new GroupConsumer(
      { ...parts, identity, owner, receiver, opening, failures, streams },
      filter,
    );
    this.#running.add(consumer);
    this.#lags.watch(group);
    try {
      // A group that is known has a position: where a stream of it lacks one, that stream is new, or lost its groups, and nothing of it is skipped.
      await consumer.start(async (isKnown) => {
        const missing = await this.#createGroups(group, isKnown || options.from === 'oldest' ? '0' : '$');
        if (!isKnown || parts.settings.streamPerTopic) return;
        for (const stream of missing) reportRecreated({ ...parts, identity }, stream, '0');
      });
    } catch (error) {
      await consumer.close({ deadlineMs: 0 });
      this.#ended(consumer);
      throw error;
    }
    return consumer;
  }

  async #ungrouped(
    options: ConsumeOptions,
    filter: PatternFilter,
    receiver: BatchReceiver,
    ownStreams: boolean,
  ): Promise<UngroupedConsumer> {
    const consumer = new UngroupedConsumer({
      ...this.#parts,
      identity: { group: options.group, consumer: options.consumer, report: reporter(this.#parts, receiver) },
      receiver,
      filter,
      streams: ownStreams ? () => this.#allStreams() : noStreams,
      externalStreams: this.#parts.settings.externalStreams,
      from: options.from,
    });
    await consumer.start();
    this.#running.add(consumer);
    return consumer;
  }

  async #allStreams(): Promise<readonly StreamName[]> {
    const shards = Array.from({ length: this.#parts.settings.shards }, (_, shard) => this.#streams.of(shard));
    return (await Promise.all(shards)).flat();
  }

  /**
   * In every stream of every shard, whoever will own it: the group has its position from now on.
   *
   * @returns The streams that lacked it.
   */
  async #createGroups(group: string, start: '0' | '$'): Promise<readonly StreamName[]> {
    const { connections, settings } = this.#parts;
    const missing = Array.from({ length: settings.shards }, async (_, shard) => {
      const names = await this.#streams.of(shard);
      const made = await createGroups(
        connections.commands,
        group,
        names.map(({ key }) => ({ key, start })),
      );
      return names.filter(({ key }) => made.includes(key));
    });
    return (await Promise.all(missing)).flat();
  }
}

/** Tells a receiver of losses. One that throws is ignored: the loss is in the log and in the counters all the same. */
function reporter(parts: ConsumingParts, receiver: BatchReceiver): ConsumerIdentity['report'] {
  return (loss) => {
    const dated: Loss = { ...loss, atMs: parts.settings.clock.now() };
    try {
      receiver.onLoss?.(dated);
    } catch {
      return;
    }
  };
}

function noStreams(): Promise<readonly StreamName[]> {
  return Promise.resolve([]);
}
