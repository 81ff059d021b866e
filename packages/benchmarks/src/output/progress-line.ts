/** Where progress is written: a terminal, or a log. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/**
 * Progress while a comparison runs: on a terminal one line that is written over, elsewhere a line at each tenth, so that a log stays short.
 */
export class ProgressLine {
  readonly #stream: ProgressStream;
  #lastTenth = -1;

  constructor(stream: ProgressStream) {
    this.#stream = stream;
  }

  show(done: number, total: number, text: string): void {
    const line = `${String(Math.floor((done / total) * 100)).padStart(3)} %  ${text}`;
    if (this.#stream.isTTY === true) {
      this.#stream.write(`\r${ERASE_LINE}${line}`);
      return;
    }
    const tenth = Math.floor((done / total) * 10);
    if (tenth === this.#lastTenth) return;
    this.#lastTenth = tenth;
    this.#stream.write(`${line}\n`);
  }

  /** Takes the line away from a terminal. */
  clear(): void {
    if (this.#stream.isTTY === true) this.#stream.write(`\r${ERASE_LINE}`);
  }
}

const ERASE_LINE = '\u001B[2K';
