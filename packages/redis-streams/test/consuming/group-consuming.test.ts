import { Priority, PRIORITIES } from '@tradewind/core-types';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startRedisServer, type RedisServer } from '../../src/testing/index.ts';
import { Desk, Writer, eventually } from './lab.ts';

let server: RedisServer;
let desks: Desk[] = [];

beforeAll(async () => {
  server = await startRedisServer();
});

afterAll(async () => {
  await server.stop();
});

beforeEach(async () => {
  await server.command('FLUSHALL');
});

afterEach(async () => {
  await Promise.all(desks.map((desk) => desk.close()));
  desks = [];
});

function newDesk(...args: ConstructorParameters<typeof Desk> extends [unknown, ...infer Rest] ? Rest : never): Desk {
  const desk = new Desk(server, ...args);
  desks.push(desk);
  return desk;
}

test('brings every message of every lane once and leaves nothing pending', async () => {
  const desk = newDesk();
  const inbox = await desk.inbox();
  const writer = new Writer(desk);
  for (let i = 0; i < 200; i += 1)
    await writer.write({ orderingKey: `k${i % 17}`, priority: PRIORITIES[i % 4] ?? Priority.LOW, payload: i });
  await eventually('200 messages', () => inbox.messages.length >= 200);
  expect([...inbox.payloads].sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 200 }, (_, i) => i));
  await eventually('all acknowledged', () => desk.counters.acknowledgedMessages === 200);
  const streams = Array.from({ length: 4 }, (_, shard) => PRIORITIES.map((lane) => desk.keys.stream(shard, lane))).flat();
  for (const stream of streams) {
    const [pending] = (await server.command('XPENDING', stream, 'desk')) as [number];
    expect(pending).toBe(0);
  }
});
