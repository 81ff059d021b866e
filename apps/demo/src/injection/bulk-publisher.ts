import { Priority } from '@tradewind/core-types';

/**
 * A publisher of results of research that does not look where it publishes: as many as it can, until for half a second on end not one is taken. Then
 * it gives up, as a client with a circuit breaker does.
 */
export class BulkPublisher {
  readonly #bus: BulkBus;
  #timer: NodeJS.Timeout | undefined;
  #refusedInARow = 0;
  accepted = 0;
  refused = 0;

  constructor(bus: BulkBus) {
    this.#bus = bus;
  }

  get isRunning(): boolean {
    return this.#timer !== undefined;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#burst(), BURST_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #burst(): void {
    let taken = 0;
    for (let at = 0; at < BURST; at += 1) {
      if (this.#bus.publish('research.signals.momentum', this.accepted + this.refused, { priority: Priority.LOW }))
        taken += 1;
    }
    this.accepted += taken;
    this.refused += BURST - taken;
    this.#refusedInARow = taken === 0 ? this.#refusedInARow + 1 : 0;
    if (this.#refusedInARow >= GIVES_UP_AFTER) this.stop();
  }
}

/** As much of a client as it needs. */
interface BulkBus {
  publish(topic: string, payload: number, options: { readonly priority: Priority }): boolean;
}

const BURST = 100;
const BURST_EVERY_MS = 20;
/** Half a second. */
const GIVES_UP_AFTER = 25;
