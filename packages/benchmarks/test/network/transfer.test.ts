import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NETWORK_CONTENDERS, loadNetworkContender } from '../../src/network/contenders/builtin.ts';
import { streamNames } from '../../src/network/contenders/stream-name.ts';
import { PeerProcess } from '../../src/network/peers/peer-process.ts';
import { transfer } from '../../src/network/peers/transfer.ts';
import { connectionsOf, trafficOf } from '../../src/network/servers/redis-figures.ts';

const COUNT = 600;
const PIPELINES = pathToFileURL(join(import.meta.dirname, '..', '..', 'src/network/contenders/ioredis-pipelines.ts'));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tradewind-network-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Pipelines by hand with something changed: `consume` is given the list that came, before and after it is taken, `offer` the number that is due. */
function changed(
  name: string,
  { ticks = 'ticks', before = '', after = '' }: { ticks?: string; before?: string; after?: string },
): string {
  const path = join(folder, `${name}.mjs`);
  const source = `
    import { contender as whole } from '${PIPELINES.href}';
    export const contender = {
      server: 'redis',
      async produce(setting) {
        const producer = await whole.produce(setting);
        return { ...producer, offer(n) { ${before} producer.offer(n); } };
      },
      consume: (setting, sink) => whole.consume(setting, { ...sink, takeAll: (ticks) => { sink.takeAll(${ticks}); ${after} } }),
    };`;
  writeFileSync(path, source);
  return pathToFileURL(path).href;
}

describe('every contender brings all ticks over, once and in order', () => {
  test.each(Object.keys(NETWORK_CONTENDERS))('%s', async (contender) => {
    const metrics = await transfer({ contender, count: COUNT });
    expect(metrics['messagesPerSecond']).toBeGreaterThan(0);
    expect(metrics['p50Us']).toBeUndefined();
    // In steps of 10 ms for the server, which so few ticks may not fill.
    const { producerUs = 0, consumerUs = 0, serverUs = -1 } = metrics;
    expect(Math.min(producerUs, consumerUs)).toBeGreaterThan(0);
    expect(metrics['cpuUsPerMessage']).toBeCloseTo(producerUs + consumerUs + serverUs);
  });
});

test('the symbols of hand-packed entries are spread over several streams', async () => {
  const metrics = await transfer({
    contender: 'ioredis-hand-packed',
    count: COUNT,
    perSecond: 2000,
    flags: { streams: 4 },
    look: async ({ redis }) => {
      const lengths = await Promise.all(streamNames(4).map(async (name) => redis?.command('XLEN', name)));
      return { streamsWithEntries: lengths.filter((length) => Number(length) > 0).length };
    },
  });
  expect(metrics['streamsWithEntries']).toBe(4);
});

describe('what goes wrong between processes is found', () => {
  test.each([
    ['a lost tick', 'ticks.filter(({ n }) => n !== 300)', /lost 1 of 600 messages/],
    [
      'a repeated tick',
      'ticks.flatMap((tick) => (tick.n === 300 ? [tick, tick] : [tick]))',
      /delivered 1 messages again/,
    ],
    [
      'ticks out of order',
      'ticks.flatMap((tick) => tick.n === 300 ? (globalThis.held = tick, []) : tick.n === 350 ? [tick, globalThis.held] : [tick])',
      /after later ones of their stream/,
    ],
    [
      'an invented tick',
      'ticks.map((tick) => (tick.n === 300 ? { ...tick, n: 1e6 } : tick))',
      /lost 1 .*1 messages that were never sent/,
    ],
  ])(
    '%s',
    async (name, ticks, problem) => {
      const run = transfer({ contender: changed(name.replaceAll(' ', '-'), { ticks }), count: COUNT, graceMs: 1000 });
      await expect(run).rejects.toMatchObject({
        code: 'RUN_FAILED',
        message: expect.stringMatching(problem) as string,
      });
    },
    60_000,
  );

  test('ticks that come again when all of them were there', async () => {
    const after = 'if (ticks.at(-1).n === 599) setTimeout(() => sink.takeAll(ticks), 100);';
    await expect(transfer({ contender: changed('again', { after }), count: COUNT })).rejects.toMatchObject({
      code: 'RUN_FAILED',
      message: expect.stringMatching(/delivered \d+ messages again/) as string,
    });
  });

  test('a publisher that is kept waiting: fast from publish(), slow from the intended time', async () => {
    const stall = 'if (n === 200) { const until = performance.now() + 300; while (performance.now() < until); }';
    const startMs = performance.now();
    const metrics = await transfer({ contender: changed('stall', { before: stall }), count: 1000, perSecond: 1000 });
    // Three in ten were due during the stall and waited for what was left of it.
    expect(metrics['intendedP90Us']).toBeGreaterThan(100_000);
    expect(metrics['intendedMaxUs']).toBeGreaterThan(290_000);
    // Nothing took longer than all of it: the units of the processes are the same.
    expect(metrics['intendedMaxUs']).toBeLessThan((performance.now() - startMs) * 1000);
    expect(metrics['intendedP90Us']).toBeGreaterThan(metrics['p90Us'] ?? Infinity);
  });

  test('a producer that fails', async () => {
    const contender = changed('failing', { before: 'throw new Error("no publishing today");' });
    const run = transfer({ contender, count: 100, perSecond: 1000 });
    await expect(run).rejects.toMatchObject({
      code: 'RUN_FAILED',
      message: expect.stringContaining('no publishing today') as string,
    });
  });
});

test('a process that was killed fails what is waited for, and telling it something is no error of its own', async () => {
  const setting = { redisPort: 0, natsPort: 0, count: 1, flags: {} };
  const peer = new PeerProcess({ contender: changed('killed', {}), role: 'consumer', setting });
  const ready = peer.hear('ready', 60_000);
  peer.kill();
  peer.tell({ kind: 'go' });
  await expect(ready).rejects.toMatchObject({
    code: 'RUN_FAILED',
    message: expect.stringMatching(/ended with SIGKILL|cannot be told/) as string,
  });
  peer.tell({ kind: 'go' });
  await expect(peer.hear('done', 1000)).rejects.toMatchObject({ code: 'RUN_FAILED' });
});

test('a crowd: each of all consumers gets everything, and the server tells its connections and its traffic', async () => {
  const metrics = await transfer({
    contender: 'tradewind-client',
    count: 40,
    perSecond: 20,
    flags: { group: false },
    crowd: { processes: 2, members: 3 },
    inspect: trafficOf,
    look: connectionsOf,
  });
  expect(metrics['connections']).toBeGreaterThan(6);
  expect(metrics['bytesIn']).toBeGreaterThan(0);
  expect(metrics['intendedP50Us']).toBeGreaterThan(0);
});

test('names and modules that are no contenders are said to be none', async () => {
  await expect(loadNetworkContender('carrier-pigeon')).rejects.toMatchObject({ code: 'UNKNOWN_CONTENDER' });
  await expect(loadNetworkContender('toString')).rejects.toMatchObject({ code: 'UNKNOWN_CONTENDER' });
  const path = join(folder, 'none.mjs');
  writeFileSync(path, 'export const contender = { server: "carrier", produce() {}, consume() {} };');
  await expect(loadNetworkContender(pathToFileURL(path).href)).rejects.toMatchObject({ code: 'INVALID_MODULE' });
});
