import { errorCode, type Clock, type DeadLetter, type Headers, type Priority } from '@tradewind/core-types';
import type { FailureLog } from '../../platform/failure-log.ts';
import type { EmitEvent } from '../observing/client-events.ts';
import type { Delivery } from './delivery.ts';
import type { MemoryDeadLetters } from './dead-letter-store.ts';

export interface DeadLetterOfficeOptions {
  readonly deadLetterTopic: string;
  readonly letters: MemoryDeadLetters;
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
    const recipient = message.subscriptionId === undefined ? '' : `/${message.subscriptionId}`;
    const letter: DeadLetter = {
      ...message,
      id: `${message.producer}/${message.sequence}${recipient}`,
      deadAtMs: clock.now(),
      cause: causeOf(error),
    };
    letters.add(letter);
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

/** The message of an error is worth keeping even where its stack cannot be read. */
function stackOf(error: Error): string | undefined {
  try {
    const stack: unknown = error.stack;
    return typeof stack === 'string' ? stack : undefined;
  } catch {
    return undefined;
  }
}

/** An error as text: an `Error` itself does not cross processes. Anything may be thrown, objects that cannot be shown included. */
function causeOf(error: unknown): DeadLetter['cause'] {
  const code = errorCode(error);
  try {
    // Read once, and made text: a getter may answer something else the next time, or no text at all.
    if (error instanceof Error) {
      const message: unknown = error.message;
      return { message: String(message), code, stack: stackOf(error) };
    }
    return { message: String(error), code };
  } catch {
    return { message: 'something that cannot be shown as text was thrown', code };
  }
}
