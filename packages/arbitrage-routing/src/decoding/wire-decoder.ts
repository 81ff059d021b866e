import { BinanceBytes } from './binance-bytes.ts';
import { BinanceJson } from './binance-json.ts';
import { InstrumentGrids, type InstrumentDirectory } from './instrument-grids.ts';
import { SymbolIndex } from './symbol-index.ts';
import { WIRE_KINDS, WireUpdate, type WireKind } from './wire-update.ts';

/** How many messages a decoder has met. */
export interface DecoderCounts {
  /** By kind. */
  readonly kinds: Readonly<Record<WireKind, number>>;
  /** Of all messages, those that had to be parsed as JSON. */
  readonly parsed: number;
  /** Of all messages, those with a price or a size that is not on the instrument's grid or cannot be trusted. */
  readonly offGrid: number;
}

/**
 * Decodes a venue's messages from their bytes into ticks and lots: `Buffer` or any `Uint8Array`, as it comes from a socket.
 *
 * The wire format is Binance's (spot, USD-M and COIN-M, single and combined streams: `bookTicker`, `depthUpdate`, `trade`, `aggTrade`). Messages in
 * the shape that the venue sends are read byte by byte, in about a nanosecond a byte, and nothing is allocated. One in any other shape is parsed
 * as JSON; both ways give the same, so that no shape is ever read wrongly. A message never throws: one that is no JSON is `MALFORMED`.
 */
export class WireDecoder {
  /** The last message. */
  readonly update: WireUpdate = new WireUpdate();
  readonly #bytes: BinanceBytes;
  readonly #json: BinanceJson;
  readonly #kinds: Record<WireKind, number>;
  #parsed = 0;
  #offGrid = 0;

  /** The directory is a detector, or what else gives the terms of slots 0, 1, … until there are no more. */
  constructor({ directory, venue }: { readonly directory: InstrumentDirectory; readonly venue: string }) {
    const grids = new InstrumentGrids(directory);
    this.#bytes = new BinanceBytes(new SymbolIndex(directory, venue), grids, this.update);
    this.#json = new BinanceJson({ directory, venue, grids, update: this.update });
    this.#kinds = Object.fromEntries(WIRE_KINDS.map((kind) => [kind, 0])) as Record<WireKind, number>;
  }

  /** Decodes a message into `update`, and returns its kind. */
  decode(message: Uint8Array): WireKind {
    const { update } = this;
    if (!this.#bytes.read(message)) {
      this.#parsed += 1;
      this.#json.read(message);
      if (!update.isOnGrid) this.#offGrid += 1;
    }
    this.#kinds[update.kind] += 1;
    return update.kind;
  }

  counts(): DecoderCounts {
    return { kinds: { ...this.#kinds }, parsed: this.#parsed, offGrid: this.#offGrid };
  }
}
