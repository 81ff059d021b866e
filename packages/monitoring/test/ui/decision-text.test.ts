import { expect, test } from 'vitest';
import type { DecisionRow } from '../../src/dashboard/protocol/index.ts';
import { whyOf } from '../../ui/src/screens/decision-text.ts';

const row = (given: Partial<DecisionRow>): DecisionRow => ({
  bus: 'desk',
  sequence: 1,
  topic: 'quotes.a',
  atMs: 0,
  declaredPriority: 'NORMAL',
  priority: 'NORMAL',
  path: null,
  dropped: false,
  deferred: false,
  steps: [],
  ...given,
});

test('each plugin that had a say has a line, one that gives no reason too', () => {
  const steps = [
    { plugin: 'lift', reason: 'volatile' },
    { plugin: 'silent', reason: '' },
    { plugin: 'secret', reason: null },
  ];
  expect(whyOf(row({ priority: 'HIGH', steps }))).toEqual([
    'lift: volatile',
    'silent, without a reason',
    'secret: shown to those with the permission for payloads',
  ]);
});

test('where nobody had a say, the ordering key may have moved it', () => {
  expect(whyOf(row({}))).toEqual(['no plugin said anything']);
  expect(whyOf(row({ priority: 'HIGH', deferred: true }))).toEqual([
    'no plugin: it follows the messages of its ordering key, which wait in this lane',
  ]);
});
