import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ask, askRaw, post } from '../support/dashboard-client.ts';
import { dashboardSystem, type DashboardSystem } from '../support/dashboard-system.ts';

const stillAnswers = async ({ port }: DashboardSystem): Promise<void> => {
  expect((await ask(port, '/api/session')).status).toBe(200);
};

describe('hostile requests', () => {
  test.each(['/%E0%A4%A', '/%', '/api/topics?pattern=%E0%A4%A', '/%00', '/api/%2e%2e/%00'])(
    '%s is a 400',
    async (path) => {
      await using system = await dashboardSystem();
      expect((await ask(system.port, path)).status).toBe(400);
      await stillAnswers(system);
    },
  );

  test.each(['/assets/../package.json', '/assets/%2e%2e%2fpackage.json', '/assets/..%5cpackage.json', '//etc/passwd'])(
    '%s reaches no file',
    async (path) => {
      await using system = await dashboardSystem();
      expect((await ask(system.port, path)).status).toBe(404);
    },
  );

  test('parameters that are none are a 400 that says which', async () => {
    await using system = await dashboardSystem();
    for (const path of [
      '/api/topics?limit=-1',
      '/api/topics?limit=1e99',
      '/api/topics?pattern=a..b',
      '/api/routing?limit=2.5',
      '/api/history?series=loop&from=yesterday',
      '/api/history',
      '/api/tail?perSecond=100000',
      '/api/tail?pattern=***a**b*c*d*e*f*g',
      `/api/topics?pattern=${'a'.repeat(600)}`,
      '/api/dead-letters?store=desk:memory&after=nonsense',
    ]) {
      const { status, text } = await ask(system.port, path);
      expect([path, status, (JSON.parse(text) as { code: string }).code]).toEqual([path, 400, 'INVALID_REQUEST']);
    }
    for (const path of ['/api/stream?bus=none', '/api/history?series=toString', '/api/runbooks/__proto__', '/api/x']) {
      expect([path, (await ask(system.port, path)).status]).toEqual([path, 404]);
    }
  });

  test('a body that is too large, torn or no object changes nothing', async () => {
    await using system = await dashboardSystem();
    const { port } = system;
    const headers = { 'content-type': 'application/json', origin: `http://127.0.0.1:${port}` };
    const send = (body: string) => ask(port, '/api/silences', { method: 'POST', headers, body });
    expect((await send(`{"by":"${'x'.repeat(100_000)}"}`)).status).toBe(413);
    for (const body of ['', '{', '[]', 'null', '7', '"text"', '{"by":5}', '{"by":""}']) {
      expect([body, (await send(body)).status]).toEqual([body, 400]);
    }
    await stillAnswers(system);
  });

  test('other methods are refused', async () => {
    await using system = await dashboardSystem();
    for (const method of ['PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']) {
      expect((await ask(system.port, '/api/session', { method })).status).toBe(405);
    }
    expect((await ask(system.port, '/api/session', { method: 'HEAD' })).text).toBe('');
    expect((await ask(system.port, '/api/stream', { method: 'HEAD' })).status).toBe(405);
    expect(system.server.dashboard.streams).toBe(0);
  });

  test('whatever comes over the socket, the server answers the next one', async () => {
    await using system = await dashboardSystem();
    const { port } = system;
    const method = fc.constantFrom('GET', 'POST', 'HEAD', 'get', 'X');
    const path = fc.oneof(
      fc.string({ unit: 'binary-ascii' }),
      fc.webPath(),
      fc
        .tuple(fc.constantFrom('/api/topics', '/api/tail', '/api/history', '/assets/', '/api/runbooks/'), fc.string())
        .map(([start, rest]) => `${start}?${rest}`),
    );
    const header = fc.tuple(
      fc.constantFrom('host', 'origin', 'cookie', 'authorization', 'content-type', 'content-length', 'x-y'),
      fc.string({ unit: 'binary-ascii' }),
    );
    const structured = fc
      .tuple(method, path, fc.array(header, { maxLength: 5 }), fc.string())
      .map(([verb, at, headers, body]) => {
        const lines = headers.map(([name, value]) => `${name}: ${value}`);
        return Buffer.from(
          `${verb} ${at} HTTP/1.1\r\nhost: 127.0.0.1\r\n${lines.join('\r\n')}\r\nconnection: close\r\n\r\n${body}`,
          'latin1',
        );
      });
    const bytes = fc.uint8Array({ maxLength: 500 }).map((array) => Buffer.from(array));
    await fc.assert(
      fc.asyncProperty(fc.oneof(structured, bytes), async (sent) => {
        const answer = await askRaw(port, sent);
        // A stream that was opened by chance has begun with 200; anything else is a whole answer, and no fault of ours.
        expect(answer).not.toMatch(/^HTTP\/1\.1 5\d\d/);
      }),
      { numRuns: 150 },
    );
    await stillAnswers(system);
  });

  test('whatever an operator sends as words of an act is answered', async () => {
    await using system = await dashboardSystem();
    const act = fc.constantFrom(
      '/api/silences',
      '/api/alerts/acknowledge',
      '/api/dead-letters/retry',
      '/api/dead-letters/purge',
      '/api/health/remedy',
      '/api/remediation',
      '/api/optimizer/undo',
    );
    const words = fc.record(
      {
        by: fc.string({ maxLength: 20 }),
        id: fc.oneof(fc.string(), fc.jsonValue()),
        match: fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.string())),
        store: fc.oneof(fc.constant('desk:memory'), fc.string()),
        ids: fc.oneof(fc.array(fc.string()), fc.jsonValue()),
        all: fc.oneof(fc.boolean(), fc.jsonValue()),
        pattern: fc.string(),
        bus: fc.oneof(fc.constant('desk'), fc.string()),
        source: fc.string(),
        enabled: fc.jsonValue(),
        forMs: fc.oneof(fc.double(), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(act, words, async (path, body) => {
        expect((await post(system.port, path, body)).status).toBeLessThan(500);
      }),
      { numRuns: 100 },
    );
    await stillAnswers(system);
  });
});
