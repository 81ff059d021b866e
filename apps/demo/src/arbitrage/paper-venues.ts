import { PaperExchange, type InstrumentRow } from '@tradewind/arbitrage-routing';
import { addDecimals, formatDecimal, parseDecimalText, type Clock, type Random } from '@tradewind/core-types';
import { VENUES, type VenueProfile } from '../venues/venue-profile.ts';

/** What the desk pays of a list fee: a desk that trades for this has a tier of its own. At list fees a run of 20 seconds shows one opportunity, if any. */
const DESK_SHARE = 0.1;

/** The instruments of the simulated venues, with what the desk pays as a taker. */
export const ARBITRAGE_INSTRUMENTS: readonly InstrumentRow[] = VENUES.flatMap(rowsOf);

/** From an order's sending until the feed shows what it met, in milliseconds. */
export function arrivalMsOf(venue: string): number {
  const profile = VENUES.find(({ name }) => name === venue);
  return profile === undefined ? 0 : (profile.orderLatencyMicros + profile.dataLatencyMicros) / 1000;
}

/**
 * A paper exchange beside each simulated venue: it fills against the quotes that the venue publishes, as late as an order would meet them, and the venue
 * does not notice. One order in a hundred is rejected, and before one in twenty somebody else takes a share of the best level.
 */
export class PaperVenues {
  readonly byName: Readonly<Record<string, PaperExchange>>;

  constructor(clock: Clock, random: Random) {
    this.byName = Object.fromEntries(
      VENUES.map((venue) => {
        const arrivalMs = arrivalMsOf(venue.name);
        const exchange = new PaperExchange({
          venue: venue.name,
          instruments: rowsOf(venue),
          clock,
          random,
          latencyMs: { min: arrivalMs, max: arrivalMs },
          rejectProbability: 0.01,
          snatchProbability: 0.05,
        });
        return [venue.name, exchange];
      }),
    );
  }

  /** What all of them together have of each currency, where that is not nothing. */
  balances(): readonly { readonly currency: string; readonly total: string }[] {
    const totals = new Map<string, string>();
    for (const { account } of Object.values(this.byName)) {
      for (const currency of account.currencies()) {
        const before = parseDecimalText(totals.get(currency) ?? '0');
        totals.set(currency, formatDecimal(addDecimals(before, account.balance(currency))));
      }
    }
    return [...totals]
      .filter(([, total]) => total !== '0')
      .map(([currency, total]) => ({ currency, total }))
      .toSorted((a, b) => (a.currency < b.currency ? -1 : 1));
  }
}

function rowsOf({ takerFeePpm, markets }: VenueProfile): readonly InstrumentRow[] {
  return markets.map(({ listing: { venue, symbol, base, quote }, tickSize, lotSize }) => ({
    venue,
    symbol,
    base,
    quote,
    kind: 'spot',
    tickSize,
    lotSize,
    minQty: lotSize,
    minNotional: '5',
    takerFeePpm: Math.round(takerFeePpm * DESK_SHARE),
  }));
}
