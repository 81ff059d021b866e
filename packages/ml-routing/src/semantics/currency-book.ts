import { CURRENCY_ALIASES, MONEY, QUOTE_RANK, TICKERS } from './lexicon/currencies.ts';

/**
 * The currencies that are known, by all their spellings in upper case, and which of two quotes the other.
 *
 * Workload: a few hundred, added at construction; bases that a catalog lists are not among them, so that one odd topic does not change how
 * the next one is read.
 */
export class CurrencyBook {
  readonly #canonical = new Map<string, string>();
  readonly #rank = new Map<string, number>();

  constructor() {
    for (const [rank, ticker] of QUOTE_RANK.entries()) {
      this.add(ticker, []);
      this.#rank.set(ticker, rank);
    }
    for (const ticker of TICKERS) this.add(ticker, []);
    for (const [ticker, aliases] of Object.entries(CURRENCY_ALIASES)) this.add(ticker, aliases);
  }

  add(ticker: string, aliases: readonly string[]): void {
    this.#canonical.set(ticker, ticker);
    for (const alias of aliases) this.#canonical.set(alias.toUpperCase(), ticker);
  }

  /** `BTC` for `XBT`; undefined for what is no known currency. */
  canonical(text: string): string | undefined {
    return this.#canonical.get(text);
  }

  /** The same for what prices are written in. */
  quote(text: string): string | undefined {
    const canonical = this.#canonical.get(text);
    return canonical !== undefined && this.#rank.has(canonical) ? canonical : undefined;
  }

  /** All quotes under their usual tickers. */
  quotes(): Iterable<string> {
    return this.#rank.keys();
  }

  /** Fiat money, or pegged to it. */
  isMoney(ticker: string): boolean {
    return MONEY.has(ticker);
  }

  /**
   * Which of two currencies is the quote, as markets have it: EUR/USD, USDT/USD, BTC/USDT, ETH/BTC; undefined where neither is usual.
   * Stable coins and fiat money other than the dollar quote each other by this order too.
   */
  quoteOf(one: string, other: string): string | undefined {
    const ranks = [this.#rank.get(one) ?? Infinity, this.#rank.get(other) ?? Infinity] as const;
    if (ranks[0] === ranks[1]) return undefined;
    return ranks[0] < ranks[1] ? one : other;
  }
}
