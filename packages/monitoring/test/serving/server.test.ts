import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { Counter, Registry } from 'prom-client';
import { BufferedMessageBusClient, MessageBus } from '@tradewind/core';
import { describe, expect, test } from 'vitest';
import { createMonitoring, serveMonitoring, type ServeOptions } from '../../src/index.ts';
import { samples, source } from '../support/sources.ts';

const TOKEN = 'a-token-of-enough-characters';

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

async function ask(
  port: number,
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Reply> {
  const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
  sent.end();
  const [reply] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of reply.setEncoding('utf8')) text += chunk as string;
  return { status: reply.statusCode ?? 0, text, headers: reply.headers };
}

/** What a server answers to bytes that no client of HTTP would send. */
async function askRaw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  await once(socket, 'connect');
  socket.write(bytes);
  let text = '';
  for await (const chunk of socket) text += chunk as string;
  return text;
}

async function serving(options: Partial<ServeOptions> = {}) {
  const bus = new MessageBus();
  const monitoring = createMonitoring({ bus, name: 'main' });
  const server = await serveMonitoring({ monitorings: [monitoring], port: 0, ...options });
  return {
    bus,
    port: server.port,
    server,
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await monitoring[Symbol.asyncDispose]();
    },
  };
}

describe('/metrics', () => {
  test('gives what is now, in the format of Prometheus', async () => {
    await using served = await serving();
    served.bus.publish('a', 1);
    const { status, text, headers } = await ask(served.port, '/metrics');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(samples(text).get('tradewind_bus_published_total{bus="main"}')).toBe(1);
  });

  test('has several buses, each name once, and what else the registry has', async () => {
    const registry = new Registry();
    new Counter({ name: 'orders_total', help: 'Orders.', registers: [registry] }).inc(2);
    await using a = createMonitoring({ bus: new MessageBus(), name: 'a', registry });
    await using b = createMonitoring({ bus: new MessageBus(), name: 'b', registry, level: 'MINIMAL' });
    await using served = await serving({ monitorings: [a, b], registry });
    const { text } = await ask(served.port, '/metrics');
    const types = text.split('\n').filter((line) => line.startsWith('# TYPE'));
    expect(new Set(types).size).toBe(types.length);
    expect(samples(text).get('orders_total')).toBe(2);
    expect(samples(text).get('tradewind_up{bus="a"}')).toBe(1);
    expect(samples(text).get('tradewind_up{bus="b"}')).toBe(1);
  });

  test('gives the detail only where it is allowed', async () => {
    const bus = source((into) => {
      for (let at = 0; at < 300; at += 1) into.counter('tradewind_test_total', at, { topic: `t${at}` });
    });
    await using monitoring = createMonitoring({ bus });
    await using closed = await serving({ monitorings: [monitoring] });
    await using open = await serving({ monitorings: [monitoring], detail: true });
    expect((await ask(closed.port, '/metrics/detail')).status).toBe(404);
    const bounded = await ask(open.port, '/metrics');
    expect(bounded.text.match(/^tradewind_test_total/gm)?.length).toBe(101);
    const detail = await ask(open.port, '/metrics/detail');
    expect(detail.text.match(/^tradewind_test_total/gm)?.length).toBe(300);
  });
});

describe('probes', () => {
  test('a bus that is closed is alive and not ready, and /health says why', async () => {
    const client = new BufferedMessageBusClient({ name: 'risk' });
    await using monitoring = createMonitoring({ bus: client });
    await using served = await serving({ monitorings: [monitoring] });
    expect(await ask(served.port, '/readyz')).toMatchObject({ status: 200, text: 'risk: up\n' });
    await client.close();
    expect((await ask(served.port, '/healthz')).status).toBe(200);
    expect(await ask(served.port, '/readyz')).toMatchObject({ status: 503 });
    const tree = JSON.parse((await ask(served.port, '/health')).text) as Record<string, unknown>;
    expect(tree).toMatchObject({
      status: 'down',
      buses: [{ name: 'risk', status: 'down', reason: 'it is closed, or closing', parts: expect.any(Array) as [] }],
    });
  });

  test('without the token tell the status alone', async () => {
    await using served = await serving({ token: TOKEN });
    expect(await ask(served.port, '/readyz')).toMatchObject({ status: 200, text: 'up\n' });
    expect((await ask(served.port, '/healthz')).status).toBe(200);
    expect((await ask(served.port, '/health')).status).toBe(401);
  });
});

