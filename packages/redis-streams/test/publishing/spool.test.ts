import {
  appendFile,
  mkdir,
  mkdtemp,
  open,
  readFile,
  rm,
  rmdir,
  stat,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Priority, errorCode, type Logger } from '@tradewind/core-types';
import { expect, onTestFinished, test, vi, type MockInstance } from 'vitest';
import { count, openPublisher, pause, payloads, startServer } from './publisher-fixture.ts';

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tradewind-spool-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

const QUIET = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
/** Of what is logged, the errors about the spool. */
function errorsTo(logged: unknown[]): Logger {
  return {
    ...QUIET,
    error: (fields) => {
      if (fields.event.startsWith('redis.spool')) logged.push(fields);
    },
  };
}

const QUICK = { commandTimeoutMs: 100, producerId: 'spooler' };

test('while Redis is away batches go to disk, and reach it in order when it returns', async () => {
  const server = await startServer({ appendOnly: 'always' });
  const directory = await temporaryDirectory();
  const { publisher, batch, keys, counters } = await openPublisher(server, { ...QUICK, spool: { directory } });
  await publisher.publish(batch({}, {}));
  expect(counters.spooledMessages).toBe(0);
  await server.kill();
  for (let i = 0; i < 50; i += 1) await publisher.publish(batch({}, {}));
  expect(counters.spooledMessages).toBe(100);
  await server.restart();
  await expect.poll(() => counters.replayedMessages, { timeout: 10_000 }).toBe(100);
  await publisher.publish(batch({}));
  await expect.poll(() => payloads(server, keys.stream(0, Priority.NORMAL))).toEqual(count(103));
  await expect.poll(async () => (await stat(join(directory, 'entries.spool'))).size).toBe(0);
});

test('a server that is stopped under load loses and doubles nothing', async () => {
  const server = await startServer();
  const directory = await temporaryDirectory();
  const { publisher, batch, keys, counters } = await openPublisher(server, {
    ...QUICK,
    spool: { directory, sync: false },
  });
  let published = 0;
  const publishFor = async (ms: number): Promise<void> => {
    const until = performance.now() + ms;
    while (performance.now() < until) {
      await publisher.publish(batch({}, {}, {}));
      published += 3;
      await pause(1);
    }
  };
  await publishFor(100);
  server.pause();
  await publishFor(400);
  server.resume();
  await publishFor(400);
  expect(counters.spooledMessages).toBeGreaterThan(0);
  await expect
    .poll(() => payloads(server, keys.stream(0, Priority.NORMAL)), { timeout: 10_000 })
    .toEqual(count(published));
});

test('what is on disk survives the process', async () => {
  const server = await startServer();
  await server.kill();
  const directory = await temporaryDirectory();
  const before = await openPublisher(server, { ...QUICK, spool: { directory } });
  await before.publisher.publish(before.batch({ payload: 'a' }, { payload: 'b' }));
  await before.publisher.publish(before.batch({ payload: 'c' }));
  await before.publisher.close();
  await before.connections.close();
  // As a power failure in the middle of a write leaves it.
  const file = join(directory, 'entries.spool');
  const whole = await readFile(file);
  await appendFile(file, whole.subarray(0, whole.length / 3));
  await server.restart();
  const logged: unknown[] = [];
  const after = await openPublisher(server, { ...QUICK, spool: { directory }, logger: errorsTo(logged) });
  await after.publisher.publish(after.batch({ payload: 'd' }));
  await expect.poll(() => payloads(server, after.keys.stream(0, Priority.NORMAL))).toEqual(['a', 'b', 'c', 'd']);
  expect(logged).toEqual([]);
});

