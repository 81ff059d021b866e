/** Lets one batch of a lane be handed out at a time. With one reader a lane it is never shut; in Cluster a lane has a reader for each slot. */
export class LaneGate {
  #isShut = false;
  readonly #waiting: (() => void)[] = [];

  /** Undefined: it was open, and is ours. Otherwise it is ours once the promise resolves. */
  enter(): Promise<void> | undefined {
    if (!this.#isShut) {
      this.#isShut = true;
      return undefined;
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#isShut = false;
    else next();
  }
}
