import type { RegimeReading } from './market-regime.ts';

/** A reading as a sentence: the regime, how sure, and what speaks of it. */
export function describeRegime(
  { regime, confidence, newsEvent, session }: RegimeReading,
  features: ReadonlyMap<string, number>,
  instruments: number,
): string {
  const times = (name: string): string => Math.exp(features.get(name) ?? 0).toFixed(1);
  const evidence =
    features.size === 0
      ? `the mean of ${instruments} instruments`
      : `volatility ${times('volatility, medium')} times the usual, spread ${times('spread, medium')}, ` +
        `trades ${times('trades, medium')}, depth ${times('depth, medium')}, ` +
        `efficiency ${(features.get('efficiency 16') ?? 0).toFixed(1)} of 1 for a random walk`;
  return `${regime} ${confidence.toFixed(2)}${newsEvent ? ' with news' : ''}, ${session}: ${evidence}`;
}
