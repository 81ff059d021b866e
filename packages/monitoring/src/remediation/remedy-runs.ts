import type { Clock, Remedy } from '@tradewind/core-types';

/**
 * Runs remedies, each for so long at most.
 *
 * A remedy cannot be stopped from outside: one that hangs is left alone, and is not run a second time beside itself until it has ended.
 */
export class RemedyRuns {
  readonly #clock: Pick<Clock, 'setTimer' | 'clearTimer'>;
  /** What was started and has not ended: the component and the name of the remedy. */
  readonly #open = new Set<string>();

  constructor(clock: Pick<Clock, 'setTimer' | 'clearTimer'>) {
    this.#clock = clock;
  }

  /** Resolves when it is done. Rejects with what the remedy rejects, when its time is over, and while an earlier run of it has not ended. */
  async run(target: string, remedy: Remedy, timeoutMs: number): Promise<void> {
    const key = `${target} ${remedy.name}`;
    if (this.#open.has(key)) throw new Error('An earlier run has not ended yet.');
    this.#open.add(key);
    await new Promise<void>((resolve, reject) => {
      const timer = this.#clock.setTimer(() => reject(new Error(`It did not end within ${timeoutMs} ms.`)), timeoutMs, {
        background: true,
      });
      // Inside of an asynchronous function also one that throws instead of rejecting rejects.
      void (async () => remedy.run())()
        .then(resolve, reject)
        .finally(() => {
          this.#open.delete(key);
          this.#clock.clearTimer(timer);
        });
    });
  }
}
