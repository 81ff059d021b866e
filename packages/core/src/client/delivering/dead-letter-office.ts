import type { Clock, DeadLetter, Headers, Priority } from '@tradewind/core-types';
import type { InMemoryDeadLetters } from '../../dead-letters/in-memory-dead-letters.ts';
import { causeOf } from '../../dead-letters/letter-cause.ts';
import type { FailureLog } from '../../platform/failure-log.ts';
import type { EmitEvent } from '../observing/client-events.ts';
import type { Delivery } from './delivery.ts';

export interface DeadLetterOfficeOptions {
  readonly deadLetterTopic: string;
  readonly letters: InMemoryDeadLetters;
  readonly clock: Clock;
  readonly failureLog: FailureLog;
  readonly emit: EmitEvent;
  /** Publishes a letter on the dead-letter topic; false when the lane is full. */
  readonly publishLetter: (letter: DeadLetter) => boolean;
}

/** A message that failed for good, wherever that was. */
export interface DeadMessage {
  readonly topic: string;
  readonly payload: unknown;
  readonly priority: Priority;
  readonly publishedAtMs: number;
  readonly attempts: number;
  readonly producer: string;
  readonly sequence: number;
  readonly subscriptionId: string | undefined;
  readonly orderingKey: string | undefined;
  readonly correlationId: string | undefined;
  readonly expiresAtMs: number | undefined;
  readonly headers: Headers | undefined;
}

/** Where a dead delivery is now; `returned`: its transport puts it aside; `unwritten`: its transport must not take it for settled. */
export type Burial = 'buried' | 'returned' | 'unwritten';

/**
 * Puts aside what failed for the last time: into the store of this process, and as a message onto the dead-letter topic.
 *
 * A delivery of the dead-letter topic itself is not dead-lettered again, since that would never end; it is logged and counted. A message
 * that came from a transport with dead letters of its own is given back to it instead, with the error.
 */
export class DeadLetterOffice {
  readonly #options: DeadLetterOfficeOptions;
  #unwritten = 0;

  constructor(options: DeadLetterOfficeOptions) {
    this.#options = options;
  }

  /** How many could not be written to the dead-letter topic. */
  get unwritten(): number {
    return this.#unwritten;
  }

  /** Puts a delivery aside. */
  bury(delivery: Delivery, error: unknown): Burial {
    if (delivery.inbound?.hasDeadLetters === true) return 'returned';
    const { meta, payload, subscription, attempts } = delivery;
    const written = this.buryMessage(
      {
        topic: meta.topic,
        payload,
        priority: meta.priority,
        publishedAtMs: meta.publishedAtMs,
        attempts: Math.max(attempts, meta.deliveryCount),
        producer: meta.producer,
        sequence: meta.sequence,
        subscriptionId: subscription.id,
        orderingKey: meta.orderingKey,
        correlationId: meta.correlationId,
        expiresAtMs: meta.expiresAtMs,
        headers: meta.headers,
      },
      error,
    );
    return written ? 'buried' : 'unwritten';
  }

  /** Puts a message aside. False when the dead-letter topic did not take it. */
  buryMessage(message: DeadMessage, error: unknown): boolean {
    const { deadLetterTopic, letters, clock, emit } = this.#options;
    if (message.topic === deadLetterTopic) return this.#unwrittenLetter(message, error);
    const letter = letters.add({ ...message, deadAtMs: clock.now(), cause: causeOf(error) });
    emit('deadLetter', letter);
    try {
      return this.#options.publishLetter(letter) || this.#unwrittenLetter(message, 'its lane is full');
    } catch (publishError) {
      return this.#unwrittenLetter(message, publishError);
    }
  }

  #unwrittenLetter(message: DeadMessage, error: unknown): false {
    this.#unwritten += 1;
    this.#options.failureLog.error(
      { event: 'dead-letter.unwritten', topic: message.topic, subscriptionId: message.subscriptionId, error },
      `A dead letter of ${message.topic} could not be published on ${this.#options.deadLetterTopic}.`,
    );
    return false;
  }
}
