import { Priority, factKey, type RoutingPlugin } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { ROUTING_PLUGIN_RULES, routingPluginSuite } from '../src/index.ts';
import { brokenRules, idsOf, rulesOf } from './broken/find.ts';
import { BROKEN_PLUGINS, failureCounter } from './broken/routing-plugins.ts';

const SPREAD = factKey<number>('test.spread');

/** Without a state; uses facts, paths, loads, and returns the same objects again. */
function spreadRouter(): RoutingPlugin {
  const wide = { priority: Priority.HIGH, reason: 'wide spread' };
  const decisions = new Map<string, { path: string; reason: string }>();
  return {
    name: 'spread-router',
    route({ payload, topic }, context) {
      if (typeof payload !== 'object' || payload === null || !('bid' in payload) || !('ask' in payload))
        return undefined;
      const spread = Number(payload.ask) / Number(payload.bid) - 1;
      if (spread > (context.fact(SPREAD) ?? 0.005)) return wide;
      context.set(SPREAD, 0.004);
      if (!topic.startsWith('data.')) return undefined;
      const path = context.paths.find((id) => context.load(id)?.status === 'up');
      if (path === undefined) return undefined;
      const known = decisions.get(path) ?? { path, reason: `${path} is up` };
      decisions.set(path, known);
      return known;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

routingPluginSuite('a plugin with a state', {
  create: failureCounter,
  stateful: true,
  outcomes: [{ kind: 'failed', topic: 'data.quotes.OKX.BTCUSDT' }],
});
routingPluginSuite('a plugin without a state', { create: spreadRouter, paths: ['kraken', 'okx'], stateful: false });
routingPluginSuite('a plugin that does nothing', { create: () => ({ name: 'nothing' }) });

test.each(BROKEN_PLUGINS)('a plugin that $flaw breaks $rule', async ({ rule, subject }) => {
  expect(await brokenRules(ROUTING_PLUGIN_RULES, subject)).toContain(rule);
});

test('each rule is broken by at least one of them', () => {
  expect(rulesOf(BROKEN_PLUGINS)).toEqual(idsOf(ROUTING_PLUGIN_RULES));
});

test('the broken plugins break little besides: it is the rule that finds them, not the suite as a whole', async () => {
  const [keepsOutcomes] = BROKEN_PLUGINS.filter(({ flaw }) => flaw === 'keeps outcomes in a list');
  expect(await brokenRules(ROUTING_PLUGIN_RULES, keepsOutcomes?.subject ?? { create: failureCounter })).toEqual([
    'keeps-nothing',
    'works-on-reused-objects',
  ]);
});
