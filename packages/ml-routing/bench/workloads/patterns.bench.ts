import { MessageBus } from '@tradewind/core';
import { patternMatches } from '@tradewind/core-types';
import { StillContext, routable } from '../fixtures/client-objects.ts';
import { measureCpu } from '../../../../tooling/bench/measure.ts';
import { expectCount, type Contender, type Workload } from '../../../../tooling/bench/workload.ts';
import { makeMarket } from '../../eval/patterns/market.ts';
import { makeQueries, makeSlang } from '../../eval/patterns/queries.ts';
import { SemanticPatternMatcher, SemanticRouter } from '../../src/index.ts';

const UNCACHED = 40_000;
const CACHED = 5_000_000;
/** What a query that is not cached may cost, in nanoseconds. */
const MOST_NS = 20_000;
const QUERIES = 2_000;
/** A power of two: walked through by a mask. */
const HOT = 16;
/** A power of two as well. */
const ROUTED = 1_024;
/** What a message that is routed by meaning may cost, in nanoseconds: an order no more than any other. */
const MOST_ROUTED_NS = 1_000;
const SEED = 1;

const market = makeMarket(SEED);
const topics = market.filter(({ isOrder }) => !isOrder).map(({ topic }) => topic);
const queries = makeQueries(market, makeSlang(market, SEED), { seed: SEED, count: QUERIES }).map(({ text }) => text);
const hotTopics = topics.slice(0, HOT);
const hotQueries = [...new Set(queries)].slice(0, HOT);
const hotPatterns = hotTopics.map((topic) => `${topic.slice(0, topic.lastIndexOf('.'))}.*`);

function matcherOf(maxCachedQueries: number): SemanticPatternMatcher {
  const matcher = new SemanticPatternMatcher({ maxCachedQueries });
  for (const topic of topics) matcher.add(topic);
  return matcher;
}

/** Two thousand queries in turn and room for two: none is found in the cache. Single words are, as they are with any queries of one desk. */
const uncached: Contender = (scale) => {
  const matcher = matcherOf(2);
  let found = 0;
  const run = (count: number): void => {
    for (let i = 0; i < count; i += 1) found += matcher.match(queries[i % QUERIES] as string).matches.length;
  };
  const metrics = measureCpu(scale.count(UNCACHED), run);
  if (found === 0) throw new Error('Expected matches, found none.');
  return metrics;
};

const cached: Contender = (scale) => {
  const matcher = matcherOf(1_024);
  let found = 0;
  return measureCpu(scale.count(CACHED), (count) => {
    for (let i = 0; i < count; i += 1) found += matcher.match(hotQueries[i & (HOT - 1)] as string).accepted;
  }).then((metrics) => {
    if (found === 0) throw new Error('Expected matches, found none.');
    return metrics;
  });
};

/** A publish on a route that the bus has kept: the glob was matched once, its result is looked up and one handler called. */
const globOnTheBus: Contender = async (scale) => {
  const bus = new MessageBus();
  let got = 0;
  const handler = (): void => {
    got += 1;
  };
  for (const pattern of new Set(hotPatterns)) bus.subscribe(pattern, handler);
  let sent = 0;
  const metrics = await measureCpu(scale.count(CACHED), (count) => {
    for (let i = 0; i < count; i += 1) bus.publish(hotTopics[i & (HOT - 1)] as string, i);
    sent += count;
  });
  expectCount('messages', got, sent);
  return metrics;
};

const globByItself: Contender = async (scale) => {
  let matched = 0;
  let asked = 0;
  const metrics = await measureCpu(scale.count(CACHED), (count) => {
    for (let i = 0; i < count; i += 1) {
      const at = i & (HOT - 1);
      if (patternMatches(hotPatterns[at] as string, hotTopics[at] as string)) matched += 1;
    }
    asked += count;
  });
  expectCount('matches', matched, asked);
  return metrics;
};

/** As many as the topics of the market, so that nothing but what they are about differs. */
const hotMarket = topics.slice(0, ROUTED);
const orders = Array.from({ length: ROUTED }, (_, at) =>
  at % 2 === 0 ? `events.order.DESK-${at}` : `commands.order.submit.DESK-${at}`,
);

const routing =
  (routed: readonly string[]): Contender =>
  async (scale) => {
    const rules = hotQueries
      .slice(0, 8)
      .map((match, at) => ({ name: `rule ${at}`, match, decide: { priority: 1 as const } }));
    const { plugin } = new SemanticRouter({ matcher: matcherOf(1_024), rules });
    const context = new StillContext();
    const message = routable();
    return measureCpu(scale.count(CACHED), (count) => {
      for (let i = 0; i < count; i += 1) {
        message.topic = routed[i & (ROUTED - 1)] as string;
        plugin.route?.(message, context);
      }
    });
  };

export const workloads: readonly Workload[] = [
  {
    name: 'patterns-uncached',
    title: 'A query that is not cached',
    work: `One of ${QUERIES.toLocaleString('en')} queries of the evaluation over ${topics.length.toLocaleString('en')} topics, read, matched and ranked; the ten best are listed. Their words were met before, in other queries or the same.`,
    contenders: { semantic: uncached },
    targets: [{ metric: 'cpuNsPerOperation', of: 'semantic', atMost: MOST_NS, unit: 'ns' }],
  },
  {
    name: 'patterns-cached',
    title: 'A query that is cached, beside a glob',
    work: `One of ${HOT} queries asked before; beside it a publish to a glob whose route the MessageBus has kept, its one handler included, and patternMatches of the same globs.`,
    contenders: { 'cache hit': cached, 'glob on the bus': globOnTheBus, 'glob by itself': globByItself },
    targets: [{ metric: 'cpuNsPerOperation', of: 'cache hit', against: ['glob on the bus'], atMost: 1, unit: 'ns' }],
  },
  {
    name: 'patterns-routing',
    title: 'A message through the semantic router',
    work: 'A message on one of 1,024 topics, under eight rules in words; topics were looked up before. Orders are never routed, and are to cost no more for it.',
    contenders: { 'of the market': routing(hotMarket), 'of orders': routing(orders) },
    targets: [
      { metric: 'cpuNsPerOperation', of: 'of the market', atMost: MOST_ROUTED_NS, unit: 'ns' },
      { metric: 'cpuNsPerOperation', of: 'of orders', against: ['of the market'], atMost: 1, unit: 'ns' },
    ],
  },
];
