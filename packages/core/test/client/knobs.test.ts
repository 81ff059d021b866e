import { Priority, PRIORITY_NAMES, ValidationError } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { BufferedMessageBusClient } from '../../src/client/buffered-message-bus-client.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

function makeClient() {
  const clock = new ManualClock();
  return { clock, client: new BufferedMessageBusClient({ clock, lanes: { LOW: { capacity: 10, share: 0.02 } } }) };
}

function issuesOf(call: () => unknown): readonly string[] {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(ValidationError);
    return (error as ValidationError).issues.map(({ path }) => path);
  }
  return [];
}

test('each knob tells its name, unit, range and current value', () => {
  const knobs = makeClient().client.knobs();
  for (const { name, description, unit, min, max, current } of knobs) {
    expect(name).toMatch(/^[a-zA-Z.]+$/);
    expect(description).toMatch(/\.$/);
    expect(unit).not.toBe('');
    expect(current, name).toBeGreaterThanOrEqual(min);
    expect(current, name).toBeLessThanOrEqual(max);
  }
  const names = knobs.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const lane of PRIORITY_NAMES)
    expect(names).toEqual(expect.arrayContaining([`lanes.${lane}.capacity`, `lanes.${lane}.share`]));
});

test('a patch is taken as a whole, and its answer undoes it', () => {
  const { client } = makeClient();
  const before = client.knobs();
  const previous = client.reconfigure({ 'lanes.LOW.capacity': 20, 'workers.max': 7, flushIntervalMs: 3 });
  expect(previous).toEqual({ 'lanes.LOW.capacity': 10, 'workers.max': 50, flushIntervalMs: 0 });
  expect(client.knobs().find(({ name }) => name === 'lanes.LOW.capacity')?.current).toBe(20);
  client.reconfigure(previous);
  expect(client.knobs()).toEqual(before);
});

test('a patch with anything wrong is refused with every issue, and changes nothing', () => {
  const { client } = makeClient();
  const before = client.knobs();
  const patch = {
    'lanes.LOW.capacity': 20,
    'lanes.LOWEST.capacity': 1,
    'workers.max': 51,
    'retry.maxAttempts': 1.5,
    sliceMs: Number.NaN,
    'lanes.CRITICAL.share': 0.9,
  };
  expect(issuesOf(() => client.reconfigure(patch)).toSorted()).toEqual([
    'lanes',
    'lanes.LOWEST.capacity',
    'retry.maxAttempts',
    'sliceMs',
    'workers.max',
  ]);
  expect(issuesOf(() => client.reconfigure({ 'workers.min': 10, 'workers.max': 5 }))).toEqual(['workers']);
  expect(client.knobs()).toEqual(before);
});

test('a new capacity holds at once: waiters enter a lane that grew, and a lane that shrank keeps what it has', async () => {
  const { client, clock } = makeClient();
  client.pause();
  for (let i = 0; i < 10; i += 1) expect(client.publish('t', i, { priority: Priority.LOW })).toBe(true);
  const waiting = client.publishWhenReady('t', 10, { priority: Priority.LOW });
  client.reconfigure({ 'lanes.LOW.capacity': 11 });
  await waiting;
  client.reconfigure({ 'lanes.LOW.capacity': 1 });
  expect(client.publish('t', 11, { priority: Priority.LOW })).toBe(false);
  const seen: unknown[] = [];
  client.subscribe('t', (payload) => seen.push(payload));
  client.resume();
  await clock.settle();
  expect(seen).toHaveLength(11);
});

test('a lane that admits less sheds what comes and is none the fuller for it: waiters wait, and enter when it is open again', async () => {
  const { client, clock } = makeClient();
  client.pause();
  for (let i = 0; i < 4; i += 1) expect(client.publish('t', i, { priority: Priority.LOW })).toBe(true);
  const previous = client.reconfigure({ 'lanes.LOW.admitRatio': 0.5 });
  expect(previous).toEqual({ 'lanes.LOW.admitRatio': 1 });
  expect(client.publish('t', 4, { priority: Priority.LOW })).toBe(true);
  expect(client.publish('t', 5, { priority: Priority.LOW })).toBe(false);
  client.reconfigure({ 'lanes.LOW.admitRatio': 0 });
  let entered = false;
  const waiting = client.publishWhenReady('t', 6, { priority: Priority.LOW }).then(() => (entered = true));
  await clock.settle();
  expect([entered, client.knobs().find(({ name }) => name === 'lanes.LOW.capacity')?.current]).toEqual([false, 10]);
  expect(client.publish('t', 7, { priority: Priority.HIGH })).toBe(true);
  client.reconfigure(previous);
  await waiting;
  const seen: unknown[] = [];
  client.subscribe('t', (payload) => seen.push(payload));
  client.resume();
  await clock.settle();
  expect(new Set(seen)).toEqual(new Set([0, 1, 2, 3, 4, 6, 7]));
});

test('what waits for a flush interval goes at once when the interval is changed to none', async () => {
  const { client, clock } = makeClient();
  client.reconfigure({ flushIntervalMs: 1_000 });
  const seen: unknown[] = [];
  client.subscribe('t', (payload) => seen.push(payload));
  client.publish('t', 1);
  await clock.settle();
  expect(seen).toEqual([]);
  client.reconfigure({ flushIntervalMs: 0 });
  await clock.settle();
  expect(seen).toEqual([1]);
});
