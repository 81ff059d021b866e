import {
  PRIORITIES,
  type Clock,
  type PathId,
  type PathLoad,
  type Priority,
  type Random,
  type RejectedMessage,
  type Transport,
  type TransportMessage,
} from '@tradewind/core-types';
import type { EventLogger } from '../../platform/event-logger.ts';
import type { BurstClock } from '../draining/burst-clock.ts';
import type { DeadLetterOffice } from '../delivering/dead-letter-office.ts';
import { FlushGate } from '../draining/flush-gate.ts';
import { LaneEntry, keyOf } from '../lanes/lane-entry.ts';
import type { Lanes } from '../lanes/lanes.ts';
import { Latencies } from '../observing/latencies.ts';
import type { OrderingKey } from '../delivering/ordering-keys.ts';
import type { Outlet } from '../publishing/outlet.ts';
import { OutgoingLane, type BatchInFlight } from './outgoing-lane.ts';
import { PathStatus } from './path-status.ts';
import type { EmitEvent } from '../observing/client-events.ts';
import type { Reporter } from '../observing/reporter.ts';
import { backoffMs } from '../delivering/retry-policy.ts';
import type { ClientSettings } from '../settings.ts';
import { transportFault } from './transport-error.ts';

export interface EgressParts {
  readonly producer: string;
  readonly clock: Clock;
  readonly time: BurstClock;
  readonly random: Random;
  readonly logger: EventLogger;
  readonly emit: EmitEvent;
  readonly settings: ClientSettings;
  readonly reporter: Reporter;
  readonly office: DeadLetterOffice;
  /** Something was stored or given up. */
  readonly onDrained: () => void;
}

/**
 * Sends what was published on one path to its transport, in batches of at most 500 messages of one lane.
 *
 * Batching is clocked by the transport: a batch goes at once while fewer than two of its lane are on their way; otherwise messages gather.
 * A batch that failed for now is offered again, with the same number and the same messages, before any later one of its lane, until it is
 * stored; what can never be stored becomes a dead letter.
 */
export class Egress implements Outlet {
  readonly path: PathId;
  readonly lanes: Lanes;
  readonly status: PathStatus;
  /** `waits`: from publishing to the first offer; `handles`: from an offer to the transport's answer. */
  readonly latencies: Latencies = new Latencies();
  paused = false;
  readonly #transport: Transport;
  readonly #parts: EgressParts;
  readonly #gate: FlushGate;
  readonly #outgoing: readonly OutgoingLane[];
  readonly #entry = new LaneEntry();
  /** Whether the subscriptions are in force: what is published after `subscribe` must not miss it. */
  readonly #isReady: () => boolean;
  readonly #pumpSoon: () => void;
  #imminent = false;
  #load: PathLoad | undefined = undefined;

