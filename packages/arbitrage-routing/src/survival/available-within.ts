import { ASK, BID, type LevelSource } from '../market/levels.ts';

/** What a marketable order of a side finds within its limit, in base currency times 1e18. 0 where nothing is known of the slot. */
export function availableWithin(
  levels: LevelSource,
  { slot, side, limit }: { readonly slot: number; readonly side: 'BUY' | 'SELL'; readonly limit: bigint },
): bigint {
  const taken = side === 'BUY' ? ASK : BID;
  const depth = levels.depth(slot, taken);
  let sum = 0n;
  for (let level = 0; level < depth; level += 1) {
    const price = levels.price(slot, taken, level);
    if (side === 'BUY' ? price > limit : price < limit) break;
    sum += levels.size(slot, taken, level);
  }
  return sum;
}
