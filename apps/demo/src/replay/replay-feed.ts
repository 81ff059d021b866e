import type { InstrumentId, SubmitOrder, TimestampNs } from '@tradewind/core-types';
import { DemoError } from '../errors.ts';
import type { FeedEvent } from '../events.ts';
import { nsAt, type Feed, type Listing } from '../feed.ts';
import { TouchTracker } from '../market/touch-tracker.ts';
import { EventQueue } from '../timeline/event-queue.ts';
import { paperAnswers } from './paper-exchange.ts';
import { RecordParser, type RecordedEvent } from './record-parser.ts';
import { RecordingCursor, type RejectedLine } from './recording-cursor.ts';
import { recordingFiles } from './recording-files.ts';

/** What is known about a replay so far. */
export interface ReplayProgress {
  readonly files: readonly string[];
  /** Events taken from the recordings. */
  readonly events: number;
  readonly rejected: number;
  /** The first rejected lines, at most {@link MAX_SHOWN_REJECTIONS}. */
  readonly rejections: readonly RejectedLine[];
  /** True when a line says that its time was shifted: prices of different times, which must not be compared. */
  readonly isRetimed: boolean;
  /** True when a line says that it was made from another venue's events. */
  readonly isReplica: boolean;
}

/** Recorded events as a feed: several files merged by the recorder's clock, ties in the order of file names. */
export class ReplayFeed implements Feed {
  readonly startNs: TimestampNs;
  readonly #files: readonly string[];
  readonly #cursors: readonly RecordingCursor[];
  readonly #rejections: RejectedLine[];
  readonly #counts: { rejected: number };
  readonly #listings = new Map<InstrumentId, Listing>();
  readonly #touches = new TouchTracker();
  /** Paper orders on their way, and answers on theirs. */
  readonly #orders = new EventQueue<SubmitOrder>();
  readonly #answers = new EventQueue<FeedEvent>();
  #events = 0;
  #isRetimed = false;
  #isReplica = false;

  private constructor(opened: OpenedRecordings, startNs: TimestampNs) {
    this.startNs = startNs;
    this.#files = opened.files;
    this.#cursors = opened.cursors;
    this.#rejections = opened.rejections;
    this.#counts = opened.counts;
  }

  /**
   * Opens a recording or a folder of recordings.
   *
   * @throws DemoError `NO_RECORDING` when there is none, `EMPTY_RECORDING` when none has an event in it, `UNREADABLE_RECORDING` when
   * reading fails.
   */
  static async open(path: string): Promise<ReplayFeed> {
    const opened = openRecordings(await recordingFiles(path));
    for (const cursor of opened.cursors) await cursor.whenReady();
    const first = earliest(opened.cursors)?.head;
    if (first !== undefined) return new ReplayFeed(opened, first.atNs);
    for (const cursor of opened.cursors) cursor.close();
    const [rejection] = opened.rejections;
    throw new DemoError('EMPTY_RECORDING', {
      message:
        rejection === undefined
          ? `Expected at least one event in ${path}, found none.`
          : `Expected at least one event in ${path}; all lines were rejected, the first (${rejection.file}:${rejection.line}) because it is no event: ${rejection.reason}.`,
      hint: 'The format of recordings is described in the README of the demo.',
    });
  }

  get listings(): ReadonlyMap<InstrumentId, Listing> {
    return this.#listings;
  }

  get ended(): boolean {
    return (
      this.#answers.size === 0 &&
      this.#orders.size === 0 &&
      this.#cursors.every(({ head }) => head === undefined) &&
      this.whenReady() === undefined
    );
  }

  get progress(): ReplayProgress {
    return {
      files: this.#files,
      events: this.#events,
      rejected: this.#counts.rejected,
      rejections: this.#rejections,
      isRetimed: this.#isRetimed,
      isReplica: this.#isReplica,
    };
  }

  whenReady(): Promise<void> | undefined {
    for (const cursor of this.#cursors) {
      const reading = cursor.whenReady();
      if (reading !== undefined) return reading;
    }
    return undefined;
  }

