import { MarketRegimeDetector, type MarketRegimeOptions, type QuoteTick } from '../../src/index.ts';
import { HOME_MARKET } from '../../eval/regimes/characters.ts';
import { SimulatedMarket, START_MS } from '../../eval/regimes/market.ts';

export const INSTRUMENT = 'BTCUSDT.BINANCE';

/** A quote with everything ordinary, but for what is given. */
export function quoteTick(some: Partial<QuoteTick> = {}): QuoteTick {
  return {
    instrumentId: INSTRUMENT,
    atMs: START_MS,
    bidPrice: 99.99,
    askPrice: 100.01,
    bidSize: 5,
    askSize: 5,
    ...some,
  };
}

/** How a simulated market is shown to a detector. */
export interface Showing {
  readonly seed: number;
  readonly observations: number;
  /** Prices and sizes are multiplied by it. */
  readonly scale?: number | undefined;
  readonly options?: MarketRegimeOptions | undefined;
  readonly detector?: MarketRegimeDetector | undefined;
  readonly instrumentId?: string | undefined;
  /** Called after each observation. */
  readonly after?: ((detector: MarketRegimeDetector, observation: number) => void) | undefined;
}

/** Shows one simulated instrument to a detector, tick by tick. Returns it. */
export function show({
  seed,
  observations,
  scale = 1,
  options,
  after,
  instrumentId = INSTRUMENT,
  ...rest
}: Showing): MarketRegimeDetector {
  const detector = rest.detector ?? new MarketRegimeDetector(options);
  new SimulatedMarket(HOME_MARKET, seed, observations).play({
    quote({ atMs, bid, ask, bidSize, askSize }) {
      detector.observeQuote({
        instrumentId,
        atMs,
        bidPrice: bid * scale,
        askPrice: ask * scale,
        bidSize: bidSize * scale,
        askSize: askSize * scale,
      });
    },
    trade({ atMs, price, size, side }) {
      detector.observeTrade({
        instrumentId,
        atMs,
        price: price * scale,
        size: size * scale,
        aggressor: side > 0 ? 1 : -1,
      });
    },
    observed(observation) {
      detector.advance(START_MS + (observation + 1) * 1_000);
      after?.(detector, observation);
    },
  });
  return detector;
}
