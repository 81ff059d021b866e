import { expect } from 'vitest';
import { BinanceBytes } from '../src/decoding/binance-bytes.ts';
import { BinanceJson } from '../src/decoding/binance-json.ts';
import { InstrumentGrids, type InstrumentDirectory } from '../src/decoding/instrument-grids.ts';
import { SymbolIndex } from '../src/decoding/symbol-index.ts';
import { WireUpdate } from '../src/decoding/wire-update.ts';

/** What a reader found, in a form that can be compared. */
export function seen(update: WireUpdate): object {
  const columns = (name: 'bids' | 'asks' | 'trades') => {
    const { count, ticks, lots } = update[name];
    return Array.from({ length: count }, (_, i) => [ticks[i], lots[i]]);
  };
  const { kind, slot, eventMs, firstSequence, lastSequence, isSellerTaker, isOnGrid, texts } = update;
  const levels = { bids: columns('bids'), asks: columns('asks'), trades: columns('trades') };
  return { kind, slot, eventMs, firstSequence, lastSequence, isSellerTaker, isOnGrid, texts, ...levels };
}

/** Both readers, on their own. */
export function readers(directory: InstrumentDirectory, venue: string) {
  const grids = new InstrumentGrids(directory);
  const [byBytes, byJson] = [new WireUpdate(), new WireUpdate()];
  const bytes = new BinanceBytes(new SymbolIndex(directory, venue), grids, byBytes);
  const json = new BinanceJson({ directory, venue, grids, update: byJson });
  return {
    /** Whether the bytes were enough; fails when what they gave is not what parsing gives. */
    compare: (message: Uint8Array): boolean => {
      json.read(message);
      const isRead = bytes.read(message);
      // As text first: comparing object by object takes most of the time of a hundred thousand messages.
      if (isRead && JSON.stringify(seen(byBytes)) !== JSON.stringify(seen(byJson))) {
        expect(seen(byBytes)).toEqual(seen(byJson));
      }
      return isRead;
    },
    parsed: byJson,
  };
}