describe('who may ask', () => {
  test('an address that others can reach needs a token', async () => {
    await using monitoring = createMonitoring({ bus: {} });
    await expect(serveMonitoring({ monitorings: [monitoring], host: '0.0.0.0', port: 0 })).rejects.toMatchObject({
      code: 'TOKEN_REQUIRED',
    });
  });

  test('only the right token opens', async () => {
    await using served = await serving({ token: TOKEN, host: '0.0.0.0' });
    const status = async (authorization?: string) =>
      (await ask(served.port, '/metrics', authorization === undefined ? {} : { headers: { authorization } })).status;
    expect(await status()).toBe(401);
    expect(await status('Bearer wrong')).toBe(401);
    expect(await status(`Basic ${TOKEN}`)).toBe(401);
    expect(await status(`Bearer ${TOKEN}x`)).toBe(401);
    expect(await status(`Bearer ${TOKEN}`)).toBe(200);
  });

  test('a name that is not on the list is refused, also with the port of the server', async () => {
    await using served = await serving({ allowedHosts: ['bus.example'] });
    const status = async (host: string) => (await ask(served.port, '/healthz', { headers: { host } })).status;
    expect(await status('evil.example')).toBe(421);
    expect(await status(`evil.example:${served.port}`)).toBe(421);
    expect(await status('127.0.0.1.evil.example')).toBe(421);
    expect(await status('10.1.2.3')).toBe(421);
    expect(await status(`BUS.example:${served.port}`)).toBe(200);
    expect(await status('localhost')).toBe(200);
    expect(await status('[::1]:80')).toBe(200);
  });

  test('nothing is changed by anybody: other methods are refused', async () => {
    await using served = await serving();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      expect((await ask(served.port, '/metrics', { method })).status).toBe(405);
    }
    expect((await ask(served.port, '/metrics', { method: 'HEAD' })).text).toBe('');
  });
});

describe('hostile requests', () => {
  test.each(['/%E0%A4%A', '/%', '/%ff', '/metrics%00', `/${'a'.repeat(3_000)}`])('%s gets a 400', async (path) => {
    await using served = await serving();
    expect((await ask(served.port, path)).status).toBe(400);
    expect((await ask(served.port, '/healthz')).status).toBe(200);
  });

  test.each(['/../../etc/passwd', '//evil.example/metrics', '/metrics/', '/Metrics', '/__proto__'])(
    '%s is nowhere',
    async (path) => {
      await using served = await serving();
      expect((await ask(served.port, path)).status).toBe(404);
    },
  );

  test.each([
    'GET http://evil.example/metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    'GET metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    '\0\0\0\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  ])('%j gets a 400 and the server stays', async (bytes) => {
    await using served = await serving();
    expect(await askRaw(served.port, bytes)).toContain('400 Bad Request');
    expect((await ask(served.port, '/healthz')).status).toBe(200);
  });

  test('a client that goes away in the middle of a text hurts nobody', async () => {
    const bus = source((into) => {
      for (let at = 0; at < 50_000; at += 1) into.counter('tradewind_test_total', at, { topic: `topic-number-${at}` });
    });
    await using monitoring = createMonitoring({ bus });
    await using served = await serving({ monitorings: [monitoring], detail: true });
    for (let at = 0; at < 6; at += 1) {
      const socket = connect(served.port, '127.0.0.1');
      socket.write('GET /metrics/detail HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await once(socket, 'data');
      socket.destroy();
      await once(socket, 'close');
    }
    const { status, text } = await ask(served.port, '/metrics/detail');
    expect([status, text.match(/^tradewind_test_total/gm)?.length]).toEqual([200, 50_000]);
  });
});

describe('the port', () => {
  test('that is taken is an error, or the next one is taken where that is allowed', async () => {
    await using first = await serving();
    await using monitoring = createMonitoring({ bus: {} });
    const options = { monitorings: [monitoring], port: first.port };
    await expect(serveMonitoring(options)).rejects.toMatchObject({ code: 'CANNOT_LISTEN' });
    await using second = await serveMonitoring({ ...options, portTries: 50 });
    expect(second.port).toBeGreaterThan(first.port);
    expect((await ask(second.port, '/healthz')).status).toBe(200);
  });
});

describe('sixty-four connections', () => {
  /** Connections that send this, stay half open, and are never ended from here. */
  async function holding(port: number, bytes: string) {
    const sockets = Array.from({ length: 64 }, () => connect({ port, host: '127.0.0.1', allowHalfOpen: true }));
    for (const socket of sockets) {
      socket.on('error', () => socket.destroy());
      socket.resume();
      socket.write(bytes);
    }
    await Promise.all(sockets.filter(({ connecting }) => connecting).map((socket) => once(socket, 'connect')));
    return sockets;
  }

  /** Asks until there is a place. */
  async function answered(port: number): Promise<number> {
    for (;;) {
      try {
        return (await ask(port, '/healthz')).status;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  test.each([
    ['half a head', 'GET /healthz HTTP/1.1\r\nhost: local'],
    ['nothing', ''],
    ['what is no HTTP', 'nonsense\r\n\r\n'],
  ])(
    'with %s do not hold the server',
    async (_what, bytes) => {
      await using served = await serving();
      const sockets = await holding(served.port, bytes);
      expect(await answered(served.port)).toBe(200);
      for (const socket of sockets) socket.destroy();
    },
    60_000,
  );
});
