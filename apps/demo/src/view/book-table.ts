import type { AssetBook, VenueTouch } from '../subscribers/top-of-book.ts';
import { alignPoints, formatCount } from './format.ts';
import type { FrameSize } from './screen-state.ts';
import { span, type Span, type StyledLine } from './styled-text.ts';
import { renderTable, type Column } from './table.ts';

/**
 * The touch of every asset at every venue, as far as there is room: the best bid and ask of several venues stand out.
 *
 * Prices are text from the venue and are shown digit for digit, their points below each other.
 */
export function bookTable(books: readonly AssetBook[], { width, height }: FrameSize): readonly StyledLine[] {
  const rows = books.flatMap((book) => book.venues.map((touch) => ({ book, touch })));
  const fits = rows.length + 1 <= height;
  const shown = fits ? rows : rows.slice(0, Math.max(0, height - 2));
  if (shown.length === 0) return [];
  const bids = alignPoints(shown.map(({ touch }) => touch.bid?.[0] ?? NOTHING));
  const asks = alignPoints(shown.map(({ touch }) => touch.ask?.[0] ?? NOTHING));
  const bidSizes = alignPoints(shown.map(({ touch }) => touch.bid?.[1] ?? NOTHING));
  const askSizes = alignPoints(shown.map(({ touch }) => touch.ask?.[1] ?? NOTHING));
  const table = renderTable({
    columns: BOOK_COLUMNS,
    width,
    rows: shown.map(({ book, touch }, index) => [
      index === 0 || shown[index - 1]?.book !== book ? book.asset : '',
      touch.listing.venue,
      span(bidSizes[index] ?? '', 'faint'),
      bidCell(book, touch, bids[index] ?? ''),
      askCell(book, touch, asks[index] ?? ''),
      span(askSizes[index] ?? '', 'faint'),
      spreadOf(touch),
    ]),
  });
  const hidden = rows.length - shown.length;
  return hidden === 0 ? table : [...table, [span(`  and ${formatCount(hidden)} more`, 'faint')]];
}

function bidCell(book: AssetBook, touch: VenueTouch, text: string): Span {
  const isBest = book.venues.length > 1 && touch.listing.venue === book.best?.bidVenue;
  return span(text, isBest ? 'good' : 'plain');
}

function askCell(book: AssetBook, touch: VenueTouch, text: string): Span {
  const isBest = book.venues.length > 1 && touch.listing.venue === book.best?.askVenue;
  return span(text, isBest ? 'bad' : 'plain');
}

/** For the eye alone: a float is exact enough for two digits of a basis point. */
function spreadOf({ bid, ask }: VenueTouch): string {
  if (bid === undefined || ask === undefined) return NOTHING;
  const [low, high] = [Number(bid[0]), Number(ask[0])];
  const bps = ((high - low) / ((high + low) / 2)) * 10_000;
  return Number.isFinite(bps) ? `${bps.toFixed(2)} bp` : NOTHING;
}

const NOTHING = '–';
const BOOK_COLUMNS: readonly Column[] = [
  { header: 'TOP OF BOOK', align: 'left', rank: 0, style: 'value' },
  { header: 'VENUE', align: 'left', rank: 0 },
  { header: 'BID SIZE', align: 'right', rank: 2, minWidth: 10 },
  { header: 'BID', align: 'right', rank: 0, minWidth: 11 },
  { header: 'ASK', align: 'right', rank: 0, minWidth: 11 },
  { header: 'ASK SIZE', align: 'right', rank: 2, minWidth: 10 },
  { header: 'SPREAD', align: 'right', rank: 1, minWidth: 9 },
];
