import type { IncomingBatch, PathId, ReceivedMessage, SettlementFailure } from '@tradewind/core-types';

/**
 * A transport's message until all its deliveries are settled; then it is settled with its transport.
 *
 * It starts with one open mark, which stands for its place in the lane.
 */
export class InboundMessage {
  readonly received: ReceivedMessage;
  /** The path that it came over. */
  readonly path: PathId;
  /** Whether the transport puts aside by itself what fails too often. */
  readonly hasDeadLetters: boolean;
  readonly #batch: IncomingBatch;
  readonly #index: number;
  #open = 1;
  #failure: SettlementFailure | undefined = undefined;
  #superseded: InboundMessage[] = NONE;

  constructor(batch: IncomingBatch, index: number, source: InboundSource) {
    this.path = source.path;
    this.hasDeadLetters = source.hasDeadLetters;
    this.received = batch.messages[index] as ReceivedMessage;
    this.#batch = batch;
    this.#index = index;
  }

  /** One more delivery must end before it is settled. */
  opened(): void {
    this.#open += 1;
  }

  /** One of its marks ended well: handled, dead-lettered, expired, superseded, or wanted by nobody. */
  closed(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#settle();
  }

  /** One of its marks ended in a way that the transport has to know about. The first one counts, but what cannot be put aside comes again. */
  failed(failure: SettlementFailure): void {
    if (this.#failure === undefined || (this.#failure.next === 'deadLetter' && failure.next === 'redeliver'))
      this.#failure = failure;
    this.closed();
  }

  /** It went to another consumer: what has not started must not start. */
  get isRevoked(): boolean {
    return this.#batch.signal?.aborted === true;
  }

  /**
   * A mark of `older` ends together with this message, which took its place.
   *
   * What was superseded is acknowledged early when more than 1,000 have gathered behind one message that waits: that message is still
   * unsettled, so that a crash brings the newest state back.
   */
  supersede(older: InboundMessage): void {
    if (this.#superseded === NONE) this.#superseded = [];
    const gathered = this.#superseded;
    for (const oldest of older.#superseded) gathered.push(oldest);
    older.#superseded = NONE;
    gathered.push(older);
    if (gathered.length <= MAX_SUPERSEDED) return;
    this.#superseded = NONE;
    for (const message of gathered) message.closed();
  }

  #settle(): void {
    const failure = this.#failure;
    if (failure === undefined) this.#batch.settle(this.#index);
    else this.#batch.settle(this.#index, failure);
    const gathered = this.#superseded;
    this.#superseded = NONE;
    for (const message of gathered) {
      if (failure === undefined) message.closed();
      else message.failed({ ...failure, next: 'redeliver' });
    }
  }
}

/** Where inbound messages come from. */
export interface InboundSource {
  readonly path: PathId;
  readonly hasDeadLetters: boolean;
}

/** Shared by all messages that superseded nothing; never written to. */
const NONE: InboundMessage[] = [];
const MAX_SUPERSEDED = 1_000;
