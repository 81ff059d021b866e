import { COUNT, checkNumber } from '../checks.ts';

/** What arrived, held against what was sent. */
export interface ReceiptReport {
  readonly sent: number;
  /** Distinct messages that arrived. */
  readonly received: number;
  /** Sent and never seen. */
  readonly missing: number;
  /** Arrivals of a message that had arrived before. */
  readonly duplicates: number;
  /** Arrivals after a later message of their stream. */
  readonly outOfOrder: number;
  /** Arrivals of something that was never sent. */
  readonly unknown: number;
}

/** How much a ledger has to hold. */
export interface ReceiptsOptions {
  /** How many messages will be sent at most; their indexes are below. */
  readonly messages: number;
  /** How many sequences there are, each of which must keep its order: topics, or ordering keys. Default 1. */
  readonly streams?: number | undefined;
}

/**
 * The ledger of one receiver: which messages came, how often, and in which order within their streams. A figure of a bus that loses,
 * repeats or reorders messages means nothing, so every workload of this package keeps one.
 *
 * A message is known by its index, counted over all streams in the order of sending. Recording allocates nothing; a bit per message.
 */
export class Receipts {
  readonly #seen: Uint32Array;
  readonly #latest: Int32Array;
  readonly #messages: number;
  #received = 0;
  #duplicates = 0;
  #outOfOrder = 0;
  #unknown = 0;

  /** @throws ValidationError `INVALID_OPTIONS` for numbers that are no counts. */
  constructor(options: ReceiptsOptions) {
    this.#messages = checkNumber('messages', options.messages, COUNT);
    this.#seen = new Uint32Array((this.#messages + BITS - 1) >>> BITS_LOG2);
    this.#latest = new Int32Array(checkNumber('streams', options.streams ?? 1, COUNT)).fill(NONE);
  }

  /** How many messages it holds. */
  get room(): number {
    return this.#messages;
  }

  /** Distinct messages so far. */
  get received(): number {
    return this.#received;
  }

  /** Enters an arrival. */
  record(index: number, stream = 0): void {
    const latest = this.#latest[stream];
    if (latest === undefined || !(index >= 0 && index < this.#messages) || !Number.isInteger(index)) {
      this.#unknown += 1;
      return;
    }
    const word = index >>> BITS_LOG2;
    const bit = 1 << (index & (BITS - 1));
    const seen = this.#seen[word] as number;
    if ((seen & bit) !== 0) {
      this.#duplicates += 1;
      return;
    }
    this.#seen[word] = seen | bit;
    this.#received += 1;
    if (index < latest) this.#outOfOrder += 1;
    else this.#latest[stream] = index;
  }

  /** The latest message of a stream that arrived; -1 when none did. What conflation must deliver is the last one sent. */
  latestOf(stream: number): number {
    return this.#latest[stream] ?? NONE;
  }

  /** The account, given how many messages were sent: indexes from there on are unknown ones, though there was room for them. */
  report(sent: number): ReceiptReport {
    const unsent = this.#countFrom(sent);
    return {
      sent,
      received: this.#received - unsent,
      missing: sent - (this.#received - unsent),
      duplicates: this.#duplicates,
      outOfOrder: this.#outOfOrder,
      unknown: this.#unknown + unsent,
    };
  }

  #countFrom(first: number): number {
    let count = 0;
    // Word by word: nearly all of them are empty, and there are millions of bits.
    for (let word = first >>> BITS_LOG2; word < this.#seen.length; word += 1) {
      const bits = this.#seen[word] as number;
      if (bits === 0) continue;
      for (let bit = 0; bit < BITS; bit += 1) {
        if ((bits & (1 << bit)) !== 0 && word * BITS + bit >= first) count += 1;
      }
    }
    return count;
  }
}

/** What is wrong with an account, a phrase each; nothing when every message came once and in order. */
export function receiptProblems(report: ReceiptReport): readonly string[] {
  const { sent, missing, duplicates, outOfOrder, unknown } = report;
  return [
    [missing, `lost ${missing} of ${sent} messages`],
    [duplicates, `delivered ${duplicates} messages again`],
    [outOfOrder, `delivered ${outOfOrder} messages after later ones of their stream`],
    [unknown, `delivered ${unknown} messages that were never sent`],
  ].flatMap(([count, text]) => (count === 0 ? [] : [String(text)]));
}

const BITS_LOG2 = 5;
const BITS = 2 ** BITS_LOG2;
const NONE = -1;
