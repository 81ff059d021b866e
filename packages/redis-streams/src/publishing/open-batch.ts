import type { OutgoingBatch, Priority, RejectedMessage } from '@tradewind/core-types';
import { RedisTransportError } from '../errors.ts';

/** A batch that was offered, until it is stored or given up. */
export class OpenBatch {
  readonly priority: Priority;
  readonly sequence: number;
  readonly producer: string | undefined;
  readonly firstSequence: number | undefined;
  readonly size: number;
  /** Entries that hold messages of it and are not stored yet. */
  entries = 0;
  /** Whether all its messages have been looked at. */
  complete = false;
  /** Entries of it that Redis has. */
  stored = 0;
  /** Entries of it that Redis may have. */
  uncertain = 0;
  dueAtMs: number;
  readonly #rejected: RejectedMessage[] = [];
  /** What was wrong with the whole of a part, rather than with its messages. */
  #failure: RedisTransportError | undefined;
  #answer: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | undefined;
  #promise: Promise<void>;

  constructor(batch: OutgoingBatch, dueAtMs: number) {
    const [first] = batch.messages;
    this.priority = batch.priority;
    this.sequence = batch.batchSequence;
    this.producer = first?.producer;
    this.firstSequence = first?.sequence;
    this.size = batch.messages.length;
    this.dueAtMs = dueAtMs;
    this.#promise = this.#ask();
  }

  /** What `publish` returns, as long as somebody waits. */
  get promise(): Promise<void> {
    return this.#promise;
  }

  /** Whether somebody waits for it: not after it failed, until it is offered again. */
  get isAwaited(): boolean {
    return this.#answer !== undefined;
  }

  get isDone(): boolean {
    return this.complete && this.entries === 0;
  }

  /** Whether Redis has, or may have, any of it. */
  get maybeStored(): boolean {
    return this.stored > 0 || this.uncertain > 0;
  }

  isSame(batch: OutgoingBatch): boolean {
    const [first] = batch.messages;
    return this.producer === first?.producer && this.firstSequence === first?.sequence;
  }

  /** It was offered again: the next answer goes to the new promise. */
  attach(dueAtMs: number): Promise<void> {
    this.dueAtMs = dueAtMs;
    if (this.#answer === undefined) this.#promise = this.#ask();
    return this.#promise;
  }

  reject(index: number, code: RejectedMessage['code'], message: string): void {
    this.#rejected.push({ index, code, message });
  }

  /** Messages of one entry that can never be stored. */
  rejectAll(indices: readonly number[], failure: RedisTransportError): void {
    this.#failure ??= failure;
    for (const index of indices) this.reject(index, failure.code, failure.message);
  }

  /** Answers when all its entries are stored, or can never be. */
  settleWhenDone(): void {
    const answer = this.#answer;
    if (!this.isDone || answer === undefined) return;
    this.#answer = undefined;
    if (this.#rejected.length === 0) answer.resolve();
    else answer.reject(this.#rejection());
  }

  /** Rejects for now; its entries stay where they are. */
  fail(error: RedisTransportError): void {
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.reject(error);
  }

  #ask(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#answer = { resolve, reject };
    });
  }

  #rejection(): RedisTransportError {
    const rejected = this.#rejected.toSorted((a, b) => a.index - b.index);
    if (this.#failure !== undefined && rejected.length === this.size) return this.#failure;
    const [first] = rejected;
    return new RedisTransportError(first?.code ?? 'TRANSPORT_REFUSED', {
      message: `Expected messages that can be stored, and ${rejected.length} of ${this.size} cannot: ${first?.message ?? ''}`,
      hint:
        rejected.length < this.size
          ? 'The others were stored.'
          : 'None was stored. Put them aside: they need no retry.',
      retryable: false,
      mayHaveBeenStored: rejected.length < this.size,
      rejected,
    });
  }
}
