import type { ArbitrageDetector } from '../detection/arbitrage-detector.ts';
import { createQuoteBatch, type QuoteBatch } from '../detection/quote-batch.ts';
import type { Transition } from '../detection/transition.ts';
import { WireDecoder } from './wire-decoder.ts';

/** What a feed needs. */
export interface QuoteFeedOptions {
  readonly detector: ArbitrageDetector;
  /** Whose messages they are, as in the instrument table. */
  readonly venue: string;
  /** Rows that are collected before the detector is given them unasked. Default 256. */
  readonly capacity?: number | undefined;
}

const NONE: readonly Transition[] = Object.freeze([]);

/**
 * Leads a venue's raw messages into a detector with the source `l1`.
 *
 * Quotes are collected in a batch until `flush`, which belongs at the end of each read of the socket, so that nothing waits for what has not come yet.
 * Messages that are no quotes are counted by the decoder and change nothing. A quote that is not on its instrument's grid goes to the detector as
 * text, in its turn: it is exact there, or counted with a reason. When several feeds share a detector, flush one before another one pushes.
 */
export class QuoteFeed {
  readonly decoder: WireDecoder;
  readonly #detector: ArbitrageDetector;
  readonly #batch: QuoteBatch & { originNs: bigint };
  readonly #capacity: number;
  #count = 0;

  constructor({ detector, venue, capacity = 256 }: QuoteFeedOptions) {
    this.#detector = detector;
    this.decoder = new WireDecoder({ directory: detector, venue });
    this.#capacity = capacity;
    this.#batch = { ...createQuoteBatch(capacity, 0n) };
  }

  /** Begins a read of the socket: the receive times that follow are relative to this one. Flushes what is there. */
  begin(originNs: bigint): readonly Transition[] {
    const transitions = this.flush();
    this.#batch.originNs = originNs;
    return transitions;
  }

  /**
   * Takes a message in, received so many nanoseconds after the origin.
   *
   * Returns transitions when it had to flush: the batch was full, or the quote is one for the slow way. Mostly none.
   */
  push(message: Uint8Array, receivedNs: number): readonly Transition[] {
    if (this.decoder.decode(message) !== 'QUOTE') return NONE;
    const { update } = this.decoder;
    if (!update.isOnGrid) return this.#applyTexts(receivedNs);
    const batch = this.#batch;
    const row = this.#count;
    batch.slots[row] = update.slot;
    batch.receivedNs[row] = receivedNs;
    batch.bidTicks[row] = update.bids.ticks[0] as number;
    batch.bidLots[row] = update.bids.lots[0] as number;
    batch.askTicks[row] = update.asks.ticks[0] as number;
    batch.askLots[row] = update.asks.lots[0] as number;
    this.#count = row + 1;
    return this.#count === this.#capacity ? this.flush() : NONE;
  }

  /** Gives the detector what was collected; returns what that opened, changed and closed. */
  flush(): readonly Transition[] {
    if (this.#count === 0) return NONE;
    const count = this.#count;
    this.#count = 0;
    return this.#detector.applyQuotes(this.#batch, 0, count);
  }

  #applyTexts(receivedNs: number): readonly Transition[] {
    const before = this.flush();
    const { slot, texts } = this.decoder.update;
    const row = this.#detector.termsOf(slot)?.row;
    const [bid, ask] = [texts?.bids[0], texts?.asks[0]];
    if (row === undefined || bid === undefined || ask === undefined) return before;
    const after = this.#detector.apply({
      type: 'quote',
      venue: row.venue,
      symbol: row.symbol,
      tsRecv: this.#batch.originNs + BigInt(Math.trunc(receivedNs)),
      bid: bid[0],
      bidSize: bid[1],
      ask: ask[0],
      askSize: ask[1],
    });
    return before.length === 0 ? after : [...before, ...after];
  }
}
