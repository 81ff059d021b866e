const VENUES = ['BINANCE', 'COINBASE', 'KRAKEN', 'OKX', 'BYBIT', 'BITMEX', 'DERIBIT', 'BITFINEX', 'KUCOIN', 'GATEIO'];

/** The venue of an index, in a circle of ten. */
export function venueOf(index: number): string {
  return VENUES[index % VENUES.length] as string;
}

/** `count` topics of quotes: `data.quotes.BINANCE.S0`. */
export function quoteTopics(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => fresh(`data.quotes.${venueOf(i)}.S${i}`));
}

/** The same text in memory of its own, flat: a publisher's topic is not the subscriber's string object. */
export function fresh(text: string): string {
  return Buffer.from(text).toString('latin1');
}
