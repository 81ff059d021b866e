import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileStateStore, openState, sealState } from '../../src/index.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tradewind-state-'));
  path = join(folder, 'deep', 'state.json');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

function sealed(value: number): string {
  return sealState({ state: { version: 1, data: { value } }, savedAtMs: value });
}

async function names(): Promise<readonly string[]> {
  return (await readdir(join(folder, 'deep'))).toSorted();
}

test('nothing is there at first; then the newest, and the one before it', async () => {
  const store = new FileStateStore(path);
  expect(await store.load()).toEqual([]);
  await store.save(sealed(1));
  await store.save(sealed(2));
  await store.save(sealed(3));
  expect((await store.load()).map(({ text }) => openState(text).savedAtMs)).toEqual([3, 2]);
  expect(await names()).toEqual(['state.json', 'state.json.previous']);
});

test('only the owner may read it', async () => {
  await new FileStateStore(path).save(sealed(1));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a file that was broken meanwhile does not take the place of the last good one', async () => {
  const store = new FileStateStore(path);
  await store.save(sealed(1));
  await store.save(sealed(2));
  await writeFile(path, 'rubbish');
  await store.save(sealed(3));
  expect((await store.load()).map(({ text }) => openState(text).savedAtMs)).toEqual([3, 1]);
  expect(await readFile(`${path}.corrupt-1`, 'utf8')).toBe('rubbish');
});

test('what is set aside is kept, each under a name of its own', async () => {
  const store = new FileStateStore(path);
  for (const text of ['first', 'second']) {
    await store.save(sealed(1));
    await writeFile(path, text);
    await store.setAside({ place: path, text });
  }
  expect(await readFile(`${path}.corrupt-1`, 'utf8')).toBe('first');
  expect(await readFile(`${path}.corrupt-2`, 'utf8')).toBe('second');
});

test('what another writer has put there meanwhile is not set aside', async () => {
  const store = new FileStateStore(path);
  await store.save(sealed(2));
  expect(await store.setAside({ place: path, text: 'what was read before' })).toBe(path);
  expect(openState(await readFile(path, 'utf8')).savedAtMs).toBe(2);
});

test('several writers and a reader: every state that is read is whole, and one of those written remains', async () => {
  const stores = [new FileStateStore(path), new FileStateStore(path), new FileStateStore(path)];
  await stores[0]?.save(sealed(1_000));
  let writing = true;
  const reads: number[] = [];
  const reader = (async () => {
    while (writing) {
      for (const { text } of await new FileStateStore(path).load()) reads.push(openState(text).savedAtMs);
    }
  })();
  await Promise.all(
    stores.map(async (store, writer) => {
      for (let round = 0; round < 10; round += 1) await store.save(sealed(writer * 100 + round + 1));
    }),
  );
  writing = false;
  await reader;
  expect(reads.length).toBeGreaterThan(0);
  expect((await stores[0]?.load())?.map(({ text }) => openState(text).savedAtMs % 100)[0]).toBe(10);
  expect(await names()).toEqual(['state.json', 'state.json.previous']);
});

test('a folder that cannot be made is a typed error, and leaves nothing behind', async () => {
  await writeFile(join(folder, 'deep'), 'a file, not a folder');
  await expect(new FileStateStore(path).save(sealed(1))).rejects.toMatchObject({ code: 'STATE_STORE_FAILED' });
  expect(await readdir(folder)).toEqual(['deep']);
});
