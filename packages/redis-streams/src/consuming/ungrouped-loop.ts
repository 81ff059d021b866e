import type { BatchReceiver, Clock } from '@tradewind/core-types';
import type { ReaderPort } from '../connection/ports.ts';
import type { EntryBatch } from './entry-batch.ts';
import { HandingOut } from './handing-out.ts';
import type { LaneGate } from './lane-gate.ts';
import { streamEntries, type RawEntry } from './replies.ts';
import type { UngroupedStream } from './ungrouped-stream.ts';

/** What a loop without a group needs, and whom it asks. */
export interface UngroupedLoopParts {
  readonly reader: ReaderPort;
  readonly receiver: BatchReceiver;
  readonly gate: LaneGate;
  readonly clock: Clock;
  readonly readCount: number;
  readonly blockMs: number;
  readonly open: (stream: UngroupedStream, entry: RawEntry) => EntryBatch | undefined;
  /** A read failed. Resolves when it may be tried again. */
  readonly onFailed: (loop: UngroupedLoop, error: unknown) => Promise<void>;
  /** A read worked. Called with those of its streams that brought nothing. */
  readonly onRead: (loop: UngroupedLoop, silent: readonly UngroupedStream[]) => void;
}

/** Reads one lane without a group: what comes again first, then what is new. One batch at a time. */
export class UngroupedLoop {
  readonly streams: UngroupedStream[] = [];
  readonly #parts: UngroupedLoopParts;
  readonly #handingOut: HandingOut;
  #redeliveries: EntryBatch[] = [];
  #stopped = false;
  #held = 0;
  #isReading = false;
  #isUnblocking = false;
  #awake = false;
  #sleeper: (() => void) | undefined = undefined;

  constructor(parts: UngroupedLoopParts) {
    this.#parts = parts;
    this.#handingOut = new HandingOut(parts);
  }

  start(): void {
    void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    for (const batch of this.#redeliveries) batch.entry.giveBack(batch.places);
    this.#redeliveries = [];
    this.#handingOut.stop();
    this.wake();
    this.#parts.reader.close();
  }

  /** A message is to come again: nothing new goes out before it. */
  hold(): void {
    this.#held += 1;
  }

  /** Brings what it was held for; undefined: nobody wants that any more. */
  redeliver(batch: EntryBatch | undefined): void {
    this.#held -= 1;
    if (batch !== undefined) this.#redeliveries.push(batch);
    this.wake();
  }

  wake(): void {
    this.#awake = true;
    const sleeper = this.#sleeper;
    this.#sleeper = undefined;
    sleeper?.();
    if (this.#isReading && !this.#stopped) void this.#unblock();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#awake = false;
      const batch = this.#redeliveries.shift();
      if (batch !== undefined) await this.#handingOut.give(batch);
      else if (this.streams.length === 0 || this.#held > 0) await this.#sleep();
      else await this.#read();
    }
  }

  async #read(): Promise<void> {
    const { reader, readCount, blockMs, onFailed, onRead } = this.#parts;
    const streams = [...this.streams];
    const args: (string | number)[] = ['COUNT', readCount, 'BLOCK', this.#awake ? 1 : blockMs, 'STREAMS'];
    for (const { key } of streams) args.push(key);
    for (const { position } of streams) args.push(position);
    this.#isReading = true;
    let reply: unknown;
    try {
      reply = await reader.read('XREAD', args, blockMs);
    } catch (error) {
      this.#isReading = false;
      if (!this.#stopped) await onFailed(this, error);
      return;
    }
    this.#isReading = false;
    const answered = streamEntries(reply);
    onRead(
      this,
      streams.filter(({ key }) => !answered.some(([one]) => one === key)),
    );
    for (const [key, entries] of answered) {
      const stream = streams.find((one) => one.key === key);
      if (stream !== undefined) await this.#bring(stream, entries);
    }
  }

  async #bring(stream: UngroupedStream, entries: readonly RawEntry[]): Promise<void> {
    for (const entry of entries) {
      await this.#bringAgain();
      if (this.#stopped) return;
      const batch = this.#parts.open(stream, entry);
      stream.position = entry.id;
      if (batch !== undefined) await this.#handingOut.give(batch);
    }
  }

  /** What comes again, and what is about to. */
  async #bringAgain(): Promise<void> {
    while (!this.#stopped && (this.#redeliveries.length > 0 || this.#held > 0)) {
      this.#awake = false;
      const batch = this.#redeliveries.shift();
      if (batch === undefined) await this.#sleep();
      else await this.#handingOut.give(batch);
    }
  }

  #sleep(): Promise<void> {
    if (this.#awake || this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      this.#sleeper = resolve;
    });
  }

  async #unblock(): Promise<void> {
    if (this.#isUnblocking) return;
    this.#isUnblocking = true;
    // Again and again: the read may not have reached the server yet when the first attempt does.
    while (this.#isReading && this.#awake && !this.#stopped) {
      await this.#parts.reader.unblock();
      await new Promise<void>((resolve) => {
        this.#parts.clock.setTimer(resolve, UNBLOCK_AGAIN_MS);
      });
    }
    this.#isUnblocking = false;
  }
}

const UNBLOCK_AGAIN_MS = 2;
