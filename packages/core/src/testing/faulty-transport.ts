import type {
  BatchReceiver,
  Clock,
  CloseOptions,
  ConsumeOptions,
  Consumer,
  OutgoingBatch,
  Transport,
  TransportCapabilities,
  TransportErrorCode,
} from '@tradewind/core-types';
import { PublishOrder } from '../transport/publish-order.ts';
import { TransportFailure } from '../transport/transport-failure.ts';

/** How a call fails. */
export interface Fault {
  /** Default `TRANSPORT_UNAVAILABLE`. */
  readonly code?: TransportErrorCode | undefined;
  /** Default true. */
  readonly retryable?: boolean | undefined;
  /** The batch is stored, and the call fails all the same, as when the answer gets lost; the error says so. Default false. */
  readonly stored?: boolean | undefined;
}

/**
 * A transport that fails as it is told, around one that works: to test what a client does about it.
 *
 * ```ts
 * const transport = new FaultyTransport(broker.transport(), clock);
 * transport.failPublishes(2);                     // the next two calls of publish reject, retryable
 * transport.failPublishes(1, { stored: true });   // then one that has stored the batch
 * ```
 */
export class FaultyTransport implements Transport {
  readonly name: string;
  readonly capabilities: TransportCapabilities;
  /** Every batch that `publish` was called with, failed ones included. */
  readonly batches: OutgoingBatch[] = [];
  readonly #inner: Transport;
  readonly #clock: Clock;
  readonly #order = new PublishOrder();
  readonly #publishFaults: Fault[] = [];
  readonly #consumeFaults: Fault[] = [];
  #delayMs = 0;
  #down = false;
  #held: (() => void)[] | undefined;
  #passed: Promise<unknown> = Promise.resolve();

  constructor(inner: Transport, clock: Clock) {
    this.#inner = inner;
    this.#clock = clock;
    this.name = inner.name;
    this.capabilities = inner.capabilities;
  }

  /** The next `count` calls of `publish` that are not yet told to fail will. */
  failPublishes(count: number, fault: Fault = {}): void {
    for (let i = 0; i < count; i += 1) this.#publishFaults.push(fault);
  }

  /** The same for `consume`. */
  failConsumes(count: number, fault: Fault = {}): void {
    for (let i = 0; i < count; i += 1) this.#consumeFaults.push(fault);
  }

  /** Each `publish` takes so long from now on, before it stores or fails. */
  delayPublishes(ms: number): void {
    this.#delayMs = ms;
  }

  /** Every call fails with `TRANSPORT_UNAVAILABLE` until {@link restore}. */
  cut(): void {
    this.#down = true;
  }

  restore(): void {
    this.#down = false;
  }

  /** Calls of `publish` stay in flight until {@link release}. */
  hold(): void {
    this.#held ??= [];
  }

  /** Lets the held calls go on, in their order. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const goOn of held) goOn();
  }

  async publish(batch: OutgoingBatch): Promise<void> {
    this.batches.push(batch);
    await this.#passing();
    // Only one whose turn it is takes a fault: what is turned away has failed for a reason of its own.
    this.#order.admits(batch);
    const fault = this.#down ? {} : this.#publishFaults.shift();
    if (fault === undefined) {
      await this.#inner.publish(batch);
      return this.#order.stored(batch);
    }
    const failure = failureOf('publish', fault);
    // Before the batch is stored: a later one that is on its way already must be turned away.
    this.#order.failed(batch, failure);
    if (fault.stored === true) await this.#inner.publish(batch);
    throw failure;
  }

  async consume(options: ConsumeOptions, receiver: BatchReceiver): Promise<Consumer> {
    const fault = this.#down ? {} : this.#consumeFaults.shift();
    if (fault !== undefined) throw failureOf('consume', fault);
    return this.#inner.consume(options, receiver);
  }

  close(options?: CloseOptions): Promise<void> {
    return this.#inner.close(options);
  }

  /** Resolves for one call after the other, in the order in which they came, whatever held each of them up. */
  async #passing(): Promise<void> {
    this.#passed = Promise.all([this.#passed, this.#heldUp()]);
    await this.#passed;
  }

  async #heldUp(): Promise<void> {
    const held = this.#held;
    if (held !== undefined) await new Promise<void>((resolve) => held.push(resolve));
    if (this.#delayMs > 0) await new Promise<void>((resolve) => this.#clock.setTimer(resolve, this.#delayMs));
  }
}

function failureOf(
  call: string,
  { code = 'TRANSPORT_UNAVAILABLE', retryable = true, stored = false }: Fault,
): TransportFailure {
  return new TransportFailure(code, {
    message: `Expected ${call} to fail, as the test has said.`,
    hint: stored ? 'The batch was stored.' : 'Nothing was stored.',
    retryable,
    mayHaveBeenStored: stored,
  });
}
