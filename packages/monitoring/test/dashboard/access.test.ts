import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { MessageBus } from '@tradewind/core';
import { describe, expect, test } from 'vitest';
import { createDashboard, createMonitoring, serveDashboard, type DashboardToken } from '../../src/index.ts';
import type { DashboardFailure, DashboardSession } from '../../src/dashboard/protocol/index.ts';
import { Stream, ask, post, read } from '../support/dashboard-client.ts';
import { Logins } from '../../src/dashboard/access/logins.ts';
import { resolveToken } from '../../src/dashboard/access/permissions.ts';
import { Recorder } from '../support/recorder.ts';
import { dashboardSystem } from '../support/dashboard-system.ts';

const OPERATOR: DashboardToken = { token: 'the-token-of-the-operator', name: 'olga', role: 'operator', payloads: true };
const VIEWER: DashboardToken = { token: 'the-token-of-the-viewer', name: 'vera' };
const tokens = [OPERATOR, VIEWER];
const bearer = ({ token }: DashboardToken) => ({ authorization: `Bearer ${token}` });

const codeOf = (text: string): string => (JSON.parse(text) as DashboardFailure).code;

describe('who is let in without tokens', () => {
  test('whoever is on this machine, as an operator who sees no payloads', async () => {
    await using system = await dashboardSystem();
    const session = await read<DashboardSession>(system.port, '/api/session');
    expect(session).toMatchObject({ role: 'operator', payloads: false, name: null, loggedIn: false });
  });

  test('nobody from another address, and nobody through a proxy', async () => {
    await using system = await dashboardSystem();
    const { port } = system;
    for (const headers of [{ 'x-forwarded-for': '203.0.113.7' }, { via: '1.1 gate' }, { 'x-real-ip': '203.0.113.7' }]) {
      const forwarded = await ask(port, '/api/session', { headers });
      expect([forwarded.status, codeOf(forwarded.text)]).toEqual([401, 'LOGIN_REQUIRED']);
    }
    const remote = createServer((request, response) => {
      Object.defineProperty(request.socket, 'remoteAddress', { value: '203.0.113.7' });
      system.server.dashboard.handler(request, response);
    }).listen(0, '127.0.0.1');
    await once(remote, 'listening');
    const elsewhere = await ask((remote.address() as AddressInfo).port, '/api/session');
    remote.close();
    expect([elsewhere.status, codeOf(elsewhere.text)]).toEqual([401, 'LOGIN_REQUIRED']);
  });

  test('an address or a name that others can reach needs tokens', async () => {
    const monitorings = [createMonitoring({ bus: new MessageBus(), process: false })];
    await expect(serveDashboard({ monitorings, host: '0.0.0.0', port: 0 })).rejects.toMatchObject({
      code: 'TOKEN_REQUIRED',
    });
    expect(() => createDashboard({ monitorings, allowedHosts: ['desk.example'] })).toThrow(
      expect.objectContaining({ code: 'TOKEN_REQUIRED' }),
    );
  });
});