test.each([
  ['the content of a record', (whole: Buffer, size: number) => whole.fill(0x1e, size + 20, size + 40)],
  ['the head of a record', (whole: Buffer, size: number) => whole.fill(0x1e, size, size + 8)],
  ['the end of the file', (whole: Buffer, size: number) => whole.fill(0x1e, 3 * size - 9)],
])('damage to %s costs that record alone, is kept aside and told', async (_what, damage) => {
  const server = await startServer();
  await server.kill();
  const directory = await temporaryDirectory();
  const before = await openPublisher(server, { ...QUICK, spool: { directory } });
  for (const payload of ['a', 'b', 'c']) await before.publisher.publish(before.batch({ payload }));
  await before.publisher.close();
  await before.connections.close();
  const file = join(directory, 'entries.spool');
  const whole = await readFile(file);
  const size = whole.length / 3;
  const damaged = Buffer.from(whole);
  damage(damaged, size);
  await writeFile(file, damaged);
  await server.restart();
  const logged: unknown[] = [];
  const after = await openPublisher(server, { ...QUICK, spool: { directory }, logger: errorsTo(logged) });
  await after.publisher.publish(after.batch({ payload: 'd' }));
  const lost = [0, 1, 2].find(
    (i) => !damaged.subarray(i * size, (i + 1) * size).equals(whole.subarray(i * size, (i + 1) * size)),
  );
  const left = ['a', 'b', 'c', 'd'].filter((_, i) => i !== lost);
  await expect.poll(() => payloads(server, after.keys.stream(0, Priority.NORMAL))).toEqual(left);
  await expect.poll(async () => (await stat(file)).size).toBe(0);
  expect(logged).toEqual([expect.objectContaining({ event: 'redis.spool-damaged', directory, bytes: size })]);
  expect(
    (await readFile(join(directory, 'damaged.spool'))).equals(
      damaged.subarray((lost ?? 0) * size, ((lost ?? 0) + 1) * size),
    ),
  ).toBe(true);
});

test('what is replayed twice is stored once', async () => {
  const server = await startServer();
  const directory = await temporaryDirectory();
  await server.kill();
  const first = await openPublisher(server, { ...QUICK, spool: { directory } });
  await first.publisher.publish(first.batch({}, {}));
  await first.publisher.publish(first.batch({}));
  await first.publisher.close();
  await first.connections.close();
  const copy = await readFile(join(directory, 'entries.spool'));
  await server.restart();
  for (let life = 0; life < 2; life += 1) {
    await writeFile(join(directory, 'entries.spool'), copy);
    const next = await openPublisher(server, { ...QUICK, spool: { directory } });
    // In another lane, so that no other life writes to the stream.
    await next.publisher.publish(next.batch({ priority: Priority.HIGH, payload: `life ${life}` }));
    await expect.poll(() => payloads(server, next.keys.stream(0, Priority.HIGH))).toContain(`life ${life}`);
    // Lanes go out on their own: the other one may be told of first.
    await expect.poll(() => next.counters.replayedMessages).toBeGreaterThanOrEqual(3);
    expect(next.counters.possibleDuplicates).toBe(0);
    await next.publisher.close();
    await next.connections.close();
  }
  const { keys } = first;
  expect(await payloads(server, keys.stream(0, Priority.NORMAL))).toEqual([1, 2, 3]);
});

test('what is replayed twice with what a later life put behind it is stored once, in order', async () => {
  const server = await startServer();
  const directory = await temporaryDirectory();
  await server.kill();
  for (const life of ['first', 'second']) {
    const { publisher, batch, connections } = await openPublisher(server, { ...QUICK, spool: { directory } });
    await publisher.publish(batch({ payload: `${life} 1` }));
    await publisher.publish(batch({ payload: `${life} 2` }));
    await publisher.close();
    await connections.close();
  }
  const copy = await readFile(join(directory, 'entries.spool'));
  await server.restart();
  for (let life = 0; life < 2; life += 1) {
    await writeFile(join(directory, 'entries.spool'), copy);
    const { publisher, batch, keys, connections, counters } = await openPublisher(server, {
      ...QUICK,
      spool: { directory },
    });
    await publisher.publish(batch({ priority: Priority.HIGH }));
    await expect.poll(async () => (await stat(join(directory, 'entries.spool'))).size).toBe(0);
    expect(await payloads(server, keys.stream(0, Priority.NORMAL))).toEqual([
      'first 1',
      'first 2',
      'second 1',
      'second 2',
    ]);
    expect(counters.possibleDuplicates).toBe(0);
    await publisher.close();
    await connections.close();
  }
});

