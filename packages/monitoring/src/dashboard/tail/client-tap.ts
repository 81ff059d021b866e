import { channel, type ChannelListener } from 'node:diagnostics_channel';
import { DIAGNOSTIC_CHANNELS, type HandleDiagnostic, type PublishDiagnostic } from '@tradewind/core-types';

/** What is told of the messages of buffered clients. */
export interface ClientListener {
  /** Inside `publish`. */
  readonly published: (message: PublishDiagnostic) => void;
  /** Before a handler. Without it attempts are not listened to, and cost nothing. */
  readonly started?: ((attempt: HandleDiagnostic) => void) | undefined;
  /** After a handler returned or threw, or after its promise settled. */
  readonly ended?: ((attempt: HandleDiagnostic) => void) | undefined;
  /** Whether some that were started have not ended: then their ends are still listened to. */
  readonly isWaiting?: (() => boolean) | undefined;
  /** What the listener threw: on a diagnostics channel it would end the process. */
  readonly failed: (error: unknown) => void;
}

/**
 * Listens to the buffered clients of this process: to so many messages, and as many attempts, from one refill to the next.
 *
 * It takes no part: no subscription, no worker. A message that is shown on the channels costs its client one to two microseconds, so the tap lets go of them
 * when its allowance is used up: until the next refill a message then costs what it costs unwatched. It lets go at the end of the current code, because
 * who leaves a channel while that tells its listeners makes it leave out another; what comes before that costs one comparison.
 */
export class ClientTap implements Disposable {
  readonly #listener: ClientListener;
  readonly #messages: Beginning;
  readonly #attempts: Beginning;
  readonly #ends: readonly Tapped[];

  /** @param size - How many of each are told between two refills. */
  constructor(size: number, listener: ClientListener) {
    const { publish, handle } = DIAGNOSTIC_CHANNELS;
    this.#listener = listener;
    this.#messages = new Beginning(publish, size, {
      tell: (message) => listener.published(message as PublishDiagnostic),
      failed: listener.failed,
      spent: () => undefined,
    });
    this.#attempts = new Beginning(`tracing:${handle}:start`, size, {
      tell: (attempt) => listener.started?.(attempt as HandleDiagnostic),
      failed: listener.failed,
      spent: () => this.#letGo(),
    });
    this.#ends = [
      new Tapped(`tracing:${handle}:end`, (attempt) => this.#returned(attempt as HandleDiagnostic)),
      new Tapped(`tracing:${handle}:asyncEnd`, (attempt) => this.#end(attempt as HandleDiagnostic)),
    ];
    this.refill();
  }

  /** From now on as many again are told. */
  refill(): void {
    this.#messages.refill();
    if (this.#listener.started !== undefined) this.#attempts.refill();
    if (this.#listener.ended !== undefined) for (const tapped of this.#ends) tapped.connect();
  }

  /** Until the next refill no more than so many are told, of each: there is nothing more to learn. */
  atMost(count: number): void {
    this.#messages.atMost(count);
    this.#attempts.atMost(count);
  }

  [Symbol.dispose](): void {
    this.#messages.close();
    this.#attempts.close();
    for (const tapped of this.#ends) tapped.disconnect();
  }

  #returned(attempt: HandleDiagnostic): void {
    if (!attempt.pending) this.#end(attempt);
  }

  #end(attempt: HandleDiagnostic): void {
    try {
      this.#listener.ended?.(attempt);
    } catch (error) {
      this.#listener.failed(error);
    }
    if (this.#attempts.isSpent) queueMicrotask(() => this.#letGo());
  }

  /** The ends of what was told are awaited. */
  #letGo(): void {
    if (!this.#attempts.isSpent || this.#listener.isWaiting?.() === true) return;
    for (const tapped of this.#ends) tapped.disconnect();
  }
}

/** What a beginning is told to, and what it does when it has told as much as it may. */
interface Telling {
  readonly tell: (what: unknown) => void;
  readonly failed: (error: unknown) => void;
  readonly spent: () => void;
}

/** A channel on which something begins, of which only so much is told. */
class Beginning {
  readonly #size: number;
  readonly #telling: Telling;
  readonly #tapped: Tapped;
  #left = 0;

  constructor(channelName: string, size: number, telling: Telling) {
    this.#size = size;
    this.#telling = telling;
    this.#tapped = new Tapped(channelName, (what) => this.#took(what));
  }

  get isSpent(): boolean {
    return this.#left <= 0;
  }

  refill(): void {
    this.#left = this.#size;
    this.#tapped.connect();
  }

  atMost(count: number): void {
    this.#left = Math.min(this.#left, count);
  }

  close(): void {
    this.#left = 0;
    this.#tapped.disconnect();
  }

  #took(what: unknown): void {
    if (this.#left <= 0) return;
    this.#left -= 1;
    if (this.#left === 0) queueMicrotask(() => this.#letGo());
    try {
      this.#telling.tell(what);
    } catch (error) {
      this.#telling.failed(error);
    }
  }

  /** Unless it was refilled meanwhile. */
  #letGo(): void {
    if (this.#left > 0) return;
    this.#tapped.disconnect();
    this.#telling.spent();
  }
}

/** A channel, and whether it is listened to. */
class Tapped {
  readonly #name: string;
  readonly #listener: ChannelListener;
  #isConnected = false;

  constructor(name: string, listener: (message: unknown) => void) {
    this.#name = name;
    this.#listener = listener;
  }

  connect(): void {
    if (this.#isConnected) return;
    this.#isConnected = true;
    channel(this.#name).subscribe(this.#listener);
  }

  disconnect(): void {
    if (!this.#isConnected) return;
    this.#isConnected = false;
    channel(this.#name).unsubscribe(this.#listener);
  }
}
