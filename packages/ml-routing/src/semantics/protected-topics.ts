import { decodeTopicSegment } from '@tradewind/core-types';
import { editDistance } from './edit-distance.ts';
import { normalPhrase } from './phrase.ts';

/**
 * Whether a topic gives or tells of orders, executions or commands, which no guess may ever reach: `events.order.DESK-1`, `commands.system.shutdown`,
 * `place.KRAKEN.BTCUSD`, `trading.buy.KRAKEN.BTCUSD`, `executionreport.KRAKEN.BTCUSD`.
 *
 * Every word of every segment counts, wherever it stands: to refuse too much costs a glob, to accept too much costs money. So a symbol that contains
 * such a word (`ORDER-USDT`) is refused too. An order book is no order, but only within one segment: `order_book.KRAKEN` is a book, whereas
 * `events.order.BOOK` is an order of the strategy BOOK.
 */
export function isProtected(topic: string): boolean {
  return topic.split('.').some((segment) => {
    const phrase = normalPhrase(decodeTopicSegment(segment));
    return phrase === 'new' || hasProtectedWord(phrase);
  });
}

/**
 * Whether a query in normal form asks for orders or commands. In a query an order book is two words, trades that were executed are the market's, and
 * `orderbok` or `orderboook` is a book with a slip of the finger: one letter away from it there is no word of orders. Topics are given no such
 * allowance: what a query is taken for, it never reaches one that {@link isProtected}.
 */
export function asksForOrders(phrase: string): boolean {
  const words = phrase.replaceAll(EXECUTED_TRADES, ' ').split(' ');
  return hasProtectedWord(words.map((word) => (isNearlyBook(word) ? BETWEEN : word)).join(' '));
}

function isNearlyBook(word: string): boolean {
  return BOOKS.some((book) => editDistance(word, book, 1) <= 1);
}

/** Whether a phrase in normal form has a word of orders, executions or commands. */
export function hasProtectedWord(phrase: string): boolean {
  return phrase
    .replaceAll(HARMLESS, ' ')
    .split(NO_LETTERS)
    .some((word) => ANYWHERE.test(word) || AT_THE_START.test(word) || AT_THE_END.test(word) || ALONE.has(word));
}

/** Long enough to mean the same in every compound: `neworder`, `executionreport`, `ordercancelreplacerequest`. */
const ANYWHERE = /order|command|exec|cancel|submi|amend|modif|replac|dropcopy/;
/** Short ones would be found across the middle of a pair: BNB/UYU written in one word holds `buy`. */
const AT_THE_START = /^(?:place|placing|buy|sell|filled|fill(?:s|report|event|update|notice))/;
const AT_THE_END = /(?:buy|sell|fills?|filled)$/;
const ALONE: ReadonlySet<string> = new Set(['cmd', 'cmds', 'oms', 'ems', 'flatten', 'liquidate', 'oco']);

/** Words of markets, not of orders, that look like it. */
const HARMLESS = /\border ?books?|\borderly|\brecorders?\b|\bbackfill(?:s|ed)?\b|\brussell\b/g;
const BOOKS = ['orderbook', 'orderbooks'] as const;
/** Where a word was: its neighbours do not become neighbours of each other. */
const BETWEEN = '|';
const EXECUTED_TRADES = /\bexecuted trades?\b/g;
/** Digits are no part of a word here: `order2` and `buy1` are what they were. */
const NO_LETTERS = /[^\p{L}]+/u;
