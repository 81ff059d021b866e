import { expect, test } from 'vitest';
import { BufferedMessageBusClient } from '../../src/client/buffered-message-bus-client.ts';
import type { WorkersScaledEvent } from '../../src/client/observing/client-events.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { Scrape } from './ledger.ts';

function makeClient(workers: { readonly min: number; readonly max: number }) {
  const clock = new ManualClock();
  const client = new BufferedMessageBusClient({ clock, workers });
  const scaled: WorkersScaledEvent[] = [];
  client.events.on('workersScaled', (event) => scaled.push(event));
  const open: (() => void)[] = [];
  let peak = 0;
  client.subscribe('*', () => {
    const ended = new Promise<void>((resolve) => {
      open.push(resolve);
    });
    peak = Math.max(peak, open.length);
    return ended;
  });
  return { client, clock, scaled, open, peak: () => peak };
}

function workersOf(client: BufferedMessageBusClient): { readonly size: number; readonly busy: number } {
  const scrape = new Scrape(client);
  return { size: scrape.sum('tradewind_workers'), busy: scrape.sum('tradewind_workers_busy') };
}

test('workers are added while messages wait, by half at a time, up to the maximum; handlers that never return included', async () => {
  const { client, clock, scaled, peak } = makeClient({ min: 2, max: 10 });
  for (let i = 0; i < 100; i += 1) client.publish(`t.${i}`, i);
  await clock.settle();
  expect(workersOf(client)).toEqual({ size: 2, busy: 2 });
  await clock.advance(1);
  expect(workersOf(client)).toEqual({ size: 3, busy: 3 });
  await clock.advance(20);
  expect(workersOf(client)).toEqual({ size: 10, busy: 10 });
  expect(peak()).toBe(10);
  expect(new Scrape(client).sum('tradewind_workers_max')).toBe(10);
  expect(scaled.map(({ from, to }) => [from, to])).toEqual([
    [2, 3],
    [3, 4],
    [4, 6],
    [6, 9],
    [9, 10],
  ]);
});

test('workers are taken away slowly when no more than half of them ran for a second, down to the minimum', async () => {
  const { client, clock, open } = makeClient({ min: 2, max: 8 });
  for (let i = 0; i < 30; i += 1) client.publish(`t.${i}`, i);
  await clock.advance(30);
  expect(workersOf(client).size).toBe(8);
  while (workersOf(client).busy > 0) {
    for (const end of open.splice(0)) end();
    await clock.settle();
  }
  // The window that is open when the work ends has still seen it.
  const sizes: number[] = [];
  for (let second = 0; second < 12; second += 1) {
    await clock.advance(1_000);
    sizes.push(workersOf(client).size);
  }
  expect(sizes.toSorted((a, b) => b - a)).toEqual(sizes);
  expect(sizes.at(-1)).toBe(2);
  expect(new Set(sizes).size).toBeGreaterThan(2);
});

test('a load that uses more than half of the workers keeps them all', async () => {
  const { client, clock, open } = makeClient({ min: 2, max: 8 });
  for (let i = 0; i < 30; i += 1) client.publish(`t.${i}`, i);
  await clock.advance(30);
  for (let round = 0; round < 20; round += 1) {
    for (const end of open.splice(0)) end();
    await clock.settle();
    for (let i = 0; i < 6; i += 1) client.publish(`r.${i}`, i);
    await clock.advance(300);
    expect(workersOf(client).size).toBe(8);
  }
});

test('fewer workers than run at the moment let those that run finish', async () => {
  const { client, clock, open } = makeClient({ min: 4, max: 8 });
  for (let i = 0; i < 8; i += 1) client.publish(`t.${i}`, i);
  await clock.advance(20);
  expect(workersOf(client).busy).toBe(8);
  client.reconfigure({ 'workers.min': 1, 'workers.max': 3 });
  client.publish('late', 1);
  await clock.settle();
  expect(workersOf(client)).toEqual({ size: 3, busy: 8 });
  for (const end of open.splice(0, 5)) end();
  await clock.settle();
  expect(workersOf(client)).toEqual({ size: 3, busy: 3 });
  open.splice(0, 1)[0]?.();
  await clock.settle();
  expect(workersOf(client)).toEqual({ size: 3, busy: 3 });
});
