import {
  parsePattern,
  patternMatches,
  type BatchReceiver,
  type ConsumeOptions,
  type DeadLetter,
  type MetricsSink,
  type OutgoingBatch,
  type SettlementFailure,
} from '@tradewind/core-types';
import { InMemoryDeadLetters } from '../dead-letters/in-memory-dead-letters.ts';
import { causeOf } from '../dead-letters/letter-cause.ts';
import type { BrokerSettings } from './broker-options.ts';
import { ConsumerGroup, type GroupHost } from './consumer-group.ts';
import type { Delivery, StoredMessage } from './delivery.ts';
import { GroupAgreement } from './group-agreement.ts';
import { GroupConsumer } from './group-consumer.ts';
import { Interests } from './interests.ts';
import { MessageStore } from './message-store.ts';
import { TransportFailure } from './transport-failure.ts';

/** The broker behind its transports: groups, store, dead letters, and when which group is served. */
export class BrokerCore implements GroupHost {
  readonly settings: BrokerSettings;
  readonly deadLetters: InMemoryDeadLetters;
  readonly agreement: GroupAgreement;
  readonly #interests = new Interests();
  readonly #store: MessageStore;
  readonly #groups = new Map<string, ConsumerGroup>();
  readonly #paths = new Map<ConsumerGroup, string>();
  readonly #toServe = new Set<ConsumerGroup>();
  #serving = false;
  #batchesInTurn = 0;
  #ungrouped = 0;
  #republished = 0;
  #abandoned = 0;
  #unwrittenLogged = false;

  constructor(settings: BrokerSettings) {
    this.settings = settings;
    this.#store = new MessageStore(settings, this.#interests);
    this.agreement = new GroupAgreement(settings.clock, settings.logger);
    this.deadLetters = new InMemoryDeadLetters({
      maxLetters: settings.maxDeadLetters,
      republish: (letter) => this.#republish(letter),
    });
  }

  store(batch: OutgoingBatch): void {
    this.#store.store(batch.messages);
  }

  /** @throws TransportFailure `TRANSPORT_DENIED` when the group has a consumer of this name; ValidationError `INVALID_PATTERN`. */
  join(options: ConsumeOptions, receiver: BatchReceiver, path: string): [GroupConsumer, ConsumerGroup] {
    const patterns = options.patterns.map((pattern): string => parsePattern(pattern));
    const known = options.group === undefined ? undefined : this.#groups.get(options.group);
    if (known?.consumers.some(({ name }) => name === options.consumer) === true) throw nameTaken(options);
    const group = known ?? this.#newGroup(options.group);
    const { clock, maxUnsettled } = this.settings;
    const consumer = new GroupConsumer({ name: options.consumer, patterns, receiver, clock, maxUnsettled });
    this.#paths.set(group, path);
    group.join(consumer);
    if (known === undefined && options.from === 'oldest') this.#replay(group, patterns);
    return [consumer, group];
  }

  setPatterns(consumer: GroupConsumer, group: ConsumerGroup, patterns: readonly string[]): void {
    group.setPatterns(
      consumer,
      patterns.map((pattern): string => parsePattern(pattern)),
    );
  }

  /** Ends a group that has no consumers. False: there is none of this name, or it has consumers. */
  deleteGroup(name: string): boolean {
    const group = this.#groups.get(name);
    if (group === undefined || group.consumers.length > 0) return false;
    group.end();
    this.#forget(group);
    return true;
  }

  payloadOf(message: StoredMessage): unknown {
    const { codec } = this.settings;
    return codec === undefined ? message.payload : codec.decode(message.payload as Uint8Array);
  }

  bury(delivery: Delivery, failure: SettlementFailure): boolean {
    const { message } = delivery;
    // A letter is never pushed out by another one: the message goes on being redelivered until there is room.
    if (this.deadLetters.isFull) {
      this.#logUnwritten(message.topic, failure);
      return false;
    }
    this.#unwrittenLogged = false;
    this.deadLetters.add({
      producer: message.producer,
      sequence: message.sequence,
      topic: message.topic,
      payload: this.#readable(message),
      priority: message.priority,
      publishedAtMs: message.publishedAtMs,
      deadAtMs: this.settings.clock.now(),
      attempts: failure.attempts ?? delivery.attempts,
      subscriptionId: failure.subscriptionId,
      orderingKey: message.orderingKey,
      correlationId: message.correlationId,
      expiresAtMs: message.expiresAtMs,
      headers: message.headers,
      cause: causeOf(failure.error),
    });
    return true;
  }

