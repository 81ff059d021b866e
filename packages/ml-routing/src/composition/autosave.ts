import type { Clock, Timer } from '@tradewind/core-types';
import type { StateKeeper } from '../state/state-keeper.ts';

/** Saves every so often, in the background: it does not keep the process alive. */
export class Autosave {
  readonly #keeper: StateKeeper;
  readonly #clock: Clock;
  readonly #everyMs: number;
  #timer: Timer | undefined = undefined;
  #started = false;
  #stopped = false;

  constructor(keeper: StateKeeper, clock: Clock, everyMs: number) {
    this.#keeper = keeper;
    this.#clock = clock;
    this.#everyMs = everyMs;
  }

  /** Again: does nothing. */
  start(): void {
    if (this.#timer !== undefined || this.#stopped) return;
    this.#started = true;
    this.#timer = this.#clock.setTimer(
      () => {
        this.#timer = undefined;
        // The next period begins when this saving has ended: a slow store is not asked faster than it answers.
        void this.#keeper.save().then(() => this.start());
      },
      this.#everyMs,
      { background: true },
    );
  }

  /** Saves a last time, unless it was never started. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
    if (this.#started) await this.#keeper.save();
  }
}
