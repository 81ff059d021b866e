import type { DecimalText } from '@tradewind/core-types';
import { MILLION, ONE, PLACES, formatFixed } from '../money/fixed-point.ts';

/** Places of a product of price, quantity and fee: balances are kept in it, so that nothing is ever rounded. */
const CASH_PLACES = 2 * PLACES + 6;

/** A fill in units of 1e-18, its quantity in base currency. */
export interface PaperFill {
  readonly base: string;
  readonly quote: string;
  readonly side: 'BUY' | 'SELL';
  readonly price: bigint;
  readonly quantity: bigint;
  readonly feePpm: bigint;
}

/** The balances of a paper account, exact to the last digit. They may be negative: paper lends without limit. */
export class PaperAccount {
  readonly #balances = new Map<string, bigint>();

  /** Books a fill; returns its fee in quote currency. */
  book({ base, quote, side, price, quantity, feePpm }: PaperFill): DecimalText {
    const sign = side === 'BUY' ? 1n : -1n;
    const fee = price * quantity * feePpm;
    this.#add(base, sign * quantity * ONE * MILLION);
    this.#add(quote, -sign * price * quantity * MILLION - fee);
    return formatFixed(fee, CASH_PLACES) as DecimalText;
  }

  /** What it has of a currency, as decimal text. */
  balance(currency: string): DecimalText {
    return formatFixed(this.#balances.get(currency) ?? 0n, CASH_PLACES) as DecimalText;
  }

  currencies(): readonly string[] {
    return [...this.#balances.keys()];
  }

  #add(currency: string, amount: bigint): void {
    this.#balances.set(currency, (this.#balances.get(currency) ?? 0n) + amount);
  }
}
