import { randomUUID } from 'node:crypto';
import type { Priority, TransportMessage } from '@tradewind/core-types';
import { Publisher, type PublisherParts } from './publisher.ts';

/** A message that gets its producer, sequence and time from whoever publishes it. */
export type UnnumberedMessage = Omit<TransportMessage, 'producer' | 'sequence' | 'publishedAtMs'>;

/**
 * Publishes beside a client, whose batches are numbered without gaps and must not be mixed with others: as a producer of its own.
 *
 * What fails is not offered again by itself: the next publish begins with a new life of the producer, so that it does not wait behind what failed.
 */
export class SidePublisher {
  readonly #parts: PublisherParts;
  readonly #producer: string;
  #publisher: Publisher | undefined = undefined;
  #batches: [number, number, number, number] = [0, 0, 0, 0];
  #sequence = 0;
  #isClosed = false;

  /** @param producer - As the messages name it. */
  constructor(parts: PublisherParts, producer: string) {
    const settings = {
      ...parts.settings,
      producerId: `${producer}-${randomUUID()}`,
      spool: undefined,
      bufferIntervalMs: 0,
      typesFilter: new Set<string>(),
    };
    this.#parts = { ...parts, settings };
    this.#producer = producer;
  }

  /** Resolves when all are stored, in their order by lane and key. @throws RedisTransportError */
  async publish(messages: readonly UnnumberedMessage[]): Promise<void> {
    const nowMs = this.#parts.settings.clock.now();
    const byLane = Map.groupBy(messages, ({ priority }) => priority);
    const publisher = (this.#publisher ??= this.#newPublisher());
    const stored = [...byLane].map(([priority, some]) => {
      const numbered = some.map((message): TransportMessage => {
        this.#sequence += 1;
        return { ...message, producer: this.#producer, sequence: this.#sequence, publishedAtMs: nowMs };
      });
      return publisher.publish({ priority, batchSequence: this.#nextBatch(priority), messages: numbered });
    });
    const failed = (await Promise.allSettled(stored)).find((result) => result.status === 'rejected');
    if (failed === undefined) return;
    if (this.#publisher === publisher && !this.#isClosed) this.#publisher = undefined;
    await publisher.close({ deadlineMs: 0 });
    throw failed.reason;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#publisher?.close({ deadlineMs: 0 });
  }

  #newPublisher(): Publisher {
    this.#batches = [0, 0, 0, 0];
    return new Publisher(this.#parts);
  }

  #nextBatch(priority: Priority): number {
    this.#batches[priority] += 1;
    return this.#batches[priority];
  }
}
