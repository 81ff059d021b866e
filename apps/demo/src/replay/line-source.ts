import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DemoError } from '../errors.ts';

/**
 * The lines of one file, decompressed where its name ends in `.gz`, read piece by piece: memory does not grow with the file.
 *
 * An empty line is skipped; the last line needs no newline.
 */
export class LineSource {
  readonly path: string;
  readonly #stream: Readable;
  readonly #pieces: AsyncIterator<string>;
  #lines: readonly string[] = [];
  #next = 0;
  #lineNumber = 0;
  /** The end of the last piece, which may be the beginning of a line. */
  #rest = '';
  #ended = false;

  constructor(path: string) {
    this.path = path;
    const file = createReadStream(path);
    const stream = path.endsWith('.gz') ? createGunzip() : file;
    if (stream !== file) {
      file.once('error', (error) => stream.destroy(error));
      file.pipe(stream as ReturnType<typeof createGunzip>);
    }
    stream.setEncoding('utf8');
    this.#stream = stream;
    this.#pieces = (stream as AsyncIterable<string>)[Symbol.asyncIterator]();
  }

  /** The number of the line that was taken last, from 1, for messages. */
  get lineNumber(): number {
    return this.#lineNumber;
  }

  /** Whether `take` can answer without reading on. */
  get isReady(): boolean {
    return this.#next < this.#lines.length || this.#ended;
  }

  /** Whether every line has been taken. */
  get isEnded(): boolean {
    return this.#ended && this.#next >= this.#lines.length;
  }

  /**
   * Reads on until `take` can answer.
   *
   * @throws DemoError `UNREADABLE_RECORDING` when the file cannot be read or decompressed to its end.
   */
  async fill(): Promise<void> {
    while (!this.isReady) {
      const piece = await this.#pieces.next().catch((cause: unknown) => {
        throw new DemoError('UNREADABLE_RECORDING', {
          message: `Expected to read ${this.path} to its end, but after line ${this.#lineNumber} it cannot be read: ${reasonOf(cause)}.`,
          hint: 'Check that the file is complete and, if its name ends in .gz, that gzip can test it (gzip -t).',
          cause,
        });
      });
      if (piece.done === true) this.#finish();
      else this.#split(piece.value);
    }
  }

  /** The next line that is not empty; undefined when more has to be read first, or at the end. */
  take(): string | undefined {
    for (;;) {
      const line = this.#lines[this.#next];
      if (line === undefined) return undefined;
      this.#next += 1;
      this.#lineNumber += 1;
      if (line.length > 0) return line;
    }
  }

  close(): void {
    this.#stream.destroy();
  }

  #split(piece: string): void {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() ?? '';
    this.#lines = lines;
    this.#next = 0;
  }

  #finish(): void {
    this.#lines = this.#rest === '' ? [] : [this.#rest];
    this.#rest = '';
    this.#next = 0;
    this.#ended = true;
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
