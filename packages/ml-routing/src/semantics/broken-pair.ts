import type { CurrencyBook } from './currency-book.ts';
import { editDistance } from './edit-distance.ts';
import { facetTerm, type FacetTerm } from './facets.ts';

/** The pair that `BTCUDST` was to name: a known base, and a quote of four letters that is one edit away; undefined for anything else. */
export function readBrokenPair(word: string, currencies: CurrencyBook): FacetTerm | undefined {
  const longest = Math.min(MAX_BASE_LETTERS, word.length - LEAST_QUOTE_LETTERS + 1);
  for (let at = longest; at >= LEAST_BASE_LETTERS; at -= 1) {
    const base = currencies.canonical(word.slice(0, at));
    const tail = word.slice(at).replace(SEPARATOR, '');
    if (base === undefined || tail.length < LEAST_QUOTE_LETTERS - 1) continue;
    const near = [...currencies.quotes()].filter(
      (quote) => quote.length >= LEAST_QUOTE_LETTERS && quote !== base && editDistance(tail, quote, 1) === 1,
    );
    const [quote] = near;
    if (quote !== undefined && near.length === 1) return facetTerm('pair', `${base}/${quote}`);
  }
  return undefined;
}

const SEPARATOR = /^[-/_]/;
const LEAST_BASE_LETTERS = 2;
const MAX_BASE_LETTERS = 6;
const LEAST_QUOTE_LETTERS = 4;
