import { readFile } from 'node:fs/promises';
import type { PluginState, SchedulingEvent } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { QLearningRouter } from '../../src/index.ts';

interface Topics {
  readonly lane: number[];
  readonly level: number[];
  readonly meanMs: number[];
}

interface Written {
  readonly version: number;
  readonly data: { readonly topics: Topics; readonly fifo: number[] };
}

/** As it was written, to be changed by hand. */
function written(router: QLearningRouter): Written {
  return JSON.parse(JSON.stringify(router.state.snapshot())) as Written;
}

function taught(): QLearningRouter {
  const router = new QLearningRouter();
  for (let ticket = 1; ticket <= 10; ticket += 1) {
    router.observe(event({ ticket }));
    router.observe(event({ ticket, kind: 'start' }));
    router.observe(event({ ticket, kind: 'end', servedMs: 2 }));
  }
  return router;
}

function event(over: Partial<SchedulingEvent>): SchedulingEvent {
  return {
    kind: 'arrival',
    lane: 2,
    ticket: 1,
    topicId: 1,
    topic: 'data.x',
    declaredPriority: 2,
    deadlineMs: Infinity,
    atMs: 1_000,
    waitedMs: 0,
    servedMs: 0,
    ok: true,
    ...over,
  };
}

/** Row of the only topic. */
const ROW = 4;

test.each<[string, (data: Written['data']) => void]>([
  [
    'lifts a topic into CRITICAL',
    ({ topics }) => {
      topics.lane[ROW] = 0;
    },
  ],
  [
    'takes CRITICAL as a whole out of its lane',
    ({ topics }) => {
      topics.lane[0] = 1;
    },
  ],
  [
    'has a level beyond every time',
    ({ topics }) => {
      topics.level[ROW] = 1_000;
    },
  ],
  [
    'has a mean beyond every time',
    ({ topics }) => {
      topics.meanMs[ROW] = 1e9;
    },
  ],
  [
    'has a wait below zero',
    ({ fifo }) => {
      fifo[0] = -100;
    },
  ],
])('a state that %s is refused, and changes nothing', (_, spoil) => {
  const state = written(taught());
  spoil(state.data);
  const router = taught();
  const before = JSON.stringify(router.state.snapshot());
  const restore = (): void => router.state.restore(state as unknown as PluginState);
  expect(restore).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  expect(JSON.stringify(router.state.snapshot())).toBe(before);
});

test('what a router has learned from the shortest and the longest services is read back', () => {
  for (const servedMs of [0, 1e-9, 59_999, 1e12]) {
    const router = taught();
    for (let ticket = 11; ticket <= 600; ticket += 1) {
      router.observe(event({ ticket, kind: 'end', servedMs: ticket % 3 === 0 ? servedMs : 2 }));
    }
    const heir = new QLearningRouter();
    heir.state.restore(router.state.snapshot());
    expect(heir.state.snapshot()).toEqual(router.state.snapshot());
  }
});

/** Written by the router of version 1, and not by this one. */
async function firstVersion(): Promise<Written> {
  const path = new URL('fixtures/q-learning-state-1.json', import.meta.url);
  return JSON.parse(await readFile(path, 'utf8')) as Written;
}

test('a state of version 1 is read: topics and service times stay, policies are learned again', async () => {
  const first = await firstVersion();
  const router = new QLearningRouter();
  router.state.restore(first as unknown as PluginState);
  expect(router.adopted().map(({ policy }) => policy)).toEqual(['strict', 'strict', 'strict']);
  const { version, data } = written(router);
  const { lane, level, meanMs } = first.data.topics;
  expect(version).toBe(2);
  expect(data).toMatchObject({
    names: ['commands.order.submit', 'data.quotes.KRAKEN.XBT/USD', 'reports.daily'],
    topics: { lane, level, meanMs },
    account: [0, 0],
  });
  expect(data.fifo.slice(0, 4)).toEqual((first.data as unknown as { ageing: number[] }).ageing.slice(0, 4));
});

test('a state of version 1 that was cut off is refused, and so is one of a version to come', async () => {
  const { data } = await firstVersion();
  const { topics } = data;
  for (const state of [
    { version: 1, data: { topics } },
    { version: 1, data: { ...data, topics: { ...topics, level: [] } } },
    { version: 1, data: null },
    { version: 3, data },
  ]) {
    const restore = (): void => new QLearningRouter().state.restore(state as unknown as PluginState);
    expect(restore).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  }
});
