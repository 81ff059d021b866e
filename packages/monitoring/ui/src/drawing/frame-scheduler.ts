/** Something that draws itself. */
export interface Drawable {
  /** Draws what changed, now. */
  draw(): void;
}

/** The parts of a browser that frames are made with. */
export interface FrameClock {
  requestFrame(callback: () => void): void;
  /** In milliseconds. */
  now(): number;
}

/**
 * Spreads drawing over frames, so that none of them takes longer than a budget however many charts have news at once.
 *
 * A drawable that asks twice before its turn is drawn once. The first frame after a rest is left to what brought the news: reading a message of the
 * server takes as long as a table. From the second on at least one is drawn in each, in the order in which they asked, so that everyone's turn comes.
 */
export class FrameScheduler {
  readonly #clock: FrameClock;
  readonly #budgetMs: number;
  readonly #waiting = new Set<Drawable>();
  #isAsked = false;
  #isDrawing = false;

  /** @param budgetMs - After how much drawing the rest waits for the next frame. */
  constructor(clock: FrameClock, budgetMs: number) {
    this.#clock = clock;
    this.#budgetMs = budgetMs;
  }

  /** It has something to draw. */
  ask(drawable: Drawable): void {
    this.#waiting.add(drawable);
    this.#request();
  }

  /** It is gone, or cannot be seen. */
  forget(drawable: Drawable): void {
    this.#waiting.delete(drawable);
  }

  #request(): void {
    if (this.#isAsked || this.#waiting.size === 0) return;
    this.#isAsked = true;
    this.#clock.requestFrame(() => {
      this.#isAsked = false;
      if (this.#isDrawing) this.#drawSome();
      this.#isDrawing = this.#waiting.size > 0;
      this.#request();
    });
  }

  #drawSome(): void {
    const startMs = this.#clock.now();
    for (const drawable of this.#waiting) {
      this.#waiting.delete(drawable);
      drawable.draw();
      if (this.#clock.now() - startMs >= this.#budgetMs) return;
    }
  }
}
