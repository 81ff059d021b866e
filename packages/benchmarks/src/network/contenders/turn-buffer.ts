import { Outstanding } from './flooding.ts';

/** Gathers what is offered in one turn of the event loop, as one would by hand: at its end, or when it is full, it goes. */
export class TurnBuffer {
  readonly #size: number;
  readonly #store: (texts: readonly string[]) => Promise<unknown>;
  readonly #outstanding = new Outstanding();
  #texts: string[] = [];
  #isScheduled = false;

  constructor(size: number, store: (texts: readonly string[]) => Promise<unknown>) {
    this.#size = size;
    this.#store = store;
  }

  add(text: string): void {
    this.#texts.push(text);
    if (this.#texts.length >= this.#size) this.#flush();
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  settled(): Promise<void> {
    this.#flush();
    return this.#outstanding.settled();
  }

  #flush(): void {
    if (this.#texts.length === 0) return;
    const texts = this.#texts;
    this.#texts = [];
    this.#outstanding.add(this.#store(texts));
  }
}
