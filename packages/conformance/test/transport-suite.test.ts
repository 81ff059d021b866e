import { InMemoryBroker } from '@tradewind/core';
import { expect, test } from 'vitest';
import { TRANSPORT_RULES, findBrokenRules, transportRulesFor } from '../src/index.ts';
import { BROKEN_TRANSPORTS } from './broken/transports.ts';

const features = {
  durable: false,
  groups: true,
  redelivery: true,
  orderPerKey: true,
  deadLetters: true,
  deduplicationMs: Infinity,
};

test.concurrent.for(BROKEN_TRANSPORTS)(
  'a transport that $flaw breaks $rule',
  { timeout: 60_000 },
  async ({ rule, create }, { expect: expectHere }) => {
    const rules = TRANSPORT_RULES.filter(({ id }) => id === rule);
    expectHere(rules).toHaveLength(1);
    const broken = await findBrokenRules(rules, {
      features,
      injectsFailures: true,
      create,
      withinMs: 400,
      quietMs: 150,
    });
    expectHere(broken.map(({ id }) => id)).toEqual([rule]);
  },
);

test('each rule is broken by at least one of them', () => {
  expect(new Set(BROKEN_TRANSPORTS.map(({ rule }) => rule))).toEqual(new Set(TRANSPORT_RULES.map(({ id }) => id)));
  expect(new Set(BROKEN_TRANSPORTS.map(({ flaw }) => flaw)).size).toBe(BROKEN_TRANSPORTS.length);
});

test('every rule has a name of its own, a sentence, and applies to a transport that promises everything', () => {
  expect(new Set(TRANSPORT_RULES.map(({ id }) => id)).size).toBe(TRANSPORT_RULES.length);
  for (const { id, title } of TRANSPORT_RULES) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)+$/);
    expect(title).toMatch(/^[A-Z*].*\.$/);
  }
  expect(transportRulesFor({ features, injectsFailures: true })).toEqual(TRANSPORT_RULES);
  expect(transportRulesFor({ features }).length).toBe(TRANSPORT_RULES.length - 1);
});

test('rules about what is not promised are left out, and the others hold without it', async () => {
  const modest = {
    durable: false,
    groups: false,
    redelivery: false,
    orderPerKey: false,
    deadLetters: false,
    deduplicationMs: 0,
  };
  const rules = transportRulesFor({ features: modest });
  expect(rules.map(({ id }) => id)).not.toContain('shares-within-a-group');
  expect(rules.length).toBeGreaterThan(5);
  const create = () => {
    const broker = new InMemoryBroker();
    return { connect: () => Object.assign(broker.transport(), { capabilities: modest }) };
  };
  expect(await findBrokenRules(rules, { features: modest, create, quietMs: 5 })).toEqual([]);
});
