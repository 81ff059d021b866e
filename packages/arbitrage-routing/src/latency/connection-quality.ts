/** How well a connection does: `POOR` loses, fails or is silent too often to be trusted with what is urgent. */
export const CONNECTION_QUALITIES = ['GOOD', 'FAIR', 'POOR'] as const;
/** One of `CONNECTION_QUALITIES`. */
export type ConnectionQuality = (typeof CONNECTION_QUALITIES)[number];

/** From which share of good observations on a quality is had, and how far beyond it has to be left. */
const BOUNDS = [0.95, 0.8];
const HYSTERESIS = 0.02;
/** An observation is forgotten by half within about 140 others. */
const STEP = 1 / 200;
/** An order that failed says as much as ten quotes that came late: it is what the connection is for. */
const FAILURE_STEP = 10 * STEP;

/** The share of recent observations that were good: no gap before it, not late, not failed. Exponentially weighted; starts as good. */
export class QualityGauge {
  #share = 1;
  #quality: ConnectionQuality = 'GOOD';

  /** From 0 to 1. */
  get share(): number {
    return this.#share;
  }

  get quality(): ConnectionQuality {
    return this.#quality;
  }

  /** Something arrived, in good order or not. */
  arrived(isGood: boolean): void {
    this.#move(isGood ? 1 : 0, STEP);
  }

  /** An order or a message was answered, or it failed. */
  answered(isGood: boolean): void {
    this.#move(isGood ? 1 : 0, FAILURE_STEP);
  }

  #move(towards: number, step: number): void {
    this.#share += (towards - this.#share) * step;
    let index = CONNECTION_QUALITIES.indexOf(this.#quality);
    while (index < BOUNDS.length && this.#share < (BOUNDS[index] as number) - HYSTERESIS) index += 1;
    while (index > 0 && this.#share >= (BOUNDS[index - 1] as number) + HYSTERESIS) index -= 1;
    this.#quality = CONNECTION_QUALITIES[index] as ConnectionQuality;
  }
}