  constructor(options: {
    readonly path: PathId;
    readonly transport: Transport;
    readonly lanes: Lanes;
    readonly isReady: () => boolean;
    readonly parts: EgressParts;
  }) {
    this.path = options.path;
    this.lanes = options.lanes;
    this.#transport = options.transport;
    this.#isReady = options.isReady;
    this.#parts = options.parts;
    this.status = new PathStatus(options.path, options.transport, options.parts);
    this.#outgoing = options.lanes.all.map((lane) => new OutgoingLane(lane));
    this.#gate = new FlushGate({
      lanes: options.lanes,
      settings: options.parts.settings,
      clock: options.parts.clock,
      onOpen: () => this.pump(),
    });
    this.#pumpSoon = () => {
      this.#imminent = false;
      options.parts.time.expire();
      this.pump();
    };
  }

  get isImminent(): boolean {
    return this.#imminent;
  }

  wake(priority: Priority): void {
    if (this.#gate.isHolding && !this.#gate.admits(this.lanes.all[priority])) return;
    if (this.#imminent) return;
    this.#imminent = true;
    this.#parts.clock.microtask(this.#pumpSoon);
  }

  /** Sends what may go now. */
  pump(): void {
    if (this.paused || !this.#isReady()) return;
    const mask = this.lanes.runnableMask();
    for (const priority of PRIORITIES) {
      const outgoing = this.#outgoing[priority] as OutgoingLane;
      while ((mask & (1 << priority)) !== 0 && outgoing.isOpen && outgoing.lane.depth > 0) this.#sendNext(outgoing);
    }
    this.#gate.emptied();
  }

  /** Nothing is held back any more: somebody flushes, or the client closes. */
  hurry(): void {
    this.#gate.open();
    this.pump();
  }

  /** Messages that left their lanes and are not stored yet. */
  sending(priority: Priority): number {
    return (this.#outgoing[priority] as OutgoingLane).sending;
  }

  get isSending(): boolean {
    return this.#outgoing.some(({ inFlight, failed }) => inFlight.size > 0 || failed.length > 0);
  }

  get load(): PathLoad {
    let inFlight = 0;
    let oldestInFlightAtMs = Infinity;
    for (const outgoing of this.#outgoing) {
      inFlight += outgoing.sending;
      for (const { startedAtMs } of outgoing.inFlight) oldestInFlightAtMs = Math.min(oldestInFlightAtMs, startedAtMs);
    }
    this.#load = {
      waiting: this.lanes.occupied,
      inFlight,
      oldestInFlightAtMs,
      status: this.status.isDown ? 'down' : 'up',
    };
    return this.#load;
  }

  /** Gives up what is on its way, and says how many messages that were. */
  abandon(): number {
    let messages = 0;
    for (const outgoing of this.#outgoing) {
      for (const { batch, keys } of [...outgoing.inFlight, ...outgoing.failed]) {
        messages += batch.messages.length;
        for (const message of batch.messages) this.#dropClosed(outgoing, message);
        for (const key of keys) key.open -= 1;
      }
      outgoing.inFlight.clear();
      outgoing.failed.length = 0;
    }
    if (messages > 0) this.#parts.onDrained();
    return messages;
  }

  #sendNext(outgoing: OutgoingLane): void {
    const { time, producer } = this.#parts;
    const { lane } = outgoing;
    const nowMs = time.read();
    const messages: TransportMessage[] = [];
    const keys: OrderingKey[] = [];
    const entry = this.#entry;
    while (messages.length < MAX_BATCH && lane.take(entry)) {
      if (entry.expiresAtMs <= nowMs) {
        this.#expired(outgoing, entry);
        continue;
      }
      this.latencies.waits[lane.priority].record(nowMs - entry.publishedAtMs, 1);
      keys.push(keyOf(entry));
      messages.push({
        topic: entry.topic?.topic ?? '',
        payload: entry.payload,
        priority: lane.priority,
        producer,
        sequence: entry.sequence,
        publishedAtMs: entry.publishedAtMs,
        orderingKey: entry.key?.text,
        correlationId: entry.extras?.correlationId,
        expiresAtMs: entry.expiresAtMs === Infinity ? undefined : entry.expiresAtMs,
        headers: entry.extras?.headers,
      });
    }
    entry.payload = undefined;
    lane.onRoom?.(lane);
    if (messages.length > 0) this.#offer(outgoing, { batch: outgoing.nextBatch(messages), keys, startedAtMs: nowMs });
  }

  #offer(outgoing: OutgoingLane, sent: BatchInFlight): void {
    outgoing.inFlight.add(sent);
    let answer: Promise<void>;
    try {
      answer = Promise.resolve(this.#transport.publish(sent.batch));
    } catch (error) {
      answer = Promise.reject(error);
    }
    answer.then(
      () => this.#stored(outgoing, sent),
      (error: unknown) => this.#rejected(outgoing, sent, error),
    );
  }

  #stored(outgoing: OutgoingLane, sent: BatchInFlight): void {
    if (!outgoing.inFlight.delete(sent)) return;
    this.status.worked();
    outgoing.attempts = 0;
    this.#settleStored(outgoing, sent, undefined);
    this.#goOn(outgoing);
  }

  #rejected(outgoing: OutgoingLane, sent: BatchInFlight, error: unknown): void {
    if (!outgoing.inFlight.delete(sent)) return;
    const { retryable, rejected } = transportFault(error);
    if (retryable) {
      outgoing.fail(sent);
      this.#rest(outgoing, error);
      return;
    }
    outgoing.attempts = 0;
    if (rejected === undefined) this.status.failed(error, 0);
    else this.status.worked();
    this.#settleStored(outgoing, sent, rejected ?? sent.batch.messages.map((_message, index) => ({ index, error })));
    this.#goOn(outgoing);
  }

  /** Waits before the failed batches are offered again. */
  #rest(outgoing: OutgoingLane, error: unknown): void {
    if (outgoing.resting) return;
    const { settings, random, clock } = this.#parts;
    outgoing.attempts += 1;
    outgoing.resting = true;
    const delayMs = backoffMs(settings.retry, outgoing.attempts, random);
    this.status.failed(error, delayMs);
    clock.setTimer(
      () => {
        outgoing.resting = false;
        this.#goOn(outgoing);
      },
      Math.max(delayMs, MIN_REST_MS),
    );
  }

  /** Offers the first failed batch again, alone, or sends what waits. */
  #goOn(outgoing: OutgoingLane): void {
    const [first] = outgoing.failed;
    if (first === undefined) {
      this.pump();
    } else if (!outgoing.resting && outgoing.inFlight.size === 0) {
      outgoing.failed.shift();
      first.startedAtMs = this.#parts.time.read();
      this.#offer(outgoing, first);
    }
    this.#parts.onDrained();
  }

  /** Settles the messages of a batch: those that are named as rejected become dead letters, the others were stored. */
  #settleStored(outgoing: OutgoingLane, sent: BatchInFlight, rejected: readonly Rejection[] | undefined): void {
    const { reporter, time } = this.#parts;
    const { counters, priority } = outgoing.lane;
    const nowMs = time.read();
    const { messages } = sent.batch;
    const dead = new Map(rejected?.map((rejection) => [rejection.index, rejection]));
    this.latencies.handles[priority].record(nowMs - sent.startedAtMs, messages.length);
    for (const [index, message] of messages.entries()) {
      const rejection = dead.get(index);
      if (rejection === undefined) counters.sent += 1;
      else this.#bury(outgoing, message, rejection);
      if (!reporter.observes) continue;
      const outcome = reporter.outcome.ofTransport(
        rejection === undefined ? 'sent' : 'deadLettered',
        message,
        this.path,
      );
      outcome.waitedMs = Math.max(0, sent.startedAtMs - message.publishedAtMs);
      outcome.handledMs = Math.max(0, nowMs - sent.startedAtMs);
      outcome.error = rejection;
      reporter.observe(outcome);
    }
    for (const key of sent.keys) key.open -= 1;
  }

  #bury(outgoing: OutgoingLane, message: TransportMessage, rejection: Rejection): void {
    outgoing.lane.counters.deadLettered += 1;
    const { topic, payload, priority, publishedAtMs, producer, sequence } = message;
    const { orderingKey, correlationId, expiresAtMs, headers } = message;
    const error =
      'error' in rejection ? rejection.error : Object.assign(new Error(rejection.message), { code: rejection.code });
    this.#parts.office.buryMessage(
      {
        topic,
        payload,
        priority,
        publishedAtMs,
        attempts: outgoing.attempts + 1,
        producer,
        sequence,
        subscriptionId: undefined,
        orderingKey,
        correlationId,
        expiresAtMs,
        headers,
      },
      error,
    );
  }

  #expired(outgoing: OutgoingLane, entry: LaneEntry): void {
    const { reporter } = this.#parts;
    outgoing.lane.counters.expired += 1;
    if (reporter.observes) reporter.observe(reporter.outcome.ofEntry('expired', entry, outgoing.lane));
    keyOf(entry).open -= 1;
  }

  #dropClosed(outgoing: OutgoingLane, message: TransportMessage): void {
    const { reporter } = this.#parts;
    outgoing.lane.counters.drop('closed');
    reporter.dropped(message, message.priority, 'closed');
    if (!reporter.observes) return;
    const outcome = reporter.outcome.ofTransport('dropped', message, this.path);
    outcome.reason = 'closed';
    reporter.observe(outcome);
  }
}

/** One message of a batch that can never be stored. */
type Rejection = RejectedMessage | { readonly index: number; readonly error: unknown };

/** A transport that shards a batch still fills entries of about a hundred messages; more would hold the event loop up. */
const MAX_BATCH = 500;
/** Even where retries are configured without a delay, a transport that is away is not asked more often. */
const MIN_REST_MS = 10;