  schedule(group: ConsumerGroup): void {
    this.#toServe.add(group);
    if (this.#serving) return;
    this.#serving = true;
    // Consumers that always have room must not keep the event loop from its other work.
    if (this.#batchesInTurn < MAX_BATCHES_IN_TURN) this.settings.clock.microtask(() => this.#serve());
    else {
      this.settings.clock.nextTurn(() => {
        this.#batchesInTurn = 0;
        this.#serve();
      });
    }
  }

  membersChanged(group: ConsumerGroup): void {
    if (group.ephemeral && group.consumers.length === 0) return this.#forget(group);
    this.agreement.check(group, this.#paths.get(group) ?? group.name);
    // A group that nobody serves for a while goes on gathering what it last wanted.
    if (group.consumers.length === 0) return;
    this.#interests.set(
      group,
      group.consumers.flatMap(({ patterns }) => patterns),
    );
  }

  collect(into: MetricsSink): void {
    for (const [name, help] of BROKER_METRICS) into.describe(name, help);
    for (const group of this.#groups.values()) group.collect(into);
    into.counter('tradewind_transport_stored_total', this.#store.stored);
    into.counter('tradewind_transport_abandoned_total', this.#abandoned);
    into.gauge('tradewind_transport_dead_letters', this.deadLetters.size);
  }

  /** For the dead letters: bytes that no codec reads are kept as bytes. */
  #readable(message: StoredMessage): unknown {
    try {
      return this.payloadOf(message);
    } catch {
      return message.payload;
    }
  }

  #newGroup(name: string | undefined): ConsumerGroup {
    this.#ungrouped += name === undefined ? 1 : 0;
    const group = new ConsumerGroup(name ?? `(ungrouped ${this.#ungrouped})`, name === undefined, this);
    this.#groups.set(group.name, group);
    return group;
  }

  #forget(group: ConsumerGroup): void {
    this.#interests.set(group, []);
    this.#groups.delete(group.name);
    this.#paths.delete(group);
    this.#toServe.delete(group);
    this.#abandoned += group.abandoned;
  }

  #replay(group: ConsumerGroup, patterns: readonly string[]): void {
    for (const message of this.#store.kept()) {
      if (patterns.some((pattern) => patternMatches(pattern, message.topic))) group.offer(message);
    }
  }

  #serve(): void {
    this.#serving = false;
    const groups = [...this.#toServe];
    this.#toServe.clear();
    for (const group of groups) this.#batchesInTurn += group.dispatch();
  }

  #republish(letter: DeadLetter): void {
    this.#republished += 1;
    this.#store.store([
      {
        topic: letter.topic,
        payload: letter.payload,
        priority: letter.priority,
        producer: 'dead-letters',
        sequence: this.#republished,
        publishedAtMs: this.settings.clock.now(),
        orderingKey: letter.orderingKey,
        correlationId: letter.correlationId,
        headers: letter.headers,
      },
    ]);
  }

  /** Once, until there is room again: it goes on being redelivered, and would say so every time. */
  #logUnwritten(topic: string, { subscriptionId, error }: SettlementFailure): void {
    if (this.#unwrittenLogged) return;
    this.#unwrittenLogged = true;
    try {
      this.settings.logger.error(
        { event: 'dead-letter.unwritten', topic, subscriptionId, error },
        `The dead letters are full (${this.settings.maxDeadLetters}): messages that failed for good go on being redelivered. Purge or retry some.`,
      );
    } catch {
      // A logger that throws is ignored: the bus does not depend on it.
    }
  }
}

function nameTaken({ group, consumer }: ConsumeOptions): TransportFailure {
  return new TransportFailure('TRANSPORT_DENIED', {
    message: `Expected a consumer name that is free in the group ${group}, and received ${JSON.stringify(consumer)}, which is in use.`,
    hint: 'Give each consumer of a group a name of its own, or close the other one first.',
    retryable: false,
    mayHaveBeenStored: false,
  });
}

const MAX_BATCHES_IN_TURN = 64;
const BROKER_METRICS = [
  ['tradewind_transport_waiting_messages', 'Messages that wait for a consumer of their group.'],
  ['tradewind_transport_unsettled_messages', 'Messages that the consumers of a group have not settled.'],
  ['tradewind_transport_consumers', 'Consumers of a group.'],
  ['tradewind_transport_acknowledged_total', 'Messages that a group has acknowledged.'],
  ['tradewind_transport_redeliveries_total', 'Messages that went back to wait for another attempt.'],
  ['tradewind_transport_dead_letters_total', 'Messages of a group that were put among the dead letters.'],
  ['tradewind_transport_stored_total', 'Messages stored.'],
  ['tradewind_transport_abandoned_total', 'Messages given up because their group ended.'],
  ['tradewind_transport_dead_letters', 'Dead letters kept.'],
] as const;
