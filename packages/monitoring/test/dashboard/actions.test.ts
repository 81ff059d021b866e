import type { Remedy, ReversibleDecision, Undoable } from '@tradewind/core-types';
import { ManualClock } from '@tradewind/core/testing';
import { describe, expect, test } from 'vitest';
import { MemorySeriesStore, Remediator, createAlerting, serveDashboard, type DashboardToken } from '../../src/index.ts';
import { explanationOf } from '../../src/dashboard/snapshot/explanation.ts';
import type {
  AlertChanged,
  AlertsAnswer,
  DeadLettersPurged,
  DeadLettersRetried,
  ExplanationAnswer,
  HealthAnswer,
  OptimizerAnswer,
  RemedyRun,
  RunbookAnswer,
  SilenceMade,
} from '../../src/dashboard/protocol/index.ts';
import { labelText } from '../../src/scraping/shared-labels.ts';
import { Desk, ruleOn } from '../alerting/desk.ts';
import { Stream, ask, post, read } from '../support/dashboard-client.ts';
import { dashboardSystem } from '../support/dashboard-system.ts';

const OPERATOR: DashboardToken = { token: 'a-token-of-enough-characters', name: 'olga', role: 'operator' };
const auth = { authorization: `Bearer ${OPERATOR.token}` };

/** An alert that fires, on a dashboard of an operator who is logged in. */
async function firing() {
  const desk = new Desk({ rules: [ruleOn('Trouble')] });
  desk.set('Trouble', 1);
  await desk.after(1);
  const system = await dashboardSystem({ dashboard: { alerting: desk.alerting, tokens: [OPERATOR] } });
  const alertsNow = () => read<AlertsAnswer>(system.port, '/api/alerts', auth);
  const [alert] = (await alertsNow()).alerts;
  if (alert === undefined) throw new Error('Expected an alert.');
  const act = async <T>(path: string, body: object): Promise<T> => {
    const { status, text } = await post(system.port, path, body, auth);
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    return JSON.parse(text) as T;
  };
  return {
    desk,
    system,
    port: system.port,
    alert,
    alertsNow,
    act,
    [Symbol.asyncDispose]: () => system[Symbol.asyncDispose](),
  };
}

