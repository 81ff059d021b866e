import type { Clock } from '@tradewind/core-types';

/** How virtual time follows the clock on the wall. */
export interface PacerOptions {
  readonly clock: Clock;
  /** Virtual seconds per real second; `Infinity`: as fast as it goes. */
  readonly speed: number;
}

/** Says how far virtual time may have come. */
export class Pacer {
  readonly #clock: Clock;
  readonly speed: number;
  #startedAtMs: number | undefined;

  constructor({ clock, speed }: PacerOptions) {
    this.#clock = clock;
    this.speed = speed;
  }

  /** Real milliseconds since the first call, what was skipped included. */
  elapsedMs(): number {
    this.#startedAtMs ??= this.#clock.now();
    return this.#clock.now() - this.#startedAtMs;
  }

  /** Moves virtual time on to a moment, as if the time until then had passed. */
  skipTo(micros: number): void {
    const missingMs = (micros - this.dueMicros()) / 1000 / this.speed;
    if (this.#startedAtMs !== undefined && missingMs > 0 && Number.isFinite(missingMs)) this.#startedAtMs -= missingMs;
  }

  /** Everything before this moment of virtual time is due. */
  dueMicros(): number {
    const elapsedMs = this.elapsedMs();
    return this.speed === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : elapsedMs * 1000 * this.speed;
  }
}
