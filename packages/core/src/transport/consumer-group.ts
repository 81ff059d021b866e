import {
  PRIORITIES,
  PRIORITY_NAMES,
  type MetricsSink,
  type Priority,
  type SettlementFailure,
} from '@tradewind/core-types';
import { Backlog } from './backlog.ts';
import type { BrokerSettings } from './broker-options.ts';
import { Delivery, type StoredMessage } from './delivery.ts';
import type { ConsumerListener, GroupConsumer } from './group-consumer.ts';
import { KeyOwnership } from './key-ownership.ts';

/** What a group needs of its broker. */
export interface GroupHost {
  readonly settings: BrokerSettings;
  /** The payload of a stored message. Throws when it cannot be decoded. */
  payloadOf(message: StoredMessage): unknown;
  /** Puts a message aside. False: there is no room. */
  bury(delivery: Delivery, failure: SettlementFailure): boolean;
  /** Has `dispatch` called soon, once. */
  schedule(group: ConsumerGroup): void;
  /** The patterns of the consumers have changed, or the last of them has left. */
  membersChanged(group: ConsumerGroup): void;
}

/**
 * Consumers that share the messages of their patterns. A consumer without a group is a group of its own, which ends with it.
 *
 * Messages of one key go to one consumer at a time; within a lane they go out in the order of arrival. What comes back is put to its
 * old place, and no later message of its key goes out before it.
 */