describe('alerts', () => {
  test('are acknowledged under the name of who is logged in, whatever the request says', async () => {
    await using fired = await firing();
    const { alert, act, alertsNow, port } = fired;
    expect(alert).toMatchObject({ rule: 'Trouble', state: 'firing', summary: 'Trouble of main is 1.' });
    const done = await act<AlertChanged>('/api/alerts/acknowledge', { id: alert.id, note: 'looking', by: 'mallory' });
    expect(done.alert).toMatchObject({ state: 'acknowledged', acknowledgement: { by: 'olga', note: 'looking' } });
    const { audit } = await alertsNow();
    expect(audit[0]).toMatchObject({ kind: 'acknowledged', by: 'olga' });
    const unknown = await post(port, '/api/alerts/acknowledge', { id: 'nothing' }, auth);
    expect(unknown.status).toBe(404);
  });

  test('are escalated, and refused where they do not fire', async () => {
    await using fired = await firing();
    const { alert, act, desk, port } = fired;
    expect((await act<AlertChanged>('/api/alerts/escalate', { id: alert.id })).alert.state).toBe('firing');
    desk.set('Trouble', 0);
    await desk.after(1);
    const late = await post(port, '/api/alerts/acknowledge', { id: alert.id }, auth);
    expect([late.status, (JSON.parse(late.text) as { code: string }).code]).toEqual([409, 'REFUSED']);
  });

  test('are silenced for a time, and the silence ends before it', async () => {
    await using fired = await firing();
    const { act, alertsNow, port, alert } = fired;
    const match = { alertname: 'Trouble', bus: { oneOf: ['main'] } };
    const made = await act<SilenceMade>('/api/silences', { match, forMs: 60_000, reason: 'work on the line' });
    expect(made.silence).toMatchObject({ match, by: 'olga', reason: 'work on the line' });
    expect((await alertsNow()).silences).toHaveLength(1);
    await act('/api/silences/expire', { id: made.silence.id });
    expect((await alertsNow()).silences).toEqual([]);
    for (const body of [
      { match: {}, forMs: 1_000 },
      { match: { alertname: 'Trouble' }, forMs: 1e12 },
    ]) {
      expect((await post(port, '/api/silences', body, auth)).status).toBe(409);
    }
    for (const body of [
      { match: { a: 5 }, forMs: 1 },
      { match: { a: { like: 'x' } }, forMs: 1 },
      { match: { a: 'b' } },
    ]) {
      expect((await post(port, '/api/silences', body, auth)).status).toBe(400);
    }
    expect(alert.silencedBy).toBeUndefined();
  });

  test('an act is seen by everybody at once', async () => {
    await using fired = await firing();
    const { alert, act, port } = fired;
    using stream = await Stream.open(port, '/api/stream', auth);
    await stream.next('snapshot');
    await act('/api/alerts/acknowledge', { id: alert.id });
    const told = await stream.next<AlertsAnswer>('alerts', ({ alerts }) => alerts[0]?.state === 'acknowledged');
    expect(told.audit[0]).toMatchObject({ kind: 'acknowledged', by: 'olga' });
  });

  test('have a runbook, and beside them the moment at which their series went over', async () => {
    const desk = new Desk({ rules: [ruleOn('Trouble')] });
    for (let at = 0; at < 120; at += 1) {
      desk.set('Trouble', at < 60 ? 0 : 5);
      await desk.after(1);
    }
    const clock = {
      now: () => desk.nowMs,
      setTimer: (callback: () => void, ms: number) => setTimeout(callback, ms).unref(),
      clearTimer: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
    };
    await using system = await dashboardSystem({ dashboard: { alerting: desk.alerting, clock } });
    const { alerts } = await read<AlertsAnswer>(system.port, '/api/alerts');
    const runbook = await read<RunbookAnswer>(system.port, '/api/runbooks/Trouble');
    expect(runbook).toMatchObject({ rule: 'Trouble', severity: 'critical', means: 'A test.', act: ['Nothing.'] });
    expect(runbook.expression).toContain('gauge_of_trouble');
    const { series } = await read<ExplanationAnswer>(system.port, `/api/alerts/explanation?id=${alerts[0]?.id}`);
    expect(series).toHaveLength(1);
    expect(series[0]).toMatchObject({ name: 'gauge_of_trouble', kind: 'value' });
    expect(series[0]?.data[0]).toHaveLength(120);
    expect(series[0]?.changes).toEqual([{ atMs: alerts[0]?.activeAtMs, before: 0, after: 5 }]);
    expect(series[0]?.usual).toBeUndefined();
    expect((await ask(system.port, '/api/alerts/explanation?id=none')).status).toBe(404);
  });

  test('have beside them what was usual at this hour of this weekday', () => {
    const store = new MemorySeriesStore({ maxScrapes: 1_000 });
    const labels = { bus: 'main' };
    const hours = 4 * 168;
    for (let hour = 0; hour <= hours; hour += 1) {
      // Ten at this hour each week, fifty now.
      const value = hour === hours ? 50 : hour % 168 === 0 ? 10 : 3;
      const values = [{ name: 'gauge_of_trouble', labels, labelText: labelText(labels), value }];
      store.append({ timeMs: 1_000_000 + hour * 3_600_000, values });
    }
    const nowMs = 1_000_000 + hours * 3_600_000;
    const alerting = createAlerting({ rules: [ruleOn('Trouble')], store });
    alerting.evaluate(nowMs);
    const id = alerting.alerts()[0]?.id ?? '';
    const usual = explanationOf([alerting], id, nowMs)?.series[0]?.usual;
    // The mean of the two hours around it, of each of the four weeks before: 3 and 10.
    expect(usual).toMatchObject({ weeks: 4 });
    expect(usual?.median).toBeGreaterThan(3);
    expect(usual?.median).toBeLessThanOrEqual(10);
    expect(usual?.awayBy).toBeGreaterThan(3);
    expect(JSON.parse(JSON.stringify(usual))).toEqual(usual);
  });
});

describe('dead letters', () => {
  async function withLetters() {
    const system = await dashboardSystem({ client: { retry: { maxAttempts: 1 } }, dashboard: { tokens: [OPERATOR] } });
    const state = { fails: true, handled: 0 };
    system.client.subscribe('orders.*', () => {
      if (state.fails) throw new Error('no');
      state.handled += 1;
    });
    for (let i = 0; i < 250; i += 1) system.client.publish(i % 5 === 0 ? 'orders.gone' : 'orders.new', i);
    await system.client.flush();
    const act = async <T>(path: string, body: object): Promise<T> =>
      JSON.parse((await post(system.port, path, { store: 'desk:memory', ...body }, auth)).text) as T;
    return { ...system, state, act };
  }

  test('are tried again: one, all of a pattern, all', async () => {
    const { state, act, client, ...system } = await withLetters();
    state.fails = false;
    expect(await act<DeadLettersRetried>('/api/dead-letters/retry', { ids: ['1', 'nothing'] })).toMatchObject({
      retried: 1,
      unknown: 1,
      failedCount: 0,
    });
    expect(await act('/api/dead-letters/retry', { all: true, pattern: 'orders.gone' })).toMatchObject({ retried: 49 });
    expect(await act('/api/dead-letters/retry', { all: true })).toMatchObject({ retried: 200, more: false });
    await client.flush();
    expect(state.handled).toBe(250);
    await system[Symbol.asyncDispose]();
  });

  test('are thrown away; neither ids nor all is no act', async () => {
    const { act, port, ...system } = await withLetters();
    expect((await post(port, '/api/dead-letters/purge', { store: 'desk:memory' }, auth)).status).toBe(400);
    expect((await post(port, '/api/dead-letters/purge', { store: 'desk:other', all: true }, auth)).status).toBe(404);
    expect(await act<DeadLettersPurged>('/api/dead-letters/purge', { ids: ['1', '2'] })).toEqual({
      ok: true,
      purged: 2,
      more: false,
    });
    expect(await act('/api/dead-letters/purge', { all: true })).toMatchObject({ purged: 248 });
    await system[Symbol.asyncDispose]();
  });
});

