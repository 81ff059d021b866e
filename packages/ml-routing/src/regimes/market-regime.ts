import { factKey, type FactKey } from '@tradewind/core-types';

/** How a market moves. One of five at any time; which one is an estimate, with a probability. */
export const MARKET_REGIMES = ['NORMAL', 'VOLATILE', 'TRENDING', 'RANGING', 'ILLIQUID'] as const;
export type MarketRegime = (typeof MARKET_REGIMES)[number];

/** The part of the trading day; a venue that never closes is always in `main`. */
export const SESSION_PHASES = ['pre', 'open', 'main', 'close', 'post'] as const;
export type SessionPhase = (typeof SESSION_PHASES)[number];

/** What is known of the market now: the context in which the other parts decide. */
export interface RegimeReading {
  readonly regime: MarketRegime;
  /** Posterior probability of `regime`, 0 to 1. */
  readonly confidence: number;
  /** A NEWS_EVENT lies over the regime: a jump a short while ago. */
  readonly newsEvent: boolean;
  readonly session: SessionPhase;
  /** When `regime` became the one in force, in milliseconds since the epoch. */
  readonly sinceMs: number;
}

/** The fact under which a regime detector shares its reading with the plugins after it. */
export const MARKET_REGIME: FactKey<RegimeReading> = factKey<RegimeReading>('ml-routing.regime');
