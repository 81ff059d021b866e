import type { DeadLetter, DeadLetterQuery } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { MemoryDeadLetters } from '../../src/client/delivering/dead-letter-store.ts';

function letter(n: number, topic = `orders.${n % 2 === 0 ? 'even' : 'odd'}`): DeadLetter {
  return {
    id: `p/${n}`,
    producer: 'p',
    sequence: n,
    topic,
    payload: n,
    priority: 2,
    publishedAtMs: 0,
    deadAtMs: n,
    attempts: 3,
    cause: { message: 'no' },
  };
}

async function idsOf(store: MemoryDeadLetters, query?: DeadLetterQuery): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of store.list(query)) ids.push(id);
  return ids;
}

test('lists the oldest first, by pattern, ids, page and limit', async () => {
  const store = new MemoryDeadLetters(1_000, () => true);
  for (let n = 1; n <= 150; n += 1) store.add(letter(n));
  expect(await idsOf(store)).toHaveLength(100);
  expect(await idsOf(store, { limit: 3 })).toEqual(['p/1', 'p/2', 'p/3']);
  expect(await idsOf(store, { after: 'p/3', limit: 2 })).toEqual(['p/4', 'p/5']);
  expect(await idsOf(store, { pattern: '*.even', limit: 2 })).toEqual(['p/2', 'p/4']);
  expect(await idsOf(store, { ids: ['p/7', 'p/9', 'p/9999'] })).toEqual(['p/7', 'p/9']);
  await expect(idsOf(store, { pattern: '' })).rejects.toMatchObject({ code: 'INVALID_PATTERN' });
});

test('one too many pushes the oldest out, which is counted', async () => {
  const store = new MemoryDeadLetters(3, () => true);
  for (let n = 1; n <= 5; n += 1) store.add(letter(n));
  expect(await idsOf(store)).toEqual(['p/3', 'p/4', 'p/5']);
  expect([store.size, store.evicted]).toEqual([3, 2]);
});

test('a retry removes what was accepted, and says why the rest stays', async () => {
  const store = new MemoryDeadLetters(10, ({ sequence }) => {
    if (sequence === 3) throw Object.assign(new Error('closed'), { code: 'CLOSED' });
    return sequence !== 2;
  });
  for (let n = 1; n <= 4; n += 1) store.add(letter(n));
  expect(await store.retry(['p/1', 'p/2', 'p/3', 'p/9'])).toEqual({
    retried: ['p/1'],
    unknown: ['p/9'],
    failed: [
      { id: 'p/2', reason: 'LANE_FULL' },
      { id: 'p/3', reason: 'CLOSED' },
    ],
  });
  expect(await idsOf(store)).toEqual(['p/2', 'p/3', 'p/4']);
});

test('purge removes for good and says how many there were', async () => {
  const store = new MemoryDeadLetters(10, () => true);
  for (let n = 1; n <= 4; n += 1) store.add(letter(n));
  expect(await store.purge(['p/1', 'p/4', 'p/4', 'p/7'])).toBe(2);
  expect(await idsOf(store)).toEqual(['p/2', 'p/3']);
});
