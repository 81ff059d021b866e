// How do I subscribe in the words of my own desk?
import { MessageBus } from '@tradewind/core';
import { SemanticPatternMatcher, subscribeSemantic } from '@tradewind/ml-routing';

// A facet of your own, a token and a venue that no standard lexicon knows; each with the ways to say it.
const matcher = new SemanticPatternMatcher({
  lexicon: {
    facets: { desk: { delta1: ['delta one', 'd1'], vol: ['volatility desk'] }, base: { WIF: ['dogwifhat'] } },
    venues: { zeta: { instrument: 'perp', aliases: ['zeta markets'] } },
  },
});

const bus = new MessageBus();
const follow = (query: string): Disposable =>
  subscribeSemantic(bus, query, (_payload, { topic }) => console.log(`${query}: ${topic}`), { matcher });
follow('dogwifhat perp prints on zeta markets');
follow('exposure of delta one');
follow('best bid offer xbt/usd');

// The topics appear later; the first message is already delivered.
for (const topic of [
  'data.trades.ZETA.WIFUSDT',
  'data.trades.BINANCE.WIFUSDT',
  'risk.delta1.exposure',
  'risk.vol.exposure',
  'data.quotes.KRAKEN.XBT/USD',
]) {
  bus.publish(topic, 1);
}

// A word that nobody has explained is learned from what became of the topics; until then nothing is accepted.
const query = 'cable quotes';
for (const topic of ['data.quotes.LMAX.GBP/USD', 'data.quotes.LMAX.EUR/USD']) matcher.add(topic);
console.log(matcher.match(query).accepted, matcher.match(query).unknown.join());
for (let i = 0; i < 5; i += 1) matcher.learn({ query, topic: 'data.quotes.LMAX.GBP/USD', succeeded: true });
console.log(matcher.match(query).accepted, matcher.match(query).matches[0]?.topic);

try {
  follow('all order events');
} catch (error) {
  console.log((error as { readonly code?: string }).code);
}
