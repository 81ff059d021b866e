import { mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '@tradewind/core/testing';
import type { Logger, StateOwner } from '@tradewind/core-types';
import {
  FileStateStore,
  QLearningRouter,
  StateKeeper,
  createLearnedRouting,
  openState,
  sealState,
  type StateStore,
  type StoredText,
} from '../../src/index.ts';
import { collected } from '../support/collected.ts';

let folder: string;
let path: string;
let warnings: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tradewind-keeper-'));
  path = join(folder, 'state.json');
  warnings = [];
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const nothing = (): void => undefined;

function keeperOf(
  owner: StateOwner,
  store: StateStore = new FileStateStore(path),
  clock = new ManualClock(),
): StateKeeper {
  const logger: Logger = {
    debug: nothing,
    info: nothing,
    warn: ({ event }) => void warnings.push(event),
    error: nothing,
  };
  return new StateKeeper({ owner, store, logger, clock });
}

/** Holds a number; version 1 kept it as text. */
class Counter implements StateOwner {
  value = 0;

  snapshot(): { version: number; data: { value: number } } {
    return { version: 2, data: { value: this.value } };
  }

  restore({ version, data }: { readonly version: number; readonly data: unknown }): void {
    if (version === 1 && typeof data === 'string') this.value = Number(data);
    else if (version === 2) this.value = (data as { readonly value: number }).value;
    else throw new Error(`expected version 1 or 2, got ${version}`);
  }
}

async function savedTwice(): Promise<void> {
  const counter = new Counter();
  const keeper = keeperOf(counter);
  for (const value of [1, 2]) {
    counter.value = value;
    expect(await keeper.save()).toBe(true);
  }
}

describe('a start', () => {
  test('with nothing stored is a cold one, without a warning', async () => {
    expect(await keeperOf(new Counter()).restore()).toBe('empty');
    expect(warnings).toEqual([]);
  });

  test('takes up the state that was saved last', async () => {
    await savedTwice();
    const counter = new Counter();
    expect(await keeperOf(counter).restore()).toBe('restored');
    expect(counter.value).toBe(2);
  });

  test('reads the state of an earlier version through the part itself', async () => {
    await writeFile(path, sealState({ state: { version: 1, data: '41' }, savedAtMs: 1 }));
    const counter = new Counter();
    expect(await keeperOf(counter).restore()).toBe('restored');
    expect(counter.value).toBe(41);
  });

  test.each([
    ['cut off', () => truncate(path, 60)],
    ['emptied', () => truncate(path, 0)],
    [
      'changed by one bit',
      async () => writeFile(path, (await readFile(path, 'utf8')).replace('"value":2', '"value":3')),
    ],
    ['of a version to come', () => writeFile(path, sealState({ state: { version: 9, data: {} }, savedAtMs: 1 }))],
    ['not finite', async () => writeFile(path, (await readFile(path, 'utf8')).replace('"value":2', '"value":1e999'))],
  ])('with a file that is %s uses the one before it, warns, counts, and keeps the bad one', async (_, damage) => {
    await savedTwice();
    await damage();
    const bad = await readFile(path, 'utf8');
    const counter = new Counter();
    const keeper = keeperOf(counter);
    expect(await keeper.restore()).toBe('restored');
    expect(counter.value).toBe(1);
    expect(warnings).toEqual(['state.unusable']);
    expect(keeper.health().status).toBe('degraded');
    expect(collected(keeper)).toMatchObject({ tradewind_learned_state_set_aside_total: 1 });
    expect(await readFile(`${path}.corrupt-1`, 'utf8')).toBe(bad);
  });

  test('with nothing that can be used is a cold one: the router serves by strict priority', async () => {
    await writeFile(path, 'rubbish');
    const router = new QLearningRouter();
    const keeper = keeperOf(router.state);
    expect(await keeper.restore()).toBe('corrupt');
    expect(router.adopted().map(({ policy }) => policy)).toEqual(['strict', 'strict', 'strict']);
    expect(warnings).toEqual(['state.unusable', 'state.cold-start']);
    expect(collected(keeper)).toMatchObject({ 'tradewind_learned_state_starts_total{result=corrupt}': 1 });
    expect(await readdir(folder)).toEqual(['state.json.corrupt-1']);
    // And the next saving makes it well again.
    expect(await keeper.save()).toBe(true);
    expect(keeper.health().status).toBe('up');
    expect(await keeperOf(new QLearningRouter().state).restore()).toBe('restored');
  });

  test('while the store is away is a cold one with a warning', async () => {
    const away = new Error('connection refused');
    const store: StateStore = {
      name: 'away',
      load: () => Promise.reject(away),
      save: () => Promise.reject(away),
      setAside: () => Promise.reject(away),
    };
    const keeper = keeperOf(new Counter(), store);
    expect(await keeper.restore()).toBe('unreachable');
    expect([await keeper.save(), await keeper.save()]).toEqual([false, false]);
    expect(warnings).toEqual(['state.unreachable']);
    expect(collected(keeper)).toMatchObject({ 'tradewind_learned_state_saves_total{result=failed}': 2 });
  });
});

describe('a store that was away at the start', () => {
  /** The file, of which the first readings fail. */
  class AwayAtFirst extends FileStateStore {
    readings = 0;

    override async load(): ReturnType<FileStateStore['load']> {
      this.readings += 1;
      if (this.readings <= 2) throw new Error('connection refused');
      return super.load();
    }
  }

  test('keeps what was learned before: it is set aside before anything is saved over it', async () => {
    await savedTwice();
    const former = await readFile(path, 'utf8');
    const counter = new Counter();
    const keeper = keeperOf(counter, new AwayAtFirst(path));
    expect(await keeper.restore()).toBe('unreachable');
    counter.value = 7;
    expect(await keeper.save()).toBe(false);
    expect(await readFile(path, 'utf8')).toBe(former);
    for (let round = 0; round < 3; round += 1) expect(await keeper.save()).toBe(true);
    expect(await readFile(`${path}.corrupt-1`, 'utf8')).toBe(former);
    expect(warnings).toEqual(['state.unreachable', 'state.former-kept']);
    expect(keeper.health().status).toBe('up');
    expect(collected(keeper)).toMatchObject({ tradewind_learned_state_set_aside_total: 1 });
    expect((await readdir(folder)).toSorted()).toEqual(['state.json', 'state.json.corrupt-1', 'state.json.previous']);
  });

  test('is not saved to while it cannot set aside what it has', async () => {
    await savedTwice();
    const former = await readFile(path, 'utf8');
    const store = new AwayAtFirst(path);
    store.setAside = async ({ place }) => place;
    const keeper = keeperOf(new Counter(), store);
    await keeper.restore();
    for (let round = 0; round < 3; round += 1) expect(await keeper.save()).toBe(false);
    expect(keeper.health().status).toBe('degraded');
    expect(await readFile(path, 'utf8')).toBe(former);
  });

  test('a saving that is asked for while it is restored waits for that', async () => {
    await savedTwice();
    const counter = new Counter();
    const keeper = keeperOf(counter);
    const [start, saved] = await Promise.all([keeper.restore(), keeper.save()]);
    expect([start, saved, counter.value]).toEqual(['restored', true, 2]);
    const other = new Counter();
    await keeperOf(other).restore();
    expect(other.value).toBe(2);
  });
});

describe('a store that does not answer', () => {
  /** Answers when it is told to, and never by itself. */
  class Silent implements StateStore {
    readonly name = 'silent';
    readonly written: string[] = [];
    readonly #waiting: (() => void)[] = [];
    readonly #found: readonly StoredText[];

    constructor(found: readonly StoredText[] = []) {
      this.#found = found;
    }

    load(): Promise<readonly StoredText[]> {
      return this.#found.length === 0 ? this.#later(() => []) : Promise.resolve(this.#found);
    }

    save(text: string): Promise<void> {
      return this.#later(() => void this.written.push(text));
    }

    setAside({ place }: StoredText): Promise<string> {
      return this.#later(() => place);
    }

    answer(): void {
      for (const settle of this.#waiting.splice(0)) settle();
    }

    #later<T>(result: () => T): Promise<T> {
      return new Promise((resolve) => this.#waiting.push(() => resolve(result())));
    }
  }

  const usable = (): StoredText => ({
    place: 'there',
    text: sealState({ state: { version: 2, data: { value: 3 } }, savedAtMs: 1 }),
  });

  test('is a cold start once its time is over, with a warning and a degraded health', async () => {
    const clock = new ManualClock();
    const keeper = keeperOf(new Counter(), new Silent(), clock);
    const start = keeper.restore();
    await clock.advance(5_000);
    expect(await start).toBe('unreachable');
    expect(warnings).toEqual(['state.unreachable']);
    expect(keeper.health()).toMatchObject({ status: 'degraded', reason: expect.stringContaining('silent') });
  });

  test('is a failed saving once its time is over; it is not written to before it has answered, and then again', async () => {
    const clock = new ManualClock();
    const store = new Silent([usable()]);
    const counter = new Counter();
    const keeper = keeperOf(counter, store, clock);
    expect(await keeper.restore()).toBe('restored');
    const first = keeper.save();
    await clock.advance(5_000);
    expect(await first).toBe(false);
    expect(keeper.health().status).toBe('degraded');
    counter.value = 4;
    expect(await keeper.save()).toBe(false);
    expect(warnings).toEqual(['state.unsaved']);

    store.answer();
    const third = keeper.save();
    await clock.advance(1);
    store.answer();
    expect(await third).toBe(true);
    expect(keeper.health().status).toBe('up');
    expect(store.written.map((text) => openState(text).state.data)).toEqual([{ value: 3 }, { value: 4 }]);
    expect(clock.pending().timers).toBe(0);
  });

  test('holds up neither the start nor the end of learned routing', async () => {
    const clock = new ManualClock();
    const routing = createLearnedRouting({ store: new Silent(), clock });
    const start = routing.start();
    await clock.advance(5_000);
    expect(await start).toBe('unreachable');
    expect(routing.health().status).toBe('degraded');
    let isOver = false;
    const end = routing[Symbol.asyncDispose]().then(() => (isOver = true));
    // A state is taken in several turns, so the store is asked some turns from now.
    await expect
      .poll(async () => {
        await clock.advance(5_000);
        return isOver;
      })
      .toBe(true);
    await end;
    expect(clock.pending().timers).toBe(0);
  });
});

test('a state that is not finite is not saved, and the one before it stays', async () => {
  const counter = new Counter();
  const keeper = keeperOf(counter);
  counter.value = 5;
  await keeper.save();
  counter.value = Number.NaN;
  expect(await keeper.save()).toBe(false);
  const other = new Counter();
  await keeperOf(other).restore();
  expect(other.value).toBe(5);
});

test('savings that are asked for at the same time follow each other, and the last one is what remains', async () => {
  const counter = new Counter();
  const keeper = keeperOf(counter);
  const savings = [1, 2, 3].map((value) => {
    counter.value = value;
    return keeper.save();
  });
  await Promise.all(savings);
  const other = new Counter();
  await keeperOf(other).restore();
  expect(other.value).toBe(3);
});
