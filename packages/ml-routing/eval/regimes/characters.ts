/** From the least to the most of a figure, which is drawn anew for each spell of a regime. */
type Range = readonly [least: number, most: number];

/** What a regime does to an instrument: multiples of what is usual there, but for drift, reversion and lean. */
export interface RegimeCharacter {
  readonly volatility: Range;
  /** Usual volatilities per observation. */
  readonly drift: Range;
  /** The part of the way back to its centre that the price is pulled per observation. */
  readonly reversion: Range;
  readonly spread: Range;
  readonly depth: Range;
  readonly quotes: Range;
  readonly trades: Range;
  /** Of a trade. */
  readonly size: Range;
  /** How much likelier than even the aggressor is on the side of the drift. */
  readonly lean: Range;
}

interface Between {
  readonly least: number;
  readonly most: number;
}

/** A kind of market, from which instruments are drawn. */
export interface MarketCharacter {
  readonly observationMs: number;
  /** Of an observation's return, one standard deviation. */
  readonly volatility: Between;
  /** In usual volatilities. */
  readonly tick: Between;
  /** Per observation. */
  readonly quotes: Between;
  readonly trades: Between;
  /** Degrees of freedom of the steps: few are heavy tails. */
  readonly tails: number;
  /** How much the volatility wanders by itself within a regime: one standard deviation of its logarithm. */
  readonly turbulence: number;
  /** Observations of a day, and how much busier its middle is than its ends, in the logarithm. */
  readonly dayLength: number;
  readonly dayDepth: number;
  /** Of a spell, in observations: the least, and the mean of what comes on top. */
  readonly shortest: number;
  readonly typical: number;
  readonly backToNormal: number;
  /** Observations between two pieces of news, about. */
  readonly newsEvery: number;
  /** In volatilities of the moment. */
  readonly newsJump: Between;
  /** In the order of `MARKET_REGIMES`. */
  readonly regimes: readonly RegimeCharacter[];
}

const ONE: Range = [1, 1];
const NONE: Range = [0, 0];

/** What the classifier is trained on, and tested on with other seeds. */
export const HOME_MARKET: MarketCharacter = {
  observationMs: 1_000,
  volatility: { least: 0.5e-4, most: 4e-4 },
  tick: { least: 0.02, most: 0.25 },
  quotes: { least: 8, most: 40 },
  trades: { least: 3, most: 15 },
  tails: 5,
  turbulence: 0.35,
  dayLength: 4_000,
  dayDepth: 0.3,
  shortest: 60,
  typical: 120,
  backToNormal: 0.5,
  newsEvery: 300,
  newsJump: { least: 8, most: 18 },
  regimes: [
    {
      volatility: [0.85, 1.2],
      drift: NONE,
      reversion: NONE,
      spread: [0.85, 1.2],
      depth: [0.8, 1.25],
      quotes: [0.8, 1.25],
      trades: [0.8, 1.25],
      size: ONE,
      lean: [0, 0.05],
    },
    {
      volatility: [2, 3.5],
      drift: NONE,
      reversion: NONE,
      spread: [1.2, 2],
      depth: [0.5, 0.9],
      quotes: [1.2, 2],
      trades: [1.3, 2.5],
      size: [1, 1.5],
      lean: [0, 0.05],
    },
    {
      volatility: [0.9, 1.3],
      drift: [0.8, 1.4],
      reversion: NONE,
      spread: [0.85, 1.3],
      depth: [0.7, 1.2],
      quotes: [0.9, 1.5],
      trades: [1, 1.8],
      size: [1, 1.2],
      lean: [0.1, 0.25],
    },
    {
      volatility: [0.6, 0.9],
      drift: NONE,
      reversion: [0.4, 0.9],
      spread: [0.8, 1.1],
      depth: [0.9, 1.5],
      quotes: [0.7, 1.1],
      trades: [0.6, 1],
      size: [0.9, 1.1],
      lean: [0, 0.05],
    },
    {
      volatility: [0.7, 1.3],
      drift: NONE,
      reversion: NONE,
      spread: [2, 4],
      depth: [0.15, 0.4],
      quotes: [0.3, 0.7],
      trades: [0.15, 0.45],
      size: [0.5, 1],
      lean: [0, 0.05],
    },
  ],
};

/** Another market, never trained on: regimes less pronounced, tails heavier, coarser ticks, another pace. */
export const SHIFTED_MARKET: MarketCharacter = {
  observationMs: 1_000,
  volatility: { least: 1e-4, most: 12e-4 },
  tick: { least: 0.1, most: 0.5 },
  quotes: { least: 4, most: 100 },
  trades: { least: 2, most: 40 },
  tails: 4,
  turbulence: 0.5,
  dayLength: 2_500,
  dayDepth: 0.4,
  shortest: 50,
  typical: 150,
  backToNormal: 0.4,
  newsEvery: 400,
  newsJump: { least: 7, most: 14 },
  regimes: [
    {
      volatility: [0.8, 1.25],
      drift: NONE,
      reversion: NONE,
      spread: [0.8, 1.25],
      depth: [0.7, 1.4],
      quotes: [0.7, 1.4],
      trades: [0.7, 1.4],
      size: ONE,
      lean: [0, 0.08],
    },
    {
      volatility: [1.9, 3],
      drift: NONE,
      reversion: NONE,
      spread: [1.1, 1.8],
      depth: [0.6, 1],
      quotes: [1, 1.8],
      trades: [1.2, 2.2],
      size: [1, 1.4],
      lean: [0, 0.08],
    },
    {
      volatility: [0.9, 1.4],
      drift: [0.75, 1.3],
      reversion: NONE,
      spread: [0.8, 1.4],
      depth: [0.7, 1.3],
      quotes: [0.8, 1.4],
      trades: [0.9, 1.6],
      size: [1, 1.2],
      lean: [0.05, 0.2],
    },
    {
      volatility: [0.6, 0.95],
      drift: NONE,
      reversion: [0.35, 0.8],
      spread: [0.8, 1.2],
      depth: [0.8, 1.5],
      quotes: [0.7, 1.2],
      trades: [0.6, 1.1],
      size: [0.9, 1.1],
      lean: [0, 0.08],
    },
    {
      volatility: [0.7, 1.4],
      drift: NONE,
      reversion: NONE,
      spread: [1.7, 3.5],
      depth: [0.2, 0.5],
      quotes: [0.35, 0.8],
      trades: [0.2, 0.55],
      size: [0.5, 1],
      lean: [0, 0.08],
    },
  ],
};