describe('a login', () => {
  test('is a cookie that scripts cannot read and other sites do not send', async () => {
    await using system = await dashboardSystem({ dashboard: { tokens } });
    const { port } = system;
    expect((await ask(port, '/api/session')).status).toBe(401);
    const reply = await post(port, '/api/login', { token: OPERATOR.token });
    expect(reply.status).toBe(200);
    const [cookie = ''] = reply.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^tradewind-dashboard-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(OPERATOR.token);
    const session = await read<DashboardSession>(port, '/api/session', { cookie: cookie.split(';', 1)[0] as string });
    expect(session).toMatchObject({ role: 'operator', payloads: true, name: 'olga', loggedIn: true });
  });

  test('ends with the logout, and its streams with it', async () => {
    await using system = await dashboardSystem({ dashboard: { tokens } });
    const { port } = system;
    const reply = await post(port, '/api/login', { token: VIEWER.token });
    const cookie = (reply.headers['set-cookie']?.[0] ?? '').split(';', 1)[0] as string;
    using stream = await Stream.open(port, '/api/stream', { cookie });
    await stream.next('snapshot');
    expect((await post(port, '/api/logout', {}, { cookie })).status).toBe(200);
    await stream.over();
    expect((await ask(port, '/api/session', { headers: { cookie } })).status).toBe(401);
  });

  test('takes a whole token and nothing else', async () => {
    await using system = await dashboardSystem({ dashboard: { tokens } });
    const { port } = system;
    for (const token of [OPERATOR.token.slice(0, -1), `${OPERATOR.token}x`, OPERATOR.token.toUpperCase(), ' ']) {
      expect(codeOf((await post(port, '/api/login', { token })).text)).toBe('WRONG_TOKEN');
      expect((await ask(port, '/api/session', { headers: bearer({ ...OPERATOR, token }) })).status).toBe(401);
    }
    expect((await post(port, '/api/login', { token: 7 })).status).toBe(400);
  });

  test('counts and logs wrong tokens however they come, and lets a right one through all the same', async () => {
    const logger = new Recorder();
    await using system = await dashboardSystem({ dashboard: { tokens, logger } });
    const { port } = system;
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const token = `wrong-token-number-${attempt}`;
      expect(codeOf((await post(port, '/api/login', { token })).text)).toBe('WRONG_TOKEN');
      const byHeader = await ask(port, '/api/session', { headers: bearer({ ...VIEWER, token }) });
      expect([byHeader.status, codeOf(byHeader.text)]).toEqual([401, 'WRONG_TOKEN']);
    }
    const token = 'wrong-token-number-11';
    for (const refused of [
      await post(port, '/api/login', { token }),
      await ask(port, '/api/session', { headers: bearer({ ...VIEWER, token }) }),
    ]) {
      expect([refused.status, codeOf(refused.text)]).toEqual([429, 'TOO_MANY_ATTEMPTS']);
    }
    expect((await post(port, '/api/login', { token: OPERATOR.token })).status).toBe(200);
    expect((await ask(port, '/api/session', { headers: bearer(VIEWER) })).status).toBe(200);
    const told = logger.lines.filter((line) => JSON.stringify(line).includes('dashboard.wrong-token'));
    expect(told).toHaveLength(10);
    const counters = new Map<string, number>();
    system.server.dashboard.collect({
      describe: () => undefined,
      counter: (name, value) => void counters.set(name, value),
      gauge: () => undefined,
      histogram: () => undefined,
    });
    expect(counters.get('tradewind_dashboard_wrong_tokens_total')).toBe(12);
  });

  test('of one token, made again and again, does not end that of another', () => {
    const resolved = [OPERATOR, VIEWER].map((token) => resolveToken(token));
    const logins = new Logins({ tokens: resolved, now: () => 0, logger: new Recorder() });
    const login = (token: string) => {
      const found = logins.identify(token, '127.0.0.1');
      if (typeof found === 'string') throw new Error(found);
      return logins.login(found);
    };
    const operator = login(OPERATOR.token);
    const first = login(VIEWER.token);
    for (let at = 0; at < 250; at += 1) login(VIEWER.token);
    expect(logins.visitorOf(operator.secret)?.name).toBe('olga');
    expect(logins.visitorOf(first.secret)).toBeUndefined();
  });

  test('a program sends the token itself', async () => {
    await using system = await dashboardSystem({ dashboard: { tokens } });
    const session = await read<DashboardSession>(system.port, '/api/session', bearer(VIEWER));
    expect(session).toMatchObject({ role: 'viewer', payloads: false, name: 'vera', loggedIn: false });
  });

  test.each([
    ['a short token', [{ token: 'short', name: 'x' }]],
    ['one token for two', [VIEWER, { ...VIEWER, name: 'walter' }]],
    ['no name', [{ token: 'a-token-of-enough-characters', name: '' }]],
  ])('%s is refused, and is not in the error', (_what, wrong) => {
    const monitorings = [createMonitoring({ bus: new MessageBus(), process: false })];
    expect(() => createDashboard({ monitorings, tokens: wrong })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', message: expect.not.stringContaining(VIEWER.token) }),
    );
  });

  test('a role that is misspelt is refused, and becomes no other one', () => {
    const monitorings = [createMonitoring({ bus: new MessageBus(), process: false })];
    const local = JSON.parse('{"role":"admin","payloads":"no"}') as { role: 'viewer' };
    expect(() => createDashboard({ monitorings, local })).toThrow(
      expect.objectContaining({
        issues: [expect.objectContaining({ path: 'local.role' }), expect.objectContaining({ path: 'local.payloads' })],
      }),
    );
  });
});