export class ConsumerGroup implements ConsumerListener {
  readonly name: string;
  /** It ends with its only consumer. */
  readonly ephemeral: boolean;
  /** In the order in which they registered their patterns; the last one's set is the group's. */
  readonly #consumers: GroupConsumer[] = [];
  readonly #host: GroupHost;
  readonly #backlogs: readonly [Backlog, Backlog, Backlog, Backlog] = [
    new Backlog(),
    new Backlog(),
    new Backlog(),
    new Backlog(),
  ];
  /** By lane: how many wait for the time of their next attempt. */
  readonly #delayed = new Uint32Array(4);
  readonly #keys = new KeyOwnership<GroupConsumer>();
  #first = 0;
  #acknowledged = 0;
  #redelivered = 0;
  #deadLettered = 0;
  #abandoned = 0;
  #ended = false;
  #signature: string | undefined;
  #patternsDiffer = false;

  constructor(name: string, ephemeral: boolean, host: GroupHost) {
    this.name = name;
    this.ephemeral = ephemeral;
    this.#host = host;
  }

  /** How many messages were given up because the group ended. */
  get abandoned(): number {
    return this.#abandoned;
  }

  /** How many messages of a lane wait for a consumer. */
  waiting(lane: Priority): number {
    return this.#backlogs[lane].size + (this.#delayed[lane] ?? 0);
  }

  get consumers(): readonly GroupConsumer[] {
    return this.#consumers;
  }

  get patternsDiffer(): boolean {
    return this.#patternsDiffer;
  }

  /** Whether a consumer has the group's set of patterns: only then it gets messages. */
  agrees(consumer: GroupConsumer): boolean {
    return consumer.signature === this.#signature;
  }

  join(consumer: GroupConsumer): void {
    consumer.joined(this);
    this.#consumers.push(consumer);
    this.#registered();
  }

  setPatterns(consumer: GroupConsumer, patterns: readonly string[]): void {
    consumer.setPatterns(patterns);
    this.#consumers.splice(this.#consumers.indexOf(consumer), 1);
    this.#consumers.push(consumer);
    this.#registered();
  }

  offer(message: StoredMessage): void {
    this.#backlogs[message.priority].add(new Delivery(message));
    this.#host.schedule(this);
  }

  /** Gives each consumer that has room at most one batch of each lane, urgent lanes first. Returns how many batches it gave. */
  dispatch(): number {
    let batches = 0;
    for (const lane of PRIORITIES) {
      for (let i = 0; i < this.#consumers.length && this.#backlogs[lane].size > 0; i += 1) {
        const consumer = this.#consumers[(this.#first + i) % this.#consumers.length];
        if (consumer !== undefined && this.#serve(consumer, lane)) batches += 1;
      }
    }
    this.#first += 1;
    return batches;
  }

  settled(delivery: Delivery, failure: SettlementFailure | undefined): void {
    this.#keys.settle(delivery.key);
    if (failure === undefined) this.#acknowledged += 1;
    else this.#failed(delivery, failure, this.#host.settings.redeliveryDelayMs);
    // The key may have become free for another consumer.
    this.#host.schedule(this);
  }

  ready(): void {
    this.#host.schedule(this);
  }

  left(consumer: GroupConsumer, unsettled: readonly Delivery[]): void {
    this.#consumers.splice(this.#consumers.indexOf(consumer), 1);
    this.#chooseSet();
    for (const delivery of unsettled) {
      this.#keys.settle(delivery.key);
      if (this.ephemeral) this.#abandoned += 1;
      else this.#failed(delivery, NOT_SETTLED, 0);
    }
    if (this.ephemeral) this.end();
    this.#host.membersChanged(this);
    this.#host.schedule(this);
  }

  /** Gives up everything that waits. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const lane of PRIORITIES) this.#abandoned += this.waiting(lane);
  }

  collect(into: MetricsSink): void {
    const group = this.name;
    for (const lane of PRIORITIES) {
      into.gauge('tradewind_transport_waiting_messages', this.waiting(lane), { group, priority: PRIORITY_NAMES[lane] });
    }
    const unsettled = this.#consumers.reduce((sum, consumer) => sum + consumer.unsettled, 0);
    into.gauge('tradewind_transport_unsettled_messages', unsettled, { group });
    into.gauge('tradewind_transport_consumers', this.#consumers.length, { group });
    into.counter('tradewind_transport_acknowledged_total', this.#acknowledged, { group });
    into.counter('tradewind_transport_redeliveries_total', this.#redelivered, { group });
    into.counter('tradewind_transport_dead_letters_total', this.#deadLettered, { group });
  }

  #registered(): void {
    this.#chooseSet();
    this.#host.membersChanged(this);
    this.#host.schedule(this);
  }

  #chooseSet(): void {
    this.#signature = this.#consumers.at(-1)?.signature;
    this.#patternsDiffer = this.#consumers.some((consumer) => !this.agrees(consumer));
  }

  #serve(consumer: GroupConsumer, lane: Priority): boolean {
    if (this.#patternsDiffer && !this.agrees(consumer)) return false;
    const backlog = this.#backlogs[lane];
    const share = Math.ceil(backlog.size / this.#consumers.length);
    const limit = Math.min(MAX_BATCH, share, consumer.room(lane));
    const deliveries: Delivery[] = [];
    const payloads: unknown[] = [];
    let scanned = 0;
    for (
      let next = backlog.first;
      next !== undefined && deliveries.length < limit && scanned < MAX_SCANNED;
      scanned += 1
    ) {
      const delivery = next;
      next = next.next;
      if (!this.#mayTake(delivery, consumer)) continue;
      backlog.remove(delivery);
      delivery.attempts += 1;
      const payload = this.#decoded(delivery, consumer);
      if (payload === UNREADABLE) continue;
      this.#keys.take(delivery.key, consumer);
      deliveries.push(delivery);
      payloads.push(payload);
    }
    if (deliveries.length === 0) return false;
    consumer.bring(lane, deliveries, payloads);
    return true;
  }

  /** While the sets differ, what only another set wants waits for its consumers to agree: the one at hand would have no use for it. */
  #mayTake(delivery: Delivery, consumer: GroupConsumer): boolean {
    if (!this.#keys.mayTake(delivery.key, consumer)) return false;
    if (!this.#patternsDiffer) return true;
    const { topic } = delivery.message;
    return consumer.wants(topic) || !this.#consumers.some((other) => other.wants(topic));
  }

  /** What no consumer can ever read is not brought to one. */
  #decoded(delivery: Delivery, consumer: GroupConsumer): unknown {
    try {
      return this.#host.payloadOf(delivery.message);
    } catch (error) {
      const { clock, redeliveryDelayMs } = this.#host.settings;
      const { priority, producer } = delivery.message;
      this.#failed(delivery, { error, next: 'deadLetter' }, redeliveryDelayMs);
      consumer.lost({ kind: 'undecodable', count: 1, atMs: clock.now(), priority, producer });
      return UNREADABLE;
    }
  }

  /** An attempt was in vain: another one, or the dead letters. Where these have no room it stays with the group: nothing is lost. */
  #failed(delivery: Delivery, failure: SettlementFailure, delayMs: number): void {
    if (failure.next === 'deadLetter' || delivery.attempts >= this.#host.settings.maxDeliveries) {
      if (!this.#host.bury(delivery, failure)) return this.#redeliverLater(delivery, UNWRITTEN_DELAY_MS);
      this.#deadLettered += 1;
      return;
    }
    if (delayMs > 0) return this.#redeliverLater(delivery, delayMs);
    this.#redeliver(delivery);
  }

  #redeliverLater(delivery: Delivery, delayMs: number): void {
    const lane = delivery.message.priority;
    this.#keys.hold(delivery.key);
    this.#delayed[lane] = (this.#delayed[lane] ?? 0) + 1;
    this.#host.settings.clock.setTimer(() => {
      if (this.#ended) return;
      this.#delayed[lane] = (this.#delayed[lane] ?? 0) - 1;
      this.#keys.unhold(delivery.key);
      this.#redeliver(delivery);
      this.#host.schedule(this);
    }, delayMs);
  }

  #redeliver(delivery: Delivery): void {
    this.#redelivered += 1;
    this.#backlogs[delivery.message.priority].add(delivery);
  }
}

/** Marks a payload that could not be decoded; undefined is a payload. */
const UNREADABLE: unique symbol = Symbol('unreadable');
const NOT_SETTLED: SettlementFailure = {
  error: 'The consumer was closed before it settled the message.',
  next: 'redeliver',
};
/** As many as the client sends in one batch. */
const MAX_BATCH = 100;
/** How far it looks for messages whose keys are free: beyond so many of busy keys a consumer waits with the others. */
const MAX_SCANNED = 1_000;
/** How long a message waits that ought to be among the dead letters, which have no room. */
const UNWRITTEN_DELAY_MS = 1_000;
