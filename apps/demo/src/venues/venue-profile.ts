import { formatInstrumentId, parseDecimalText, type DecimalText } from '@tradewind/core-types';
import type { Listing } from '../feed.ts';
import type { FundamentalParameters } from './fundamental.ts';

/** An asset that the simulated venues trade against USDT. */
export interface AssetProfile {
  readonly base: string;
  readonly quote: string;
  readonly fundamental: FundamentalParameters;
  /** Half of the usual spread, as a fraction of the price. */
  readonly halfSpread: number;
  /** Of an order, in units of the base currency. */
  readonly medianSize: number;
  /** Orders and cancels per second at a venue of activity 1, when nothing excites it. */
  readonly ordersPerSecond: number;
}

/** How one asset is traded at one venue. */
export interface MarketProfile {
  readonly asset: AssetProfile;
  readonly listing: Listing;
  readonly tickSize: DecimalText;
  readonly lotSize: DecimalText;
}

/** A simulated venue. Its name is invented; its ticks, fees and latencies are of the usual kinds. */
export interface VenueProfile {
  readonly name: string;
  /** How busy it is, compared with the others. */
  readonly activity: number;
  /** From an event in its matching engine to its arrival here. */
  readonly dataLatencyMicros: number;
  /** From sending an order to its arrival there. */
  readonly orderLatencyMicros: number;
  /** Of the value, in parts per million. Negative: a rebate. */
  readonly takerFeePpm: number;
  readonly makerFeePpm: number;
  readonly markets: readonly MarketProfile[];
}

export const ASSETS: readonly AssetProfile[] = [
  {
    base: 'BTC',
    quote: 'USDT',
    fundamental: { price: 64_250, volatilityPerSecond: 0.00012, jumpsPerSecond: 0.12, jumpSize: 0.0007 },
    halfSpread: 0.00004,
    medianSize: 0.06,
    ordersPerSecond: 110,
  },
  {
    base: 'ETH',
    quote: 'USDT',
    fundamental: { price: 3_140, volatilityPerSecond: 0.00015, jumpsPerSecond: 0.1, jumpSize: 0.0009 },
    halfSpread: 0.00006,
    medianSize: 0.9,
    ordersPerSecond: 80,
  },
  {
    base: 'SOL',
    quote: 'USDT',
    fundamental: { price: 148.5, volatilityPerSecond: 0.00022, jumpsPerSecond: 0.08, jumpSize: 0.0014 },
    halfSpread: 0.0001,
    medianSize: 14,
    ordersPerSecond: 55,
  },
];

interface VenueRow extends Omit<VenueProfile, 'markets'> {
  readonly symbolOf: (asset: AssetProfile) => string;
  /** Tick and lot of each asset, in the order of {@link ASSETS}. */
  readonly grids: readonly (readonly [tick: string, lot: string])[];
}

const VENUE_ROWS: readonly VenueRow[] = [
  {
    name: 'ASTER',
    activity: 1.5,
    dataLatencyMicros: 2_000,
    orderLatencyMicros: 8_000,
    takerFeePpm: 400,
    makerFeePpm: 100,
    symbolOf: ({ base, quote }) => `${base}${quote}`,
    grids: [
      ['0.01', '0.00001'],
      ['0.01', '0.0001'],
      ['0.001', '0.01'],
    ],
  },
  {
    name: 'BOREAL',
    activity: 1,
    dataLatencyMicros: 6_000,
    orderLatencyMicros: 12_000,
    takerFeePpm: 600,
    makerFeePpm: 200,
    symbolOf: ({ base, quote }) => `${base}-${quote}`,
    grids: [
      ['0.1', '0.0001'],
      ['0.01', '0.001'],
      ['0.01', '0.01'],
    ],
  },
  {
    name: 'CEDAR',
    activity: 0.8,
    dataLatencyMicros: 11_000,
    orderLatencyMicros: 20_000,
    takerFeePpm: 2_600,
    makerFeePpm: 1_600,
    symbolOf: ({ base, quote }) => `${base}/${quote}`,
    grids: [
      ['0.5', '0.0001'],
      ['0.05', '0.001'],
      ['0.01', '0.1'],
    ],
  },
  {
    name: 'DELTA',
    activity: 0.6,
    dataLatencyMicros: 18_000,
    orderLatencyMicros: 30_000,
    takerFeePpm: 750,
    makerFeePpm: -250,
    symbolOf: ({ base, quote }) => `${base}_${quote}`,
    grids: [
      ['1', '0.001'],
      ['0.1', '0.01'],
      ['0.05', '0.1'],
    ],
  },
  {
    name: 'EMBER',
    activity: 0.4,
    dataLatencyMicros: 35_000,
    orderLatencyMicros: 60_000,
    takerFeePpm: 1_000,
    makerFeePpm: 800,
    symbolOf: ({ base, quote }) => `t${base}${quote}`,
    grids: [
      ['0.05', '0.0001'],
      ['0.02', '0.001'],
      ['0.005', '0.01'],
    ],
  },
];

/** The five simulated venues. */
export const VENUES: readonly VenueProfile[] = VENUE_ROWS.map(({ symbolOf, grids, ...venue }) => ({
  ...venue,
  markets: ASSETS.map((asset, index) => marketProfile(venue.name, symbolOf(asset), asset, grids[index])),
}));

function marketProfile(
  venue: string,
  symbol: string,
  asset: AssetProfile,
  grid: readonly [string, string] | undefined,
): MarketProfile {
  if (grid === undefined)
    throw new RangeError(`Expected a tick and a lot for ${asset.base} at ${venue}; there is none.`);
  const lotSize = parseDecimalText(grid[1]);
  return {
    asset,
    tickSize: parseDecimalText(grid[0]),
    lotSize,
    listing: {
      instrumentId: formatInstrumentId({ symbol, venue }),
      venue,
      symbol,
      base: asset.base,
      quote: asset.quote,
      kind: 'spot',
      lotSize,
    },
  };
}