describe('what a page elsewhere can do', () => {
  test('nothing under a name of its own', async () => {
    await using system = await dashboardSystem();
    for (const host of ['evil.example', '192.0.2.1', '127.0.0.1.evil.example', 'localhost.evil.example']) {
      expect((await ask(system.port, '/api/session', { headers: { host } })).status).toBe(421);
    }
    expect((await ask(system.port, '/api/session', { headers: { host: 'localhost:1' } })).status).toBe(200);
  });

  test('nothing by a request of its own: no reading, no stream, no acting', async () => {
    await using system = await dashboardSystem();
    const { port } = system;
    const foreign = { origin: 'https://evil.example' };
    expect((await ask(port, '/api/session', { headers: foreign })).status).toBe(403);
    expect((await ask(port, '/api/stream', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    expect((await ask(port, '/api/stream', { headers: { 'sec-fetch-site': 'same-site' } })).status).toBe(403);
    const act = { id: 'x', by: 'y' };
    expect((await post(port, '/api/silences/expire', act, foreign)).status).toBe(403);
    expect((await post(port, '/api/silences/expire', act, { origin: 'null' })).status).toBe(403);
    expect((await post(port, '/api/silences/expire', act, { origin: `http://127.0.0.1:${port + 1}` })).status).toBe(
      403,
    );
    expect((await post(port, '/api/silences/expire', act)).status).toBe(404);
  });

  test('a form can send no POST: it has no JSON, and a request without an origin counts as foreign', async () => {
    await using system = await dashboardSystem();
    const { port } = system;
    const origin = `http://127.0.0.1:${port}`;
    const without = await ask(port, '/api/silences/expire', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(without.status).toBe(403);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', '']) {
      const sent = await ask(port, '/api/silences/expire', {
        method: 'POST',
        headers: { origin, 'content-type': type },
        body: '{"id":"x","by":"y"}',
      });
      expect([sent.status, codeOf(sent.text)]).toEqual([415, 'NOT_JSON']);
    }
  });

  test('a link opens the page', async () => {
    await using system = await dashboardSystem();
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect((await ask(system.port, '/', { headers })).status).not.toBe(403);
    const framed = { ...headers, 'sec-fetch-dest': 'iframe' };
    expect((await ask(system.port, '/', { headers: framed })).status).toBe(403);
  });

  test('a link opens nothing but the page: no stream, no answer, below a prefix either', async () => {
    await using system = await dashboardSystem();
    await using mounted = await dashboardSystem({ dashboard: { prefix: '/ops' } });
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    for (const path of ['/api/stream', '/api/session', '/%61pi/stream', '/api']) {
      expect([path, (await ask(system.port, path, { headers })).status]).toEqual([path, 403]);
      expect([path, (await ask(mounted.port, `/ops${path}`, { headers })).status]).toEqual([path, 403]);
    }
    expect((await ask(mounted.port, '/ops/', { headers })).status).not.toBe(403);
    expect((await ask(mounted.port, '/elsewhere', { headers })).status).toBe(403);
  });

  test('behind a proxy that encrypts, on a port of its own: with the Host of the browser it is the page, without its port it is told what is wrong', async () => {
    await using system = await dashboardSystem({ dashboard: { allowedHosts: ['ops.example'], tokens } });
    const origin = 'https://ops.example:8443';
    const login = (host: string) => post(system.port, '/api/login', { token: VIEWER.token }, { origin, host });
    expect((await login('ops.example:8443')).status).toBe(200);
    const refused = await login('ops.example');
    expect(refused.status).toBe(403);
    expect(refused.text).toContain(
      'Expected a request of this page at ops.example, and it came from https://ops.example:8443.',
    );
    expect(refused.text).toContain('$http_host');
    const foreign = await post(system.port, '/api/login', {}, { origin: 'https://evil.example', host: 'ops.example' });
    expect([foreign.status, foreign.text]).toEqual([403, expect.stringContaining('it came from elsewhere')]);
  });
});

describe('every answer', () => {
  test('runs nothing inline, is not framed, not sniffed, and tells no other site', async () => {
    await using system = await dashboardSystem();
    // Without the slash it is sent on.
    await using mounted = await dashboardSystem({ dashboard: { prefix: '/ops' } });
    for (const path of ['/', '/api/session', '/api/nothing', '/assets/nothing.js', '/%E0%A4%A', '/ops']) {
      const { port } = path === '/ops' ? mounted : system;
      const { headers } = await ask(port, path);
      const policy = headers['content-security-policy'] ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("base-uri 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });
});

describe('a viewer', () => {
  test('looks and does nothing', async () => {
    await using system = await dashboardSystem({ dashboard: { tokens } });
    const { port } = system;
    const paths = [
      '/api/alerts/acknowledge',
      '/api/alerts/escalate',
      '/api/silences',
      '/api/silences/expire',
      '/api/dead-letters/retry',
      '/api/dead-letters/purge',
      '/api/health/remedy',
      '/api/remediation',
      '/api/optimizer/undo',
    ];
    for (const path of paths) {
      const refused = await post(port, path, {}, bearer(VIEWER));
      expect([path, refused.status, codeOf(refused.text)]).toEqual([path, 403, 'FORBIDDEN']);
      // The same by an operator comes as far as its words.
      expect((await post(port, path, {}, bearer(OPERATOR))).status).toBe(400);
    }
  });
});