test('what is on disk is stored also when a later life without the disk has written, and told as perhaps doubled', async () => {
  const server = await startServer({ appendOnly: 'always' });
  const directory = await temporaryDirectory();
  await server.kill();
  const first = await openPublisher(server, { ...QUICK, spool: { directory } });
  await first.publisher.publish(first.batch({ payload: 100 }));
  await first.publisher.publish(first.batch({ payload: 101 }, { payload: 102 }));
  await first.publisher.close();
  await first.connections.close();
  const copy = await readFile(join(directory, 'entries.spool'));
  await server.restart();
  const second = await openPublisher(server, QUICK);
  await second.publisher.publish(second.batch({ payload: 200 }));
  await second.publisher.close();
  await second.connections.close();
  const warned: unknown[] = [];
  const logger = { ...QUIET, warn: (fields: unknown) => warned.push(fields) };
  const third = await openPublisher(server, { ...QUICK, spool: { directory }, logger });
  const stream = third.keys.stream(0, Priority.NORMAL);
  await third.publisher.publish(third.batch({ payload: 300 }));
  await expect.poll(() => payloads(server, stream)).toEqual([200, 100, 101, 102, 300]);
  await third.publisher.publish(third.batch({ payload: 301 }));
  await expect.poll(async () => (await stat(join(directory, 'entries.spool'))).size).toBe(0);
  expect(third.counters).toMatchObject({ possibleDuplicates: 2, lostConfirmedEntries: 0 });
  expect(warned).toContainEqual(expect.objectContaining({ event: 'redis.spool-overtaken', stream, messages: 3 }));
  await third.publisher.close();
  await third.connections.close();
  // As a crash between the replay and the removal leaves it, with the third life's writes after it: at least once, and counted.
  await writeFile(join(directory, 'entries.spool'), copy);
  const fourth = await openPublisher(server, { ...QUICK, spool: { directory } });
  await fourth.publisher.publish(fourth.batch({ payload: 400 }));
  await expect.poll(() => payloads(server, stream)).toEqual([200, 100, 101, 102, 300, 301, 100, 101, 102, 400]);
  expect(fourth.counters.possibleDuplicates).toBe(2);
});

test('what cannot be removed from the disk is not stored again when another life writes meanwhile', async () => {
  const server = await startServer({ appendOnly: 'always' });
  const directory = await temporaryDirectory();
  // In the way of the note of how far the disk was read.
  await mkdir(join(directory, 'position.spool'));
  const { publisher, batch, keys, counters } = await openPublisher(server, { ...QUICK, spool: { directory } });
  await server.kill();
  await publisher.publish(batch({ payload: 'a' }));
  await server.restart();
  const stream = keys.stream(0, Priority.NORMAL);
  await expect.poll(() => counters.replayedMessages, { timeout: 10_000 }).toBeGreaterThan(0);
  const other = await openPublisher(server, QUICK);
  await other.publisher.publish(other.batch({ payload: 'b' }));
  const before = counters.replayedMessages;
  await expect.poll(() => counters.replayedMessages, { timeout: 10_000 }).toBeGreaterThan(before + 1);
  await rmdir(join(directory, 'position.spool'));
  await expect.poll(async () => (await stat(join(directory, 'entries.spool'))).size, { timeout: 10_000 }).toBe(0);
  expect(await payloads(server, stream)).toEqual(['a', 'b']);
  expect(counters.possibleDuplicates).toBe(0);
});

