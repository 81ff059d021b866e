import { MarketRegimeDetector } from '../../src/index.ts';
import { MARKET_REGIMES } from '../../src/regimes/market-regime.ts';
import type { MarketCharacter } from './characters.ts';
import { SimulatedMarket, START_MS, type Truth } from './market.ts';

/** What somebody said after each observation, beside the truth. */
export interface Readings {
  readonly truth: Truth;
  /** Place of the regime in force. */
  readonly regime: Uint8Array;
  /** Rows of probabilities, one per regime; undefined: it gives none. */
  readonly probabilities: Float64Array | undefined;
  /** Whether news was fresh at the end of the observation. */
  readonly news: Uint8Array;
}

/** Shows a detector one simulated instrument, tick by tick. */
export function detectIn(character: MarketCharacter, seed: number, observations: number): Readings {
  const market = new SimulatedMarket(character, seed, observations);
  const detector = new MarketRegimeDetector();
  const regimes = MARKET_REGIMES.length;
  const regime = new Uint8Array(observations);
  const probabilities = new Float64Array(observations * regimes);
  const news = new Uint8Array(observations);
  const quoteTick = { instrumentId: INSTRUMENT, atMs: 0, bidPrice: 0, askPrice: 0, bidSize: 0, askSize: 0 };
  const tradeTick: { instrumentId: string; atMs: number; price: number; size: number; aggressor: 1 | -1 } = {
    instrumentId: INSTRUMENT,
    atMs: 0,
    price: 0,
    size: 0,
    aggressor: 1,
  };
  market.play({
    quote({ atMs, bid, ask, bidSize, askSize }) {
      quoteTick.atMs = atMs;
      quoteTick.bidPrice = bid;
      quoteTick.askPrice = ask;
      quoteTick.bidSize = bidSize;
      quoteTick.askSize = askSize;
      detector.observeQuote(quoteTick);
    },
    trade({ atMs, price, size, side }) {
      tradeTick.atMs = atMs;
      tradeTick.price = price;
      tradeTick.size = size;
      tradeTick.aggressor = side > 0 ? 1 : -1;
      detector.observeTrade(tradeTick);
    },
    observed(observation) {
      detector.advance(START_MS + (observation + 1) * character.observationMs);
      const reading = detector.reading(INSTRUMENT);
      regime[observation] = MARKET_REGIMES.indexOf(reading.regime);
      news[observation] = reading.newsEvent ? 1 : 0;
      const explained = detector.explain(INSTRUMENT).probabilities;
      for (const [at, name] of MARKET_REGIMES.entries()) probabilities[observation * regimes + at] = explained[name];
    },
  });
  return { truth: market.truth, regime, probabilities, news };
}

const INSTRUMENT = 'SIMULATED.VENUE';
