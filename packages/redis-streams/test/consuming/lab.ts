import {
  PRIORITIES,
  Priority,
  type BatchReceiver,
  type ConsumeOptions,
  type Consumer,
  type IncomingBatch,
  type Loss,
  type ReceivedMessage,
  type TransportMessage,
} from '@tradewind/core-types';
import { RedisConnections } from '../../src/connection/redis-connections.ts';
import { createConsuming, type Consuming } from '../../src/consuming/consuming.ts';
import { Keys, shardOf } from '../../src/keys.ts';
import { createCounters, type Counters } from '../../src/observing/counters.ts';
import { resolveOptions } from '../../src/options-schema.ts';
import type { RedisStreamOptions, RedisStreamSettings } from '../../src/options.ts';
import type { RedisServer } from '../../src/testing/index.ts';
import { createBody, packEntry } from '../../src/wire/entry-codec.ts';
import { writeNumbers } from '../../src/wire/entry-layout.ts';

/** One consuming process of a test, without its publishing side. */
export class Desk {
  readonly settings: RedisStreamSettings;
  readonly counters: Counters = createCounters();
  readonly keys: Keys;
  readonly connections: RedisConnections;
  readonly consuming: Consuming;

  constructor(server: Pick<RedisServer, 'url'>, options: Partial<RedisStreamOptions> = {}) {
    this.settings = resolveOptions({ connection: server.url, claimIdleMs: 400, ...options });
    this.keys = new Keys(this.settings.base, this.settings.shards);
    this.connections = new RedisConnections(this.settings, this.keys, this.counters);
    this.consuming = createConsuming({
      connections: this.connections,
      settings: this.settings,
      keys: this.keys,
      counters: this.counters,
    });
  }

  async inbox(options: Partial<ConsumeOptions> = {}, behaviour: Behaviour = {}): Promise<Inbox> {
    const inbox = new Inbox(behaviour);
    const consume = { group: 'desk', consumer: 'one', patterns: ['*'], from: 'oldest' as const, ...options };
    inbox.consumer = await this.consuming.consume(consume, inbox);
    return inbox;
  }

  async close(): Promise<void> {
    await this.consuming.close({ deadlineMs: 0 });
    await this.connections.close();
  }
}

/** What an inbox does with each batch. Default: it acknowledges everything at once. */
export interface Behaviour {
  readonly onBatch?: ((batch: IncomingBatch) => Promise<void> | void) | undefined;
}

export class Inbox implements BatchReceiver {
  readonly batches: IncomingBatch[] = [];
  readonly messages: ReceivedMessage[] = [];
  readonly losses: Loss[] = [];
  readonly #behaviour: Behaviour;
  consumer!: Consumer;

  constructor(behaviour: Behaviour) {
    this.#behaviour = behaviour;
  }

  get payloads(): unknown[] {
    return this.messages.map(({ payload }) => payload);
  }

  async onBatch(batch: IncomingBatch): Promise<void> {
    this.batches.push(batch);
    this.messages.push(...batch.messages);
    if (this.#behaviour.onBatch === undefined) acknowledge(batch);
    else await this.#behaviour.onBatch(batch);
  }

  onLoss(loss: Loss): void {
    this.losses.push(loss);
  }
}

export function acknowledge(batch: IncomingBatch): void {
  for (let i = 0; i < batch.messages.length; i += 1) batch.settle(i);
}

/** Writes entries as a publishing transport does, one command each, under full control of their numbers. */
export class Writer {
  readonly #desk: Desk;
  readonly #producer: string;
  readonly #numbers = new Map<string, { number: number; messages: number }>();
  #sequence = 0;

  constructor(desk: Desk, producer = 'writer') {
    this.#desk = desk;
    this.#producer = producer;
  }

  /** One entry of these messages in the stream of the first one's key and lane. Returns its stream. */
  async write(...messages: readonly Partial<TransportMessage>[]): Promise<string> {
    const { stream, bytes } = this.pack(...messages);
    await this.add(stream, bytes);
    return stream;
  }

  /** An entry that takes its number, but is not stored by that. */
  pack(...messages: readonly Partial<TransportMessage>[]): { stream: string; bytes: Buffer } {
    const { settings, keys } = this.#desk;
    const body = createBody(settings);
    const whole = messages.map((message): TransportMessage => {
      this.#sequence += 1;
      return {
        topic: 'data.test',
        payload: this.#sequence,
        priority: Priority.NORMAL,
        producer: this.#producer,
        sequence: this.#sequence,
        publishedAtMs: Date.now(),
        ...message,
      };
    });
    for (const message of whole) body.add(message);
    const [first] = whole as [TransportMessage];
    const stream = keys.stream(shardOf(first.orderingKey ?? first.topic, settings.shards), first.priority);
    const numbers = this.#numbers.get(stream) ?? { number: 0, messages: 0 };
    this.#numbers.set(stream, numbers);
    numbers.number += 1;
    const header = { producer: this.#producer, priority: first.priority, count: whole.length };
    const bytes = packEntry(body.finish(), header, settings.compression);
    writeNumbers(bytes, 1, numbers.number, numbers.messages);
    numbers.messages += whole.length;
    return { stream, bytes };
  }

  async add(stream: string, bytes: Buffer): Promise<void> {
    await this.#desk.connections.commands.call('XADD', stream, [stream, '*', 'b', bytes]);
  }
}

/** Waits until something holds, for at most ten seconds. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Expected within ten seconds: ${what}.`);
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}

export function streamsOf(desk: Desk): readonly string[] {
  return Array.from({ length: desk.settings.shards }, (_, shard) =>
    PRIORITIES.map((lane) => desk.keys.stream(shard, lane)),
  ).flat();
}

/** How many entries are pending with a group in all streams. */
export async function pendingOf(server: Pick<RedisServer, 'command'>, desk: Desk, group: string): Promise<number> {
  let pending = 0;
  for (const stream of streamsOf(desk)) {
    const [count] = (await server.command('XPENDING', stream, group)) as [number];
    pending += count;
  }
  return pending;
}
