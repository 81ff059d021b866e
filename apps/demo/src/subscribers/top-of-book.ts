import { compareDecimals, type DecimalText, type TimestampNs } from '@tradewind/core-types';
import { TouchTracker, type Touch } from '../market/touch-tracker.ts';
import type { Listing } from '../feed.ts';
import type { Desk } from './desk.ts';

/** One venue's touch. */
export interface VenueTouch extends Touch {
  readonly listing: Listing;
}

/** The touch of one asset at all its venues. */
export interface AssetBook {
  /** `BTC/USDT spot`. */
  readonly asset: string;
  readonly venues: readonly VenueTouch[];
  /** Over venues whose touch is not stale; undefined where nobody is, and where venues cannot be compared. */
  readonly best: BestTouch | undefined;
}

/** The best of several venues. */
interface BestTouch {
  readonly bid: DecimalText;
  readonly bidVenue: string;
  readonly ask: DecimalText;
  readonly askVenue: string;
}

/** The touch of every instrument, and of every asset over its venues. */
export class TopOfBook {
  readonly #desk: Desk;
  readonly #tracker = new TouchTracker();

  constructor(desk: Desk) {
    this.#desk = desk;
    const count = desk.deliveries.open({
      subscriber: 'top of book',
      kinds: ['quote', 'book_snapshot', 'book_deltas'],
      conflating: false,
    });
    desk.bus.subscribe('data.quotes.+.+', (quote, meta) => {
      count(quote, meta);
      this.#tracker.onQuote(quote);
    });
    desk.bus.subscribe('data.book.*', (event, meta) => {
      count(event, meta);
      this.#tracker.onBook(event);
    });
  }

  /** By asset, then venue, in alphabetical order: the same whatever came first. */
  books(): readonly AssetBook[] {
    const byAsset = new Map<string, VenueTouch[]>();
    for (const touch of this.#tracker.touches.values()) {
      const listing = this.#desk.listings.get(touch.instrumentId);
      if (listing === undefined) continue;
      const asset = assetName(listing);
      const venues = byAsset.get(asset);
      if (venues === undefined) byAsset.set(asset, [{ ...touch, listing }]);
      else venues.push({ ...touch, listing });
    }
    return [...byAsset]
      .toSorted(([a], [b]) => compareTexts(a, b))
      .map(([asset, unsorted]) => {
        const venues = unsorted.toSorted(
          (a, b) => compareTexts(a.listing.venue, b.listing.venue) || compareTexts(a.listing.symbol, b.listing.symbol),
        );
        return { asset, venues, best: this.#desk.areVenuesComparable() ? bestOf(venues) : undefined };
      });
  }
}

/** What instruments at different venues have in common. Dated contracts and options stand alone. */
function assetName({ base, quote, kind, symbol }: Listing): string {
  return kind === 'future' || kind === 'option' ? `${symbol} ${kind}` : `${base}/${quote} ${kind}`;
}

function bestOf(venues: readonly VenueTouch[]): BestTouch | undefined {
  let newestNs = 0n;
  for (const { asOfNs } of venues) if (asOfNs > newestNs) newestNs = asOfNs;
  let bid: VenueTouch | undefined;
  let ask: VenueTouch | undefined;
  for (const touch of venues) {
    if (isStale(touch.asOfNs, newestNs)) continue;
    if (touch.bid !== undefined && (bid?.bid === undefined || compareDecimals(touch.bid[0], bid.bid[0]) > 0))
      bid = touch;
    if (touch.ask !== undefined && (ask?.ask === undefined || compareDecimals(touch.ask[0], ask.ask[0]) < 0))
      ask = touch;
  }
  if (bid?.bid === undefined || ask?.ask === undefined) return undefined;
  return { bid: bid.bid[0], bidVenue: bid.listing.venue, ask: ask.ask[0], askVenue: ask.listing.venue };
}

/** Recordings of different days may lie in one folder: their prices have nothing to do with each other. */
function isStale(asOfNs: TimestampNs, newestNs: bigint): boolean {
  return newestNs - asOfNs > STALE_AFTER_NS;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const STALE_AFTER_NS = 60_000_000_000n;