test('a full spool refuses with TRANSPORT_FULL, and what it refused comes after what it took', async () => {
  const server = await startServer({ appendOnly: 'always' });
  const directory = await temporaryDirectory();
  const { publisher, batch, keys } = await openPublisher(server, { ...QUICK, spool: { directory, maxBytes: 65_536 } });
  await server.kill();
  const big = 'x'.repeat(20_000);
  for (let i = 0; i < 3; i += 1) await publisher.publish(batch({ payload: big }));
  const refused = batch({ payload: big });
  await expect(publisher.publish(refused)).rejects.toMatchObject({ code: 'TRANSPORT_FULL', retryable: true });
  await expect(publisher.publish(batch({}))).rejects.toMatchObject({ code: 'TRANSPORT_REFUSED', retryable: true });
  await server.restart();
  await expect
    .poll(async () => (await payloads(server, keys.stream(0, Priority.NORMAL))).length, { timeout: 10_000 })
    .toBeGreaterThanOrEqual(3);
  // It may be refused until the last record has left the disk; whoever publishes offers it again.
  const offer = (): Promise<string> =>
    publisher.publish(refused).then(
      () => 'stored',
      (error: unknown) => errorCode(error) ?? '',
    );
  await expect.poll(offer).toBe('stored');
  await expect.poll(async () => (await payloads(server, keys.stream(0, Priority.NORMAL))).length).toBe(4);
});

test('an entry from disk that Redis will never take is kept aside, and the others go on', async () => {
  const server = await startServer({ appendOnly: 'always' });
  const directory = await temporaryDirectory();
  const { publisher, batch, keys, counters } = await openPublisher(server, { ...QUICK, spool: { directory } });
  await server.command('SET', keys.stream(0, Priority.NORMAL), 'something else');
  await server.kill();
  await publisher.publish(batch({ payload: 'in the way' }));
  await publisher.publish(batch({ priority: Priority.HIGH, payload: 'free' }));
  await server.restart();
  await expect.poll(() => payloads(server, keys.stream(0, Priority.HIGH)), { timeout: 10_000 }).toEqual(['free']);
  expect(counters.publishRejected).toBe(1);
  expect((await stat(join(directory, 'refused.spool'))).size).toBeGreaterThan(0);
});

test('a disk that becomes full in the middle of a write confirms nothing that is not whole on it', async () => {
  const server = await startServer();
  await server.kill();
  const directory = await temporaryDirectory();
  const { publisher, batch, keys } = await openPublisher(server, { ...QUICK, spool: { directory } });
  await publisher.publish(batch({}));
  const { size } = await stat(join(directory, 'entries.spool'));
  const disk = await limitWrites(directory, size + Math.floor(size / 2));
  const second = batch({});
  await expect(publisher.publish(second)).rejects.toMatchObject({
    code: 'TRANSPORT_FULL',
    retryable: true,
    mayHaveBeenStored: false,
  });
  expect((await stat(join(directory, 'entries.spool'))).size).toBe(size);
  disk.mockRestore();
  await publisher.publish(second);
  await server.restart();
  await expect.poll(() => payloads(server, keys.stream(0, Priority.NORMAL)), { timeout: 10_000 }).toEqual([1, 2]);
});

test('what the disk takes in pieces is whole on it', async () => {
  const server = await startServer();
  await server.kill();
  const directory = await temporaryDirectory();
  const { publisher, batch, keys } = await openPublisher(server, { ...QUICK, spool: { directory } });
  const disk = await limitWrites(directory, Infinity, 7);
  for (let i = 0; i < 3; i += 1) await publisher.publish(batch({}));
  expect(disk.mock.calls.length).toBeGreaterThan(3);
  disk.mockRestore();
  await server.restart();
  await expect.poll(() => payloads(server, keys.stream(0, Priority.NORMAL)), { timeout: 10_000 }).toEqual([1, 2, 3]);
});

/** A disk on which files end at `room` bytes, and that takes at most `piece` bytes at once: as POSIX has it, less than was given is no error. */
async function limitWrites(directory: string, room: number, piece = Infinity): Promise<MockInstance> {
  const probe = await open(join(directory, 'probe'), 'w');
  const handles = Object.getPrototypeOf(probe) as Pick<FileHandle, 'write'>;
  await probe.close();
  const write = handles.write as (...given: unknown[]) => Promise<{ readonly bytesWritten: number }>;
  const limited = async function (this: unknown, bytes: unknown, ...place: unknown[]): Promise<unknown> {
    const [offset, length, position] = place as [number, number, number];
    const taken = Math.min(length, piece, room - position);
    if (taken <= 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    return write.call(this, bytes, offset, taken, position);
  };
  return vi.spyOn(handles, 'write').mockImplementation(limited as FileHandle['write']);
}
