import { expect, test } from 'vitest';
import { SemanticPatternMatcher } from '../../src/index.ts';

const BTC = 'data.trades.KRAKEN.XBT/USD';
const ETH = 'data.trades.KRAKEN.ETH/USD';

function matcher(): SemanticPatternMatcher {
  const made = new SemanticPatternMatcher();
  for (const topic of [BTC, ETH, 'data.quotes.KRAKEN.XBT/USD']) made.add(topic);
  return made;
}

function accepted(query: string): readonly string[] {
  return matcher()
    .match(query)
    .matches.filter((match) => match.accepted)
    .map(({ topic }) => topic);
}

/** What a caller without types may give. */
function given(value: unknown): never {
  return value as never;
}

const refusal = (path: string) => expect.objectContaining({ code: 'INVALID_OPTIONS', path });

test.each(['trades kraken - btc', 'trades kraken – btc', 'trades kraken -btc', 'trades kraken not btc'])(
  '"%s" excludes',
  (query) => expect(accepted(query)).toEqual([ETH]),
);

test('a dash with nothing after it excludes nothing', () => {
  expect(accepted('trades kraken btc -')).toEqual([BTC]);
});

test.each([
  'my trades btc',
  'btc trades, mine',
  'own prints kraken',
  'myTrades btc',
  'mytrades btc',
  'user_trades btc',
])('"%s" asks for executions and is refused', (query) => {
  expect(() => accepted(query)).toThrow(expect.objectContaining({ code: 'ORDERS_ARE_EXACT' }));
});

test("one's own executions are not indexed under the names that venues give them, and one's wish for quotes is a wish", () => {
  const made = matcher();
  for (const topic of ['KRAKEN.ownTrades.XBT', 'private.myTrades.BTCUSDT', 'user_trades.BTC'])
    expect(made.add(topic)).toBe(false);
  expect(accepted('show me my btc quotes')).toEqual(['data.quotes.KRAKEN.XBT/USD']);
});

test.each([{ limit: Number.NaN }, { limit: -1 }, { limit: 1.5 }, { limit: 'x' }])(
  'a limit of %o is refused',
  (limit) => {
    expect(() => matcher().match('btc trades', given(limit))).toThrow(refusal('limit'));
  },
);

test('contexts, queries, topics and outcomes that are none are refused by a typed error', () => {
  const made = matcher();
  expect(() => made.match('btc', given(null))).toThrow(refusal('options'));
  for (const wrong of [{ session: 'bogus' }, { session: '__proto__' }]) {
    expect(() => made.match('btc', given(wrong))).toThrow(refusal('session'));
    expect(() => made.explain('btc', given(wrong))).toThrow(refusal('session'));
  }
  expect(() => made.accepts('btc', BTC, given({ regime: 'calm' }))).toThrow(refusal('regime'));
  expect(() => made.accepts('btc', BTC, given(null))).toThrow(refusal('when'));
  for (const wrong of [null, undefined, 5]) {
    expect(() => made.accepts(given(wrong), BTC)).toThrow(refusal('query'));
    expect(() => made.explain(given(wrong))).toThrow(refusal('query'));
    expect(() => made.match(given(wrong))).toThrow(refusal('query'));
    expect(() => made.add(given(wrong))).toThrow(refusal('topic'));
    expect(() => made.facets(given(wrong))).toThrow(refusal('topic'));
    expect(() => made.learn(given(wrong))).toThrow(refusal('outcome'));
  }
  const outcome = { query: 'zork', topic: BTC, succeeded: true };
  expect(() => made.learn(given({ ...outcome, session: 'bogus' }))).toThrow(refusal('session'));
  expect(() => made.learn(given({ ...outcome, query: 5 }))).toThrow(refusal('query'));
  expect(made.learner.outcomes).toBe(0);
});
