import type { ReceivedMessage, SettlementFailure } from '@tradewind/core-types';
import { causeOf, type UnwrittenLetter } from '../dead-letters/letter-format.ts';
import type { DeadLetterWriter } from '../dead-letters/dead-letter-writer.ts';
import { log } from '../observing/log.ts';
import type { Counters } from '../observing/counters.ts';
import type { RedisStreamSettings } from '../options.ts';
import { batchOfSome, type EntryBatch } from './entry-batch.ts';
import type { OpenEntry } from './open-entry.ts';
import type { OwnedStream } from './owned-stream.ts';

/** What the failures of a group's consumer need. */
export interface FailuresParts {
  readonly settings: RedisStreamSettings;
  readonly counters: Counters;
  readonly deadLetters: DeadLetterWriter;
  readonly group: string | undefined;
  /** Brings messages again, before anything new of their lane. */
  readonly redeliver: (stream: OwnedStream, batch: EntryBatch) => void;
}

/** What becomes of messages that failed: they come again, counted by Redis first, or they are put aside. */
export class Failures {
  readonly #parts: FailuresParts;
  /** Messages that failed in this turn, to be counted and brought again together. */
  readonly #failing = new Map<OpenEntry, { readonly stream: OwnedStream; readonly indexes: number[] }>();
  #scheduled = false;
  #isUnwrittenLogged = false;

  constructor(parts: FailuresParts) {
    this.#parts = parts;
  }

  failed(stream: OwnedStream, entry: OpenEntry, index: number, failure: SettlementFailure): void {
    if (failure.next === 'deadLetter' || entry.deliveriesOf(index) >= this.#parts.settings.maxDeliveries) {
      this.bury(entry, index, failure);
      return;
    }
    if (stream.shard.state !== 'owned') {
      // The next owner of the shard brings it again.
      entry.leave([index]);
      stream.shard.settled();
      return;
    }
    const failing = this.#failing.get(entry);
    if (failing === undefined) {
      this.#failing.set(entry, { stream, indexes: [index] });
      stream.hold();
    } else failing.indexes.push(index);
    this.#schedule();
  }

  /** Brings what was left for the next owner of the shard, as it stays here after all. */
  bringLeft(stream: OwnedStream): void {
    for (const entry of stream.open.values()) {
      const indexes = entry.takeLeft();
      if (indexes.length === 0) continue;
      stream.hold();
      this.#count(stream, entry, indexes);
    }
  }

  /** Puts a message aside first and settles it then; as long as that fails it stays pending, and is tried again. */
  bury(entry: OpenEntry, index: number, failure: SettlementFailure): void {
    void this.#bury(entry, index, failure);
  }

  async #bury(entry: OpenEntry, index: number, failure: SettlementFailure): Promise<void> {
    const message = entry.messages[index] as ReceivedMessage;
    const { settings, deadLetters, counters, group } = this.#parts;
    try {
      await deadLetters.write(letterOf(message, failure, entry.deliveriesOf(index), settings.clock.now()));
      this.#isUnwrittenLogged = false;
      counters.deadLettered += 1;
      entry.settle(index);
    } catch (error) {
      if (entry.revoked) return;
      if (!this.#isUnwrittenLogged) {
        this.#isUnwrittenLogged = true;
        const fields = { path: settings.name, group, topic: message.topic, error };
        const sentence = 'A dead letter could not be written; the message stays pending.';
        log(settings.logger, 'redis.dead-letter-unwritten', fields, sentence);
      }
      settings.clock.setTimer(() => {
        if (!entry.revoked) this.bury(entry, index, failure);
      }, UNWRITTEN_DELAY_MS);
    }
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#parts.settings.clock.nextTurn(() => {
      this.#scheduled = false;
      for (const [entry, { stream, indexes }] of this.#failing) this.#count(stream, entry, indexes);
      this.#failing.clear();
    });
  }

  #count(stream: OwnedStream, entry: OpenEntry, indexes: readonly number[]): void {
    if (entry.revoked) return stream.unhold();
    entry.countRedelivery(indexes);
    const { clock, redeliveryDelayMs } = this.#parts.settings;
    let isTold = false;
    let isDue = redeliveryDelayMs === 0;
    const bring = (): void => {
      if (isTold && isDue) this.#bring(stream, entry, indexes);
    };
    stream.shard.settlements.count(stream.key, entry, () => {
      isTold = true;
      bring();
    });
    if (!isDue)
      clock.setTimer(() => {
        isDue = true;
        bring();
      }, redeliveryDelayMs);
  }

  #bring(stream: OwnedStream, entry: OpenEntry, indexes: readonly number[]): void {
    stream.unhold();
    if (entry.revoked) return;
    if (stream.shard.state !== 'owned') {
      entry.leave(indexes);
      stream.shard.settled();
      return;
    }
    this.#parts.counters.redeliveredMessages += indexes.length;
    entry.touchedMs = this.#parts.settings.clock.now();
    this.#parts.redeliver(stream, batchOfSome(entry, indexes));
  }
}

/** A message that was given up, as it is put aside. */
export function letterOf(
  message: ReceivedMessage,
  failure: SettlementFailure,
  deliveries: number,
  nowMs: number,
): UnwrittenLetter {
  return {
    producer: message.producer,
    sequence: message.sequence,
    topic: message.topic,
    payload: message.payload,
    priority: message.priority,
    publishedAtMs: message.publishedAtMs,
    deadAtMs: nowMs,
    attempts: failure.attempts ?? deliveries,
    subscriptionId: failure.subscriptionId,
    orderingKey: message.orderingKey,
    correlationId: message.correlationId,
    expiresAtMs: message.expiresAtMs,
    headers: message.headers,
    cause: causeOf(failure.error),
  };
}

/** How long a message waits that ought to be among the dead letters, which have no room or cannot be reached. */
const UNWRITTEN_DELAY_MS = 1_000;
