import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { bench, codeOfThrown } from '../delivery/delivery-fixture.ts';

const handler = (): void => undefined;
const DUPLICATE = 'DUPLICATE_SUBSCRIPTION';

test('a batch subscription is the same only with the same limits', () => {
  const { client } = bench();
  const first = client.subscribeBatch('a', handler, { maxSize: 2, maxDelayMs: 5 });
  expect(client.subscribeBatch('a', handler, { maxSize: 2, maxDelayMs: 5 })).toBe(first);
  expect(codeOfThrown(() => client.subscribeBatch('a', handler, { maxSize: 3, maxDelayMs: 5 }))).toBe(DUPLICATE);
  expect(codeOfThrown(() => client.subscribeBatch('a', handler, { maxSize: 2, maxDelayMs: 6 }))).toBe(DUPLICATE);
});

test('a plain subscription and a batch subscription are never the same', () => {
  const { client } = bench();
  client.subscribe('plain', handler);
  expect(codeOfThrown(() => client.subscribeBatch('plain', handler, { maxSize: 2, maxDelayMs: 5 }))).toBe(DUPLICATE);
  client.subscribeBatch('batch', handler, { maxSize: 2, maxDelayMs: 5 });
  expect(codeOfThrown(() => client.subscribe('batch', handler))).toBe(DUPLICATE);
});

test('a subscription is the same only with the same signal', () => {
  const { client } = bench();
  const { signal } = new AbortController();
  client.subscribe('without', handler);
  expect(codeOfThrown(() => client.subscribe('without', handler, { signal }))).toBe(DUPLICATE);
  const first = client.subscribe('with', handler, { signal });
  expect(client.subscribe('with', handler, { signal })).toBe(first);
  expect(codeOfThrown(() => client.subscribe('with', handler))).toBe(DUPLICATE);
  const other = new AbortController();
  expect(codeOfThrown(() => client.subscribe('with', handler, { signal: other.signal }))).toBe(DUPLICATE);
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  expect(getEventListeners(other.signal, 'abort')).toHaveLength(0);
});

test('a subscription that has ended has let go of its signal', async () => {
  const { client } = bench();
  const { signal } = new AbortController();
  client.subscribe('a', handler, { signal }).unsubscribe();
  await client.messages('a', { signal }).return?.();
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  client.subscribe('b', handler, { signal });
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  await client.close();
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});
