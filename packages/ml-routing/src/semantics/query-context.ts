import { MARKET_REGIMES, SESSION_PHASES, type MarketRegime, type SessionPhase } from '../regimes/market-regime.ts';

/** When a query is asked. A reading of `MarketRegimeDetector` is one; what is left out, or not known here, is none in particular. */
export interface QueryContext {
  readonly session?: SessionPhase | undefined;
  readonly regime?: MarketRegime | undefined;
}

/** A context as caches and the learner know it. */
export interface KnownContext extends QueryContext {
  /** From 0, for no context, up to {@link CONTEXT_PLACES}. */
  readonly place: number;
  /** What the learner is told: `open`, `regime=VOLATILE`. */
  readonly names: readonly string[];
}

/** Every session and every regime, and none, with each other. */
export const CONTEXT_PLACES: number = (SESSION_PHASES.length + 1) * (MARKET_REGIMES.length + 1);

const CONTEXTS: readonly KnownContext[] = Array.from({ length: CONTEXT_PLACES }, (_, place): KnownContext => {
  const session = SESSION_PHASES[Math.floor(place / (MARKET_REGIMES.length + 1)) - 1];
  const regime = MARKET_REGIMES[(place % (MARKET_REGIMES.length + 1)) - 1];
  // The session goes by its bare name: so it stands in states that were saved before there was a regime beside it.
  const names = [...(session === undefined ? [] : [session]), ...(regime === undefined ? [] : [`regime=${regime}`])];
  return { session, regime, place, names };
});

export function knownContext(context: QueryContext | undefined): KnownContext {
  return contextAt(context?.session, context?.regime);
}

/** The same object for the same session and regime. */
export function contextAt(session: SessionPhase | undefined, regime: MarketRegime | undefined): KnownContext {
  const row = session === undefined ? 0 : SESSION_PHASES.indexOf(session) + 1;
  const column = regime === undefined ? 0 : MARKET_REGIMES.indexOf(regime) + 1;
  return CONTEXTS[row * (MARKET_REGIMES.length + 1) + column] as KnownContext;
}