describe('remedies and decisions', () => {
  test('an open circuit is shown, and closed by an operator', async () => {
    await using system = await dashboardSystem();
    const { monitoring } = system;
    const remedy: Remedy = { name: 'mend', description: 'Mends it.', run: async () => undefined };
    monitoring.add('link', {
      health: () => ({ status: 'down', reason: 'cut', sinceMs: 0 }),
      remedies: () => [remedy],
    });
    const clock = new ManualClock({ startMs: Date.now() });
    const rule = { name: 'mend-link', component: 'link', from: 'down', forMs: 0, remedy: 'mend' } as const;
    const rules = [{ ...rule, settleMs: 1, cooldownMs: 0 }];
    const remediator = new Remediator({ monitoring, rules, clock, enabled: true });
    for (let run = 0; run < 3; run += 1) {
      const step = remediator.step();
      await clock.advance(1_000);
      await step;
    }
    await using server = await serveDashboard({ monitorings: [monitoring], remediator, port: 0 });
    const { port } = server;
    const circuits = async () => (await read<HealthAnswer>(port, '/api/health')).remediation[0]?.circuits;
    const circuit = { rule: 'mend-link', component: 'link' };
    expect(await circuits()).toEqual([{ ...circuit, openUntilMs: expect.any(Number) }]);
    const close = (body: object) => post(port, '/api/remediation/circuit', { bus: 'desk', by: 'otto', ...body });
    const done = await close(circuit);
    expect([done.status, (JSON.parse(done.text) as RemedyRun).entry]).toEqual([
      200,
      expect.objectContaining({ result: 'circuit-closed', by: 'otto', ...circuit }),
    ]);
    expect(await circuits()).toEqual([]);
    expect((await close(circuit)).status).toBe(409);
    expect((await close({ rule: 'mend-link' })).status).toBe(400);
    expect((await close({ ...circuit, bus: 'none' })).status).toBe(404);
  });

  test('a remedy runs by hand, and remediation is enabled', async () => {
    let runs = 0;
    const remedy: Remedy = { name: 'reconnect', description: 'Connects.', run: async () => void (runs += 1) };
    await using system = await dashboardSystem({ monitoring: { parts: { link: { remedies: () => [remedy] } } } });
    const remediator = new Remediator({ monitoring: system.monitoring, rules: [] });
    await using server = await serveDashboard({ monitorings: [system.monitoring], remediator, port: 0 });
    const { port } = server;
    const body = { bus: 'desk', component: 'link', remedy: 'reconnect' };
    // Nobody is logged in: then a name is needed.
    expect((await post(port, '/api/health/remedy', body)).status).toBe(400);
    const { text } = await post(port, '/api/health/remedy', { ...body, by: 'otto' });
    expect((JSON.parse(text) as RemedyRun).entry).toMatchObject({ result: 'done', by: 'otto', remedy: 'reconnect' });
    expect(runs).toBe(1);
    const none = await post(port, '/api/health/remedy', { ...body, remedy: 'pray', by: 'otto' });
    expect(none.status).toBe(409);
    expect((await post(port, '/api/remediation', { bus: 'desk', enabled: true, by: 'otto' })).status).toBe(200);
    expect(remediator.enabled).toBe(true);
    const { remediation } = await read<HealthAnswer>(port, '/api/health');
    expect(remediation[0]).toMatchObject({ enabled: true, entries: [expect.objectContaining({ by: 'otto' })] });
  });

  test('a decision is undone once, and one that is not there is said to be', async () => {
    const decided: ReversibleDecision[] = [
      { id: 'a', atMs: 1, description: 'More workers.', undone: false },
      { id: 'b', atMs: 2, description: 'Fewer workers.', undone: false },
    ];
    const optimizer: Undoable = {
      decisions: () => decided.toReversed(),
      undo: (id) => {
        const at = decided.findIndex((one) => one.id === id);
        decided[at] = { ...(decided[at] as ReversibleDecision), undone: true };
      },
    };
    await using system = await dashboardSystem({ dashboard: { undoable: { optimizer } } });
    const { port } = system;
    const undo = (id: string) =>
      post(port, '/api/optimizer/undo', { bus: 'desk', source: 'optimizer', id, by: 'otto' });
    expect((await undo('a')).status).toBe(200);
    expect((await undo('c')).status).toBe(404);
    const { decisions } = await read<OptimizerAnswer>(port, '/api/optimizer');
    expect(decisions.map(({ id, undone }) => [id, undone])).toEqual([
      ['b', false],
      ['a', true],
    ]);
  });
});
