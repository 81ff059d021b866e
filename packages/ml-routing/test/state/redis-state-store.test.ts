import { expect, test } from 'vitest';
import { ManualClock } from '@tradewind/core/testing';
import { QLearningRouter, RedisStateStore, StateKeeper, openState, sealState } from '../../src/index.ts';

/** The two commands of a server, in memory. */
class Strings {
  readonly values = new Map<string, string>();
  down = false;

  async get(key: string): Promise<string | null> {
    if (this.down) throw new Error('connection lost');
    return this.values.get(key) ?? null;
  }

  async set(key: string, value: string): Promise<'OK'> {
    if (this.down) throw new Error('connection lost');
    this.values.set(key, value);
    return 'OK';
  }
}

function sealed(value: number): string {
  return sealState({ state: { version: 1, data: { value } }, savedAtMs: value });
}

test('keeps the newest state and the one before it', async () => {
  const store = new RedisStateStore(new Strings(), 'desk:learned');
  expect(await store.load()).toEqual([]);
  for (const value of [1, 2, 3]) await store.save(sealed(value));
  expect((await store.load()).map(({ text }) => openState(text).savedAtMs)).toEqual([3, 2]);
});

test('what cannot be used is kept under a key of its own, and the one before it is used', async () => {
  const strings = new Strings();
  const router = new QLearningRouter();
  const keeper = new StateKeeper({
    owner: router.state,
    store: new RedisStateStore(strings, 'k'),
    clock: new ManualClock(),
  });
  await keeper.save();
  await keeper.save();
  strings.values.set('k', 'rubbish');
  expect(await keeper.restore()).toBe('restored');
  expect(strings.values.get('k:corrupt-1')).toBe('rubbish');
  expect(strings.values.get('k')).toBe('');

  strings.values.set('k', 'more rubbish');
  await keeper.restore();
  expect(strings.values.get('k:corrupt-1')).toBe('rubbish');
  expect(strings.values.get('k:corrupt-2')).toBe('more rubbish');
});

test('a server that is away is a typed error for callers of the store', async () => {
  const strings = new Strings();
  strings.down = true;
  const store = new RedisStateStore(strings, 'k');
  await expect(store.load()).rejects.toMatchObject({ code: 'STATE_STORE_FAILED' });
  await expect(store.save(sealed(1))).rejects.toMatchObject({ code: 'STATE_STORE_FAILED' });
});
