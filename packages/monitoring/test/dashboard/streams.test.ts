import type { Undoable } from '@tradewind/core-types';
import { createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { MessageBus } from '@tradewind/core';
import { describe, expect, test } from 'vitest';
import { createMonitoring, serveDashboard } from '../../src/index.ts';
import { endWithin } from '../../src/serving/respond.ts';
import { EventStream } from '../../src/dashboard/streaming/event-stream.ts';
import type { AlertsAnswer, Frame, HealthAnswer, StreamSnapshot } from '../../src/dashboard/protocol/index.ts';
import { Stream, ask, read } from '../support/dashboard-client.ts';
import { dashboardSystem } from '../support/dashboard-system.ts';

/** A part that counts how often it is read. */
function countedPart() {
  const counted = { reads: 0, part: { collect: () => void (counted.reads += 1) } };
  return counted;
}

const noop = (): void => undefined;
const fail = (): never => {
  throw new Error('closed');
};

describe('frames', () => {
  test('tell the interval since the frame before, not the time since the start', async () => {
    await using system = await dashboardSystem();
    const { client, port } = system;
    client.subscribe('a', () => undefined);
    for (let i = 0; i < 1_000; i += 1) client.publish('a', i);
    await client.flush();
    using stream = await Stream.open(port, '/api/stream');
    const { frame: first } = await stream.next<StreamSnapshot>('snapshot');
    // What was before anybody looked is in no interval.
    expect(first).toMatchObject({ bus: 'desk', intervalSeconds: null, status: 'up' });
    expect(first.throughput.publishedPerSecond).toBeNull();
    for (let i = 0; i < 50; i += 1) client.publish('a', i, { priority: 1 });
    const seen = { published: 0, delivered: 0 };
    // Whatever a frame cuts through, together they have each message once.
    const { latencies } = await stream.next<Frame>('frame', ({ throughput, intervalSeconds }) => {
      seen.published += (throughput.publishedPerSecond ?? 0) * (intervalSeconds ?? 0);
      seen.delivered += (throughput.deliveredPerSecond ?? 0) * (intervalSeconds ?? 0);
      return Math.round(seen.delivered) >= 50;
    });
    expect(seen.published).toBeCloseTo(50, 5);
    expect(seen.delivered).toBeCloseTo(50, 5);
    const high = latencies.find(({ priority }) => priority === 'HIGH');
    expect(high?.waitSeconds?.p50).toBeGreaterThan(0);
    expect(high?.waitSeconds?.p999).toBeGreaterThanOrEqual(high?.waitSeconds?.p50 ?? Infinity);
    // Of NORMAL there were a thousand before, and none in the interval.
    expect(latencies.find(({ priority }) => priority === 'NORMAL')?.waitSeconds).toBeNull();
  });

  test('cost a bus the same for one viewer and for eight, and nothing for none', async () => {
    const counted = countedPart();
    await using system = await dashboardSystem({ monitoring: { parts: { counted: counted.part } } });
    expect(counted.reads).toBe(0);
    const streams = [];
    for (let i = 0; i < 8; i += 1) streams.push(await Stream.open(system.port, '/api/stream'));
    const snapshots = await Promise.all(streams.map((stream) => stream.next<StreamSnapshot>('snapshot')));
    const times = new Set(snapshots.map(({ frame }) => frame.atMs));
    for (const stream of streams) {
      const frame = await stream.next<Frame>('frame', ({ viewers }) => viewers === 8);
      times.add(frame.atMs);
    }
    const last = Math.max(...times);
    await Promise.all(streams.map((stream) => stream.next<Frame>('frame', ({ atMs }) => atMs > last)));
    const seen = new Set(
      streams.flatMap(({ events }) =>
        events.filter(({ event }) => event === 'frame').map(({ data }) => (JSON.parse(data) as Frame).atMs),
      ),
    );
    for (const time of times) seen.add(time);
    // Every read of the part is one frame, whoever got it; one more may be under way.
    expect(counted.reads - seen.size).toBeLessThanOrEqual(1);
    for (const stream of streams) stream[Symbol.dispose]();
    while (system.server.dashboard.streams > 0) await new Promise((resolve) => setImmediate(resolve));
    const { reads } = counted;
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(counted.reads).toBeLessThanOrEqual(reads + 1);
  });

  test('are of the bus that was asked for; alerts and health are told when they change', async () => {
    const health = { status: 'up' as 'up' | 'down', reason: '', sinceMs: 0 };
    const other = createMonitoring({
      bus: new MessageBus(),
      name: 'other',
      process: false,
      parts: { link: { name: 'link', health: () => ({ ...health }) } },
    });
    await using server = await serveDashboard({
      monitorings: [createMonitoring({ bus: new MessageBus(), name: 'first' }), other],
      port: 0,
      frameEveryMs: 250,
    });
    using stream = await Stream.open(server.port, '/api/stream?bus=other');
    const snapshot = await stream.next<StreamSnapshot>('snapshot');
    expect(snapshot.frame).toMatchObject({ bus: 'other', status: 'up', lanes: [], workers: null });
    expect(snapshot.alerts).toBeNull();
    expect(snapshot.health.buses.map(({ name }) => name)).toEqual(['first', 'other']);
    Object.assign(health, { status: 'down', reason: 'the line was cut' });
    const changed = await stream.next<HealthAnswer>('health', ({ buses }) => buses[1]?.status === 'degraded');
    expect(changed.buses[1]?.reason).toContain('the line was cut');
    const sent = stream.events.filter(({ event }) => event === 'health').length;
    await stream.next<Frame>('frame', ({ atMs }) => atMs > snapshot.frame.atMs + 900);
    // Nothing changed since: nothing was sent.
    expect(stream.events.filter(({ event }) => event === 'health').length).toBe(sent);
  });

  test('go on for everybody where a part fails, and tell of the others', async () => {
    const good: Undoable = { decisions: () => [{ id: 'a', atMs: 1, description: 'x', undone: false }], undo: noop };
    const ill: Undoable = { decisions: () => fail(), undo: noop };
    await using system = await dashboardSystem({ dashboard: { undoable: { ill, good } } });
    using stream = await Stream.open(system.port, '/api/stream');
    const { optimizer } = await stream.next<StreamSnapshot>('snapshot');
    expect(optimizer?.decisions.map(({ source }) => source)).toEqual(['good']);
    await stream.next<Frame>('frame');
  });

  test('are nothing to whoever only reads: a read makes its own look', async () => {
    await using system = await dashboardSystem();
    const answer = await read<AlertsAnswer | null>(system.port, '/api/alerts');
    expect(answer).toBeNull();
    expect(system.server.dashboard.streams).toBe(0);
  });
});

describe('an answer', () => {
  test('that nobody takes is dropped', async () => {
    const server = createServer((_request, response) => {
      endWithin(response, 'x'.repeat(20_000_000), 50);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.pause();
    const [[response]] = await Promise.all([
      once(server, 'request').then(([, answer]) =>
        once(answer as ServerResponse, 'close').then(() => [answer as ServerResponse]),
      ),
      new Promise<void>((resolve) => socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n', () => resolve())),
    ]);
    expect(response?.writableFinished).toBe(false);
    socket.destroy();
    server.close();
  });
});

describe('streams are bounded', () => {
  test('to as many as was said, also beyond the connections of other servers', async () => {
    await using system = await dashboardSystem({ dashboard: { maxStreams: 80 } });
    const streams = [];
    for (let at = 0; at < 80; at += 1) streams.push(await Stream.open(system.port, '/api/stream'));
    expect(system.server.dashboard.streams).toBe(80);
    expect((await ask(system.port, '/api/session')).status).toBe(200);
    for (const stream of streams) stream[Symbol.dispose]();
  });

  test('in number', async () => {
    await using system = await dashboardSystem({ dashboard: { maxStreams: 2 } });
    using _one = await Stream.open(system.port, '/api/stream');
    using two = await Stream.open(system.port, '/api/tail');
    const refused = await ask(system.port, '/api/stream');
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '60']);
    two[Symbol.dispose]();
    while (system.server.dashboard.streams > 1) await new Promise((resolve) => setImmediate(resolve));
    using _again = await Stream.open(system.port, '/api/stream');
  });

  test('in memory: a client that takes nothing is dropped', async () => {
    let ended = 0;
    let written = 0;
    const server = createServer((_request, response) => {
      const stream = new EventStream(response, () => (ended += 1));
      const line = JSON.stringify('x'.repeat(100_000));
      const more = (): void => {
        if (ended > 0) return;
        written += line.length;
        stream.send('frame', line);
        setImmediate(more);
      };
      more();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    while (ended === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(1);
    expect(written).toBeGreaterThan(1_000_000);
    socket.destroy();
    server.closeAllConnections();
    server.close();
  });
});

describe('a server', () => {
  test('takes the next port where one is busy, prints nothing, and closes with everything open', async () => {
    const monitorings = [createMonitoring({ bus: new MessageBus(), process: false })];
    const first = await serveDashboard({ monitorings, port: 0 });
    const second = await serveDashboard({ monitorings, port: first.port, portTries: 20 });
    expect(second.port).toBeGreaterThan(first.port);
    expect(second.url).toBe(`http://127.0.0.1:${second.port}/`);
    await expect(serveDashboard({ monitorings, port: first.port, portTries: 1 })).rejects.toMatchObject({
      code: 'CANNOT_LISTEN',
    });
    using frames = await Stream.open(first.port, '/api/stream');
    using tail = await Stream.open(first.port, '/api/tail');
    const half = connect(first.port, '127.0.0.1');
    half.on('error', () => undefined);
    await once(half, 'connect');
    half.write('POST /api/silences HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{');
    const hungUp = new Promise((resolve) => half.on('close', resolve));
    await Promise.all([first.close(), frames.over(), tail.over(), hungUp]);
    await second.close();
    await expect(ask(first.port, '/')).rejects.toThrow('ECONNREFUSED');
  });

  test('is mounted under a prefix, and leaves the rest to others', async () => {
    const monitorings = [createMonitoring({ bus: new MessageBus(), process: false })];
    await using server = await serveDashboard({ monitorings, port: 0, prefix: '/ops/dashboard' });
    const { port } = server;
    expect(server.url).toBe(`http://127.0.0.1:${port}/ops/dashboard/`);
    expect((await ask(port, '/ops/dashboard/api/session')).status).toBe(200);
    const moved = await ask(port, '/ops/dashboard');
    expect([moved.status, moved.headers.location]).toEqual([308, '/ops/dashboard/']);
    for (const path of ['/', '/api/session', '/ops/dashboardx/api/session', '/ops']) {
      expect([path, (await ask(port, path)).status]).toEqual([path, 404]);
    }
  });
});
