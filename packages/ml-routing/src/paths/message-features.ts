import type { RoutableMessage, RoutingContext } from '@tradewind/core-types';
import { MARKET_REGIME } from '../regimes/market-regime.ts';

/** The length of a text or of bytes; 0 for anything else. */
export function lengthOf({ payload }: RoutableMessage): number {
  if (typeof payload === 'string') return payload.length;
  return payload instanceof Uint8Array ? payload.byteLength : 0;
}

/** How volatile the market is, 0 to 1: what the fact `MARKET_REGIME` says, 0 where nobody has set it. */
export function volatilityOf(context: RoutingContext): number {
  const reading = context.fact(MARKET_REGIME);
  if (reading === undefined) return 0;
  if (reading.newsEvent) return 1;
  return reading.regime === 'VOLATILE' ? reading.confidence : 0;
}
