import type { Undoable } from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import { Remediator, type DashboardToken } from '../../src/index.ts';
import type { ActsAnswer, DeadLettersAnswer, DeadLettersRetried } from '../../src/dashboard/protocol/index.ts';
import { Stream, post, read } from '../support/dashboard-client.ts';
import { dashboardSystem } from '../support/dashboard-system.ts';
import { Recorder } from '../support/recorder.ts';

const OLGA: DashboardToken = { token: 'a-token-of-enough-characters', name: 'olga', role: 'operator' };
const PAUL: DashboardToken = {
  token: 'another-one-of-enough-characters',
  name: 'paul',
  role: 'operator',
  payloads: true,
};
const bearer = ({ token }: DashboardToken) => ({ authorization: `Bearer ${token}` });

/** A store of one letter, whose handler and whose transport quote what they could not take. */
async function withLetter() {
  const system = await dashboardSystem({
    client: { retry: { maxAttempts: 1 } },
    dashboard: {
      tokens: [OLGA, PAUL],
      deadLetters: {
        quoting: {
          list: async function* () {
            yield* [];
          },
          retry: (ids) =>
            Promise.resolve({
              retried: [],
              unknown: [],
              failed: ids.map((id) => ({ id, reason: 'no account secret-1' })),
            }),
          purge: () => Promise.reject(new Error('secret-1 is locked')),
        },
      },
    },
  });
  system.client.subscribe('orders.*', () => {
    throw Object.assign(new Error('no'), { code: 'the account secret-1 is not there' });
  });
  system.client.publish('orders.new', 1);
  await system.client.flush();
  return system;
}

describe('the trail of acts', () => {
  test('has who retried, purged and undid what, and what came of it', async () => {
    await using system = await withLetter();
    const { port } = system;
    using stream = await Stream.open(port, '/api/stream', bearer(OLGA));
    await stream.next('snapshot');
    const headers = bearer(OLGA);
    await post(port, '/api/dead-letters/purge', { store: 'desk:memory', all: true, pattern: 'orders.*' }, headers);
    await post(port, '/api/dead-letters/retry', { store: 'desk:other', ids: ['1'] }, headers);
    expect((await post(port, '/api/dead-letters/purge', { store: 'desk:quoting', ids: ['1'] }, headers)).status).toBe(
      500,
    );
    const { acts, forgotten } = await read<ActsAnswer>(port, '/api/acts', headers);
    expect(forgotten).toBe(0);
    expect(acts).toEqual([
      expect.objectContaining({ id: 3, act: 'purge-dead-letters', on: 'store desk:quoting, 1', result: 'failed' }),
      expect.objectContaining({ id: 2, act: 'retry-dead-letters', on: 'store desk:other, 1', result: 'refused' }),
      {
        id: 1,
        atMs: expect.any(Number) as number,
        by: 'olga',
        act: 'purge-dead-letters',
        on: 'store desk:memory, all of orders.*',
        result: 'done',
        detail: '1 purged',
      },
    ]);
    expect(JSON.stringify(acts)).not.toContain('secret-1');
    // Everybody who looks sees it.
    await stream.next<ActsAnswer>('acts', (answer) => answer.acts.length === 3);
  });

  test('has who undid a decision and who let remedies run, and is logged', async () => {
    const optimizer: Undoable = {
      decisions: () => [{ id: 'a', atMs: 1, description: 'More workers.', undone: false }],
      undo: () => undefined,
    };
    const logger = new Recorder();
    await using other = await dashboardSystem();
    const remediator = new Remediator({ monitoring: other.monitoring, rules: [], logger });
    await using system = await dashboardSystem({ dashboard: { undoable: { optimizer }, remediator, logger } });
    const { port } = system;
    await post(port, '/api/optimizer/undo', { bus: 'desk', source: 'optimizer', id: 'a', by: 'otto' });
    await post(port, '/api/remediation', { bus: 'desk', enabled: true, by: 'otto' });
    const { acts } = await read<ActsAnswer>(port, '/api/acts');
    expect(acts.map(({ by, on, result }) => [by, on, result])).toEqual([
      ['otto', 'remediation of desk, on', 'done'],
      ['otto', 'optimizer of desk, decision a', 'done'],
    ]);
    expect(JSON.stringify(logger.lines)).toContain('optimizer of desk, decision a');
    expect(JSON.stringify(logger.lines)).toContain('"event":"remediation.enabled","enabled":true,"by":"otto"');
  });

  test('keeps the newest 200, and says how many it forgot', async () => {
    await using system = await dashboardSystem();
    for (let at = 0; at < 205; at += 1) {
      await post(system.port, '/api/silences/expire', { id: `silence-${at}`, by: 'otto' });
    }
    const { acts, forgotten } = await read<ActsAnswer>(system.port, '/api/acts');
    expect([acts.length, forgotten, acts[0]?.on]).toEqual([200, 5, 'silence silence-204']);
  });
});

describe('the words of an act', () => {
  test('that it does not know are refused: a misspelt pattern does not become all', async () => {
    await using system = await withLetter();
    const { port } = system;
    for (const words of [
      { all: true, patern: 'other.*' },
      { ids: ['1'], pattern: 'other.*' },
    ]) {
      const body = { store: 'desk:memory', ...words };
      expect((await post(port, '/api/dead-letters/purge', body, bearer(OLGA))).status).toBe(400);
    }
    const { letters } = await read<DeadLettersAnswer>(port, '/api/dead-letters?store=desk:memory', bearer(OLGA));
    expect(letters).toHaveLength(1);
  });
});

describe('without the permission for payloads', () => {
  test('neither why a retry failed nor a code that is a text is shown', async () => {
    await using system = await withLetter();
    const { port } = system;
    const retry = async (token: DashboardToken): Promise<DeadLettersRetried> => {
      const body = { store: 'desk:quoting', ids: ['1'] };
      return JSON.parse((await post(port, '/api/dead-letters/retry', body, bearer(token))).text) as DeadLettersRetried;
    };
    expect((await retry(OLGA)).failed).toEqual([{ id: '1', reason: null }]);
    expect((await retry(PAUL)).failed).toEqual([{ id: '1', reason: 'no account secret-1' }]);
    const letters = (token: DashboardToken) =>
      read<DeadLettersAnswer>(port, '/api/dead-letters?store=desk:memory', bearer(token));
    expect((await letters(OLGA)).letters[0]?.cause).toEqual({ message: null, code: null });
    expect((await letters(PAUL)).letters[0]?.cause.code).toBe('the account secret-1 is not there');
  });
});
