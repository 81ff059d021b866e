import type { Delivery } from './delivery.ts';

/**
 * Counts the open deliveries in two alternating generations, so that a flush can wait for those that were open at some moment while new
 * ones keep coming. A delivery that waits for a retry is not open.
 */
export class OpenWork {
  /** Deliveries that wait for a retry. */
  retrying = 0;
  readonly #onGenerationEnded: () => void;
  readonly #open: [number, number] = [0, 0];
  #generation: 0 | 1 = 0;

  /** @param onGenerationEnded Called whenever the last open delivery of a generation has ended. */
  constructor(onGenerationEnded: () => void) {
    this.#onGenerationEnded = onGenerationEnded;
  }

  /** Open deliveries. */
  get total(): number {
    return this.#open[0] + this.#open[1];
  }

  opened(delivery: Delivery): void {
    delivery.generation = this.#generation;
    this.#open[this.#generation] += 1;
  }

  ended(delivery: Delivery): void {
    const left = this.#open[delivery.generation] - 1;
    this.#open[delivery.generation] = left;
    if (left === 0) this.#onGenerationEnded();
  }

  /** It waits for a retry from now on. */
  suspended(delivery: Delivery): void {
    this.retrying += 1;
    this.ended(delivery);
  }

  /** Its retry is due, or given up. */
  resumed(delivery: Delivery): void {
    this.retrying -= 1;
    this.opened(delivery);
  }

  /** Lets new deliveries belong to the other generation. The other one has ended. */
  nextGeneration(): 0 | 1 {
    const ending = this.#generation;
    this.#generation = ending === 0 ? 1 : 0;
    return ending;
  }

  isEnded(generation: 0 | 1): boolean {
    return this.#open[generation] === 0;
  }
}
