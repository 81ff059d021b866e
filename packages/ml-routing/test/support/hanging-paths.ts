import type { InMemoryBroker } from '@tradewind/core';
import type { Clock, Transport } from '@tradewind/core-types';
import { waitingTransport } from './waiting-transport.ts';

/** Paths in simulated time, of which one may hang: what it is given then waits until {@link HangingPaths.goOn}. */
export class HangingPaths {
  hanging = '';
  /** Which of them were given something, in order. */
  readonly taken: string[] = [];
  readonly #clock: Pick<Clock, 'setTimer'>;
  readonly #held: (() => void)[] = [];

  constructor(clock: Pick<Clock, 'setTimer'>) {
    this.#clock = clock;
  }

  /** A path that takes so long while it does not hang. */
  transport(name: string, ms: number, broker?: InMemoryBroker): Transport {
    return waitingTransport(name, () => this.#wait(name, ms), broker);
  }

  /** How many batches wait. */
  get held(): number {
    return this.#held.length;
  }

  goOn(): void {
    this.hanging = '';
    for (const release of this.#held.splice(0)) release();
  }

  #wait(name: string, ms: number): Promise<void> {
    this.taken.push(name);
    return new Promise((resolve) => {
      if (this.hanging === name) this.#held.push(resolve);
      else this.#clock.setTimer(resolve, ms);
    });
  }
}
