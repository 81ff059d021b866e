import type { DeadLetter, DeadLetterQuery } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { InMemoryDeadLetters } from '../../src/dead-letters/in-memory-dead-letters.ts';
import { causeOf } from '../../src/dead-letters/letter-cause.ts';

function letter(n: number, topic = `orders.${n % 2 === 0 ? 'even' : 'odd'}`): Omit<DeadLetter, 'id'> {
  return {
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

function storeOf(maxLetters: number, republish: (letter: DeadLetter) => void = () => undefined): InMemoryDeadLetters {
  return new InMemoryDeadLetters({ maxLetters, republish });
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

async function idsOf(store: InMemoryDeadLetters, query?: DeadLetterQuery): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of store.list(query)) ids.push(id);
  return ids;
}

test('lists the oldest first, by pattern, ids, page and limit', async () => {
  const store = storeOf(1_000);
  for (let n = 1; n <= 150; n += 1) store.add(letter(n));
  expect(await idsOf(store)).toHaveLength(100);
  expect(await idsOf(store, { limit: 3 })).toEqual(['1', '2', '3']);
  expect(await idsOf(store, { after: '3', limit: 2 })).toEqual(['4', '5']);
  expect(await idsOf(store, { pattern: '*.even', limit: 2 })).toEqual(['2', '4']);
  expect(await idsOf(store, { ids: ['7', '9', '9999'] })).toEqual(['7', '9']);
  await expect(idsOf(store, { pattern: '' })).rejects.toMatchObject({ code: 'INVALID_PATTERN' });
});

test('one too many pushes the oldest out, which is counted', async () => {
  const store = storeOf(3);
  for (let n = 1; n <= 5; n += 1) store.add(letter(n));
  expect(await idsOf(store)).toEqual(['3', '4', '5']);
  expect([store.size, store.evicted]).toEqual([3, 2]);
});

test('a retry removes what was accepted, and says why the rest stays', async () => {
  const store = storeOf(10, ({ sequence }) => {
    if (sequence === 2) throw new Error('no room');
    if (sequence === 3) throw Object.assign(new Error('it is closed'), { code: 'CLOSED' });
    // oxlint-disable-next-line typescript/only-throw-error -- what others may throw is what is tested
    if (sequence === 4) throw revoked();
  });
  for (let n = 1; n <= 4; n += 1) store.add(letter(n));
  expect(await store.retry(['1', '2', '3', '4', '9', '1'])).toEqual({
    retried: ['1'],
    unknown: ['9', '1'],
    failed: [
      { id: '2', reason: 'no room' },
      { id: '3', reason: 'CLOSED: it is closed' },
      { id: '4', reason: 'something that cannot be shown as text was thrown' },
    ],
  });
  expect(await idsOf(store)).toEqual(['2', '3', '4']);
});

test('purge removes for good and says how many there were', async () => {
  const store = storeOf(10);
  for (let n = 1; n <= 4; n += 1) store.add(letter(n));
  expect(await store.purge(['1', '4', '4', '7'])).toBe(2);
  expect(await idsOf(store)).toEqual(['2', '3']);
});

test('paging goes on although the letter that it goes on after is gone', async () => {
  const store = storeOf(3);
  for (let n = 1; n <= 3; n += 1) store.add(letter(n));
  const [last] = await idsOf(store, { limit: 1 });
  await store.purge(['1']);
  expect(await idsOf(store, { after: last })).toEqual(['2', '3']);
  store.add(letter(4));
  store.add(letter(5));
  expect(await idsOf(store, { after: '2' })).toEqual(['3', '4', '5']);
  expect(await idsOf(store, { after: '99' })).toEqual([]);
});

test.each([{ after: 'desk/7' }, { after: '' }, { limit: -1 }, { limit: Number.NaN }])('refuses %j', async (query) => {
  await expect(idsOf(storeOf(1), query)).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    path: Object.keys(query)[0],
  });
});

test('a cause is text whatever was thrown', () => {
  expect(causeOf(revoked())).toEqual({ message: 'something that cannot be shown as text was thrown', code: undefined });
  expect(causeOf('no')).toEqual({ message: 'no', code: undefined });
  const unreadable = Object.defineProperty(new Error('kept'), 'stack', {
    get: () => {
      throw new Error('no stack');
    },
  });
  expect(causeOf(unreadable)).toEqual({ message: 'kept', code: undefined, stack: undefined });
});