  nextBefore(micros: number): number | undefined {
    for (;;) {
      const recordedAt = this.#microsOf(earliest(this.#cursors)?.head);
      const answerAt = this.#answers.peek()?.atMicros ?? Number.POSITIVE_INFINITY;
      const orderAt = this.#orders.peek()?.atMicros ?? Number.POSITIVE_INFINITY;
      const next = Math.min(recordedAt, answerAt);
      // An order that arrives before the next event meets the market as it is now.
      if (orderAt <= next && orderAt < micros) this.#answer(orderAt);
      else return next < micros ? next : undefined;
    }
  }

  take(): FeedEvent {
    const cursor = earliest(this.#cursors);
    const answer = this.#answers.peek();
    if (answer !== undefined && answer.atMicros <= this.#microsOf(cursor?.head)) {
      this.#answers.pop();
      return answer.value;
    }
    const recorded = cursor?.head;
    if (cursor === undefined || recorded === undefined)
      throw new RangeError('Expected take to follow a nextBefore that told of an event.');
    cursor.advance();
    this.#note(recorded);
    return recorded.event;
  }

  execute(order: SubmitOrder, arrivesAtMicros: number): void {
    this.#orders.push(arrivesAtMicros, order, order.clientOrderId);
  }

  orderLatencyMicros(): number {
    return PAPER_LATENCY_MICROS;
  }

  close(): Promise<void> {
    for (const cursor of this.#cursors) cursor.close();
    return Promise.resolve();
  }

  #note({ event, listing, mark }: RecordedEvent): void {
    this.#events += 1;
    if (listing !== undefined && !this.#listings.has(listing.instrumentId))
      this.#listings.set(listing.instrumentId, listing);
    if (mark === 'retimed') this.#isRetimed = true;
    if (mark === 'replica') this.#isReplica = true;
    if (event.type === 'quote') this.#touches.onQuote(event);
    else if (event.type === 'book_snapshot' || event.type === 'book_deltas') this.#touches.onBook(event);
  }

  #answer(micros: number): void {
    const order = this.#orders.pop()?.value;
    if (order === undefined) return;
    const heardAt = micros + PAPER_LATENCY_MICROS;
    const moment = { tsEventNs: nsAt(this.startNs, micros), tsInitNs: nsAt(this.startNs, heardAt) };
    for (const answer of paperAnswers(order, this.#touches.touches.get(order.instrumentId), moment)) {
      this.#answers.push(heardAt, answer, order.clientOrderId);
    }
  }

  #microsOf(recorded: RecordedEvent | undefined): number {
    return recorded === undefined ? Number.POSITIVE_INFINITY : Number((recorded.atNs - this.startNs) / 1000n);
  }
}

interface OpenedRecordings {
  readonly files: readonly string[];
  readonly cursors: readonly RecordingCursor[];
  readonly rejections: RejectedLine[];
  readonly counts: { rejected: number };
}

function openRecordings(files: readonly string[]): OpenedRecordings {
  const rejections: RejectedLine[] = [];
  const counts = { rejected: 0 };
  const onReject = (line: RejectedLine): void => {
    counts.rejected += 1;
    if (rejections.length < MAX_SHOWN_REJECTIONS) rejections.push(line);
  };
  const parser = new RecordParser();
  return { files, rejections, counts, cursors: files.map((file) => new RecordingCursor(file, { parser, onReject })) };
}

/** The cursor whose event comes first; of several at one time the first. A dozen files: a scan is the fastest merge. */
function earliest(cursors: readonly RecordingCursor[]): RecordingCursor | undefined {
  let best: RecordingCursor | undefined;
  for (const cursor of cursors) {
    if (cursor.head !== undefined && (best?.head === undefined || cursor.head.atNs < best.head.atNs)) best = cursor;
  }
  return best;
}

/** One way between here and the venue: about half of what the fastest measured round trips take. */
const PAPER_LATENCY_MICROS = 20_000;
const MAX_SHOWN_REJECTIONS = 5;
