import { ValidationError } from '@tradewind/core-types';
import type { RecordParser, RecordedEvent } from './record-parser.ts';
import { LineSource } from './line-source.ts';

/** A line that could not be taken over. */
export interface RejectedLine {
  readonly file: string;
  readonly line: number;
  /** What was expected and what came, without a full stop. */
  readonly reason: string;
}

/** What a cursor needs beside its file. */
export interface RecordingCursorOptions {
  /** Shared by the cursors of one replay: streams are numbered across files. */
  readonly parser: RecordParser;
  readonly onReject: (line: RejectedLine) => void;
}

/** Goes through one recording event by event. A line that is no event is reported and skipped. */
export class RecordingCursor {
  readonly #source: LineSource;
  readonly #options: RecordingCursorOptions;
  #head: RecordedEvent | undefined;
  #lastNs = 0n;
  #reading: Promise<void> | undefined;

  constructor(path: string, options: RecordingCursorOptions) {
    this.#source = new LineSource(path);
    this.#options = options;
  }

  /** The event at the cursor; undefined while it is being read, and at the end. */
  get head(): RecordedEvent | undefined {
    return this.#head;
  }

  /** Resolves when the cursor is at an event or at the end; undefined when it is. */
  whenReady(): Promise<void> | undefined {
    if (this.#head !== undefined || this.#source.isEnded) return undefined;
    if (this.#reading === undefined) {
      this.#reading = this.#readOn();
      // Whoever asks gets the rejection; nobody may be asking at the moment at which it comes.
      this.#reading.catch(() => undefined);
    }
    return this.#reading;
  }

  /** Moves to the next event. */
  advance(): void {
    this.#head = undefined;
    this.#parseNext();
  }

  close(): void {
    this.#source.close();
  }

  async #readOn(): Promise<void> {
    while (this.#head === undefined && !this.#source.isEnded) {
      await this.#source.fill();
      this.#parseNext();
    }
    this.#reading = undefined;
  }

  #parseNext(): void {
    for (let line = this.#source.take(); line !== undefined; line = this.#source.take()) {
      this.#head = this.#parse(line);
      if (this.#head !== undefined) return;
    }
  }

  #parse(line: string): RecordedEvent | undefined {
    try {
      const recorded = this.#options.parser.parse(line);
      return this.#inOrder(recorded);
    } catch (error) {
      this.#options.onReject({ file: this.#source.path, line: this.#source.lineNumber, reason: reasonOf(error) });
      return undefined;
    }
  }

  /**
   * Holds a file to the rule that the recorder's clock does not go back, without which files cannot be merged. A measurement has no
   * time of its own in the stream, so one that is stamped earlier comes at the time of its line.
   */
  #inOrder(recorded: RecordedEvent): RecordedEvent {
    if (recorded.atNs >= this.#lastNs) {
      this.#lastNs = recorded.atNs;
      return recorded;
    }
    if (recorded.listing === undefined) return { ...recorded, atNs: this.#lastNs as RecordedEvent['atNs'] };
    throw new ValidationError('INVALID_MARKET_EVENT', {
      path: 'tsRecv',
      expected: `a time not before that of the line above, ${this.#lastNs}`,
      received: String(recorded.atNs),
      hint: 'Sort the recording by tsRecv.',
    });
  }
}

/** Without the next step, which would be the same for every line: the report and the README say it once. */
function reasonOf(error: unknown): string {
  if (!(error instanceof ValidationError)) return String(error);
  return error.issues
    .map(
      ({ path, expected, received }) => `${path === '' ? '' : `${path}: `}expected ${expected}, received ${received}`,
    )
    .join('; ');
}
