import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createAlerting } from '../../src/alerting/alerting.ts';
import { HistoryStore } from '../../src/history/history-store.ts';
import { compare, hours, minutes, rate, seconds, series } from '../../src/rules/expressions/build.ts';
import { Desk, ruleOn } from './desk.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'alerts-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

describe('an alert', () => {
  test('is pending, fires after its time, and is over when its rule does not hold any more', async () => {
    const desk = new Desk({ rules: [ruleOn('Full', { forMs: seconds(5) })] });
    desk.set('Full', 3);
    expect(await desk.after(3)).toEqual([]);
    expect(desk.states()).toEqual({ Full: 'pending' });
    expect(await desk.after(4)).toEqual(['desk firing Full/main']);
    expect(desk.alerting.alerts()[0]).toMatchObject({
      state: 'firing',
      value: 3,
      summary: 'Full of main is 3.',
      severity: 'critical',
    });
    desk.set('Full', 0);
    expect(await desk.after(60)).toEqual(['desk resolved Full/main over']);
    expect(desk.states()).toEqual({ Full: 'resolved' });
    desk.set('Full', 1);
    expect(await desk.after(8)).toEqual(['desk firing Full/main']);
  });

  test('that does not hold long enough is never told', async () => {
    const desk = new Desk({ rules: [ruleOn('Full', { forMs: seconds(5) })] });
    desk.set('Full', 1);
    await desk.after(3);
    desk.set('Full', 0);
    expect(await desk.after(3)).toEqual([]);
    expect(desk.alerting.alerts()).toEqual([]);
  });

  test('is kept for a while after its rule held last', async () => {
    const desk = new Desk({ rules: [ruleOn('Full', { keepFiringMs: seconds(5) })] });
    desk.set('Full', 1);
    await desk.after(3);
    desk.set('Full', 0);
    await desk.after(4);
    expect(desk.states()).toEqual({ Full: 'firing' });
    await desk.after(3);
    expect(desk.states()).toEqual({ Full: 'resolved' });
  });

  test('that is acknowledged is not escalated until that runs out; then it fires and escalates again', async () => {
    const escalation = {
      critical: [
        { afterMs: 0, channels: ['desk'] },
        { afterMs: minutes(2), channels: ['lead'] },
      ],
    };
    const desk = new Desk({ rules: [ruleOn('Full')], escalation }, ['desk', 'lead']);
    desk.set('Full', 1);
    expect(await desk.after(2)).toEqual(['desk firing Full/main']);
    const alert = desk.alerting.acknowledge(desk.idOf('Full'), { by: 'ann', note: 'on it', forMs: minutes(5) });
    expect(alert).toMatchObject({ state: 'acknowledged', acknowledgement: { by: 'ann', note: 'on it' } });
    expect(await desk.after(299)).toEqual([]);
    expect(await desk.after(3)).toEqual(['desk firing Full/main']);
    expect(desk.states()).toEqual({ Full: 'firing' });
    expect(await desk.after(120)).toEqual(['lead firing Full/main']);
    const kinds = desk.alerting.audit().map(({ kind, by }) => `${kind} ${by}`.trim());
    expect(kinds.toReversed()).toEqual([
      'firing',
      'notified',
      'acknowledged ann',
      'acknowledgement-ended ann',
      'notified',
      'notified',
    ]);
  });

  test('can be escalated by hand', async () => {
    const escalation = {
      critical: [
        { afterMs: 0, channels: ['desk'] },
        { afterMs: minutes(60), channels: ['lead'] },
      ],
    };
    const desk = new Desk({ rules: [ruleOn('Full')], escalation }, ['desk', 'lead']);
    desk.set('Full', 1);
    await desk.after(2);
    desk.alerting.escalate(desk.idOf('Full'), 'ann');
    expect(await desk.after(1)).toEqual(['lead firing Full/main']);
  });

  test('that is not there or does not fire can be neither acknowledged nor escalated', async () => {
    const desk = new Desk({ rules: [ruleOn('Full', { forMs: minutes(5) })] });
    desk.set('Full', 1);
    await desk.after(1);
    const refused = expect.objectContaining({ code: 'ALERT_REFUSED' });
    expect(() => desk.alerting.acknowledge('none', { by: 'ann' })).toThrow(refused);
    expect(() => desk.alerting.acknowledge(desk.idOf('Full'), { by: 'ann' })).toThrow(refused);
    expect(() => desk.alerting.escalate(desk.idOf('Full'), 'ann')).toThrow(refused);
  });

  test('that is acknowledged for ever is refused, and one for a day is not', async () => {
    const desk = new Desk({ rules: [ruleOn('Full')] });
    desk.set('Full', 1);
    await desk.after(2);
    const id = desk.idOf('Full');
    const refused = expect.objectContaining({ code: 'ALERT_REFUSED', message: expect.stringContaining('24 hours') });
    for (const forMs of [0, -1, Number.NaN, 1e300, hours(24) + 1]) {
      expect(() => desk.alerting.acknowledge(id, { by: 'ann', forMs })).toThrow(refused);
    }
    expect(desk.alerting.acknowledge(id, { by: 'ann', forMs: hours(24) }).state).toBe('acknowledged');
  });

  test('that is pending again for a moment goes back to being over, and its end is told', async () => {
    const desk = new Desk({ rules: [ruleOn('Two', { forMs: seconds(20) })] });
    const lane = (name: string) => ({ bus: 'main', lane: name });
    desk.set('Two', 1, lane('A'));
    desk.set('Two', 1, lane('B'));
    expect(await desk.after(25)).toEqual(['desk firing Two/A,Two/B']);
    desk.set('Two', 0, lane('A'));
    await desk.after(5);
    const [ended] = desk.alerting.alerts().filter(({ state }) => state === 'resolved');
    desk.set('Two', 1, lane('A'));
    await desk.after(10);
    const [pending] = desk.alerting.alerts().filter(({ state }) => state === 'pending');
    expect(pending).toMatchObject({ id: ended?.id, firedAtMs: undefined, resolvedAtMs: undefined });
    desk.set('Two', 0, lane('A'));
    expect(await desk.after(60)).toEqual(['desk firing Two/B,Two/A over']);
    expect(desk.alerting.alerts().find(({ id }) => id === ended?.id)).toEqual(ended);
  });

  test('that is pending for a moment between its beginnings is held as one that is not', async () => {
    const desk = new Desk({ rules: [ruleOn('Flap', { forMs: seconds(10) })] });
    const told: string[] = [];
    for (let i = 0; i < 8; i += 1) {
      for (const [value, forSeconds] of [
        [1, 12],
        [0, 5],
        [1, 3],
        [0, 5],
      ] as const) {
        desk.set('Flap', value);
        told.push(...(await desk.after(forSeconds)));
      }
    }
    expect(told).toHaveLength(5);
    expect(desk.alerting.alerts()[0]).toMatchObject({ state: 'firing', isFlapping: true });
  });

  test('that comes and goes is held, so that it is told once', async () => {
    const desk = new Desk({
      rules: [ruleOn('Full')],
      grouping: { intervalMs: 1_000 },
      damping: { firings: 3, holdMs: minutes(2) },
    });
    const told: string[] = [];
    for (let i = 0; i < 10; i += 1) {
      desk.set('Full', 1);
      told.push(...(await desk.after(5)));
      desk.set('Full', 0);
      told.push(...(await desk.after(5)));
    }
    expect(told).toEqual([
      'desk firing Full/main',
      'desk resolved Full/main over',
      'desk firing Full/main',
      'desk resolved Full/main over',
      'desk firing Full/main',
    ]);
    expect(desk.alerting.alerts()[0]).toMatchObject({ state: 'firing', isFlapping: true });
    expect(await desk.after(120)).toEqual(['desk resolved Full/main over']);
  });
});

describe('telling', () => {
  test('puts alerts of one kind together, and what joins them later into the next telling', async () => {
    const desk = new Desk({ rules: [ruleOn('Full')] });
    desk.set('Full', 1, { bus: 'main', lane: 'HIGH' });
    desk.set('Full', 1, { bus: 'main', lane: 'LOW' });
    desk.set('Full', 1, { bus: 'other', lane: 'HIGH' });
    expect(await desk.after(2)).toEqual(['desk firing Full/HIGH,Full/LOW', 'desk firing Full/HIGH']);
    desk.set('Full', 1, { bus: 'main', lane: 'NORMAL' });
    expect(await desk.after(30)).toEqual([]);
    expect(await desk.after(31)).toEqual(['desk firing Full/HIGH,Full/LOW,Full/NORMAL']);
  });

  test('is repeated after hours', async () => {
    const desk = new Desk({ rules: [ruleOn('Full')], grouping: { repeatMs: minutes(3) } });
    desk.set('Full', 1);
    await desk.after(2);
    expect(await desk.after(360)).toEqual(['desk firing Full/main', 'desk firing Full/main']);
  });

  test('leaves out what another alert of the same bus explains', async () => {
    const rules = [ruleOn('Down'), ruleOn('Slow', { inhibitedBy: ['Down'] })];
    const desk = new Desk({ rules });
    desk.set('Down', 1, { bus: 'main' });
    desk.set('Slow', 1, { bus: 'main' });
    desk.set('Slow', 1, { bus: 'other' });
    expect(await desk.after(2)).toEqual(['desk firing Down/main', 'desk firing Slow/other']);
    const slow = desk.alerting.alerts().filter(({ rule }) => rule === 'Slow');
    expect(slow.map(({ inhibitedBy }) => inhibitedBy)).toEqual(['Down', undefined]);
    desk.set('Down', 0, { bus: 'main' });
    expect(await desk.after(3)).toEqual(['desk resolved Down/main over', 'desk firing Slow/main']);
  });

  test('explains an alert by another one of the same thing alone: not one lane by another', async () => {
    const desk = new Desk({ rules: [ruleOn('Half'), ruleOn('Some', { inhibitedBy: ['Half'] })] });
    desk.set('Half', 1, { bus: 'main', lane: 'LOW' });
    for (const lane of ['LOW', 'CRITICAL']) desk.set('Some', 1, { bus: 'main', lane });
    desk.set('Some', 1, { bus: 'main' });
    expect(await desk.after(2)).toEqual(['desk firing Half/LOW', 'desk firing Some/CRITICAL']);
  });

  test('what is silenced explains nothing, what is acknowledged does', async () => {
    const desk = new Desk({ rules: [ruleOn('Down'), ruleOn('Slow', { inhibitedBy: ['Down'] })] });
    const silence = desk.alerting.silence({
      match: { alertname: 'Down' },
      by: 'ann',
      reason: 'known',
      forMs: minutes(10),
    });
    desk.set('Down', 1);
    desk.set('Slow', 1);
    expect(await desk.after(2)).toEqual(['desk firing Slow/main']);
    desk.alerting.endSilence(silence.id, 'ann');
    desk.alerting.acknowledge(desk.idOf('Down'), { by: 'ann' });
    await desk.after(1);
    expect(desk.alerting.alerts().find(({ rule }) => rule === 'Slow')?.inhibitedBy).toBe('Down');
  });

  test('leaves out what is silenced, until the silence ends by itself', async () => {
    const desk = new Desk({ rules: [ruleOn('Full')] });
    const silence = desk.alerting.silence({ match: { bus: 'main' }, by: 'ann', reason: 'work', forMs: minutes(1) });
    desk.set('Full', 1);
    expect(await desk.after(59)).toEqual([]);
    expect(desk.alerting.alerts()[0]?.silencedBy).toBe(silence.id);
    expect(await desk.after(3)).toEqual(['desk firing Full/main']);
    expect(desk.alerting.silences()).toEqual([]);
    expect(desk.alerting.audit().map(({ kind }) => kind)).toContain('silence-ended');
  });

  test('refuses silences of everything, for ever, or by nobody', () => {
    const { alerting } = new Desk({ rules: [] });
    const good = { match: { bus: 'main' }, by: 'ann', reason: '', forMs: 1 };
    const refused = expect.objectContaining({ code: 'SILENCE_REFUSED' });
    const everything = [
      {},
      { foo: '' },
      { alertname: { not: 'zzz' } },
      { alertname: { not: '' } },
      { alertname: { noneOf: [] } },
      { alertname: { oneOf: [] } },
      { foo: { oneOf: ['', 'a'] } },
    ];
    for (const match of everything) expect(() => alerting.silence({ ...good, match })).toThrow(refused);
    alerting.silence({ ...good, match: { bus: 'main', alertname: { not: 'Watchdog' } } });
    expect(() => alerting.silence({ ...good, forMs: Infinity })).toThrow(refused);
    expect(() => alerting.silence({ ...good, by: '' })).toThrow(refused);
    expect(alerting.endSilence('none', 'ann')).toBe(false);
    expect(alerting.endSilence(alerting.silence(good).id, 'ann')).toBe(true);
  });

  test('follows hours, severities, and the order of the steps', async () => {
    const hour = new Date(1_000_000).getUTCHours();
    const escalation = {
      critical: [{ afterMs: 0, channels: ['desk'] }],
      warning: [
        { afterMs: 0, channels: ['night'], during: { from: (hour + 5) % 24, to: (hour + 6) % 24 } },
        { afterMs: 0, channels: ['day'], during: { from: hour, to: hour + 1 } },
      ],
    };
    const rules = [ruleOn('Bad'), ruleOn('Poor', { severity: 'warning' }), ruleOn('Told', { severity: 'info' })];
    const desk = new Desk({ rules, escalation }, ['desk', 'day', 'night']);
    for (const name of ['Bad', 'Poor', 'Told']) desk.set(name, 1);
    expect(await desk.after(2)).toEqual(['desk firing Bad/main', 'day firing Poor/main']);
  });
});

describe('a step out of its hours', () => {
  const hour = new Date(1_000_000).getUTCHours();
  const inAnHour = { from: (hour + 1) % 24, to: ((hour + 1) % 24) + 1 };
  const policy = { warning: [{ afterMs: 0, channels: ['desk'], during: inAnHour }] };
  const toTheHour = 3_600 - ((1_000_000 / 1_000) % 3_600);

  test('waits for them, and is told once if it still fires', async () => {
    const rules = [ruleOn('Poor', { severity: 'warning' }), ruleOn('Gone', { severity: 'warning' })];
    const desk = new Desk({ rules, escalation: policy });
    desk.set('Poor', 1);
    desk.set('Gone', 1);
    expect(await desk.after(30)).toEqual([]);
    desk.set('Gone', 0);
    expect(await desk.after(toTheHour - 30 - 1)).toEqual([]);
    expect(await desk.after(30)).toEqual(['desk firing Poor/main']);
  });

  test('waits over a restart too', async () => {
    const stateDir = folder();
    const rules = [ruleOn('Poor', { severity: 'warning' })];
    const before = new Desk({ rules, escalation: policy, stateDir });
    before.set('Poor', 1);
    await before.after(5);
    await before.alerting[Symbol.asyncDispose]();
    const after = new Desk({ rules, escalation: policy, stateDir });
    after.nowMs = 1_000_000 + toTheHour * 1_000;
    after.set('Poor', 1);
    expect(await after.after(5)).toEqual(['desk firing Poor/main']);
    await after.alerting[Symbol.asyncDispose]();
  });
});

describe('after a restart', () => {
  test('alerts, acknowledgements, silences and what was told are as they were', async () => {
    const stateDir = folder();
    const rules = [
      ruleOn('Full', { forMs: seconds(5) }),
      ruleOn('Fast', { expression: compare(rate(series('gauge_of_fast'), minutes(1)), '>', 0) }),
      ruleOn('Quiet'),
    ];
    const before = new Desk({ rules, stateDir });
    before.set('Full', 1);
    before.set('Quiet', 1);
    before.alerting.silence({ match: { alertname: 'Quiet' }, by: 'ann', reason: 'known', forMs: minutes(10) });
    for (let i = 0; i < 10; i += 1) {
      before.set('Fast', i);
      await before.after(1);
    }
    before.alerting.acknowledge(before.idOf('Full'), { by: 'ann' });
    await before.after(1);
    await before.alerting[Symbol.asyncDispose]();

    const after = new Desk({ rules, stateDir });
    after.nowMs = before.nowMs + 5_000;
    after.set('Full', 1);
    after.set('Quiet', 1);
    after.set('Fast', 10);
    expect(await after.after(1)).toEqual([]);
    expect(after.states()).toEqual({ Full: 'acknowledged', Fast: 'firing', Quiet: 'firing' });
    expect(after.idOf('Full')).toBe(before.idOf('Full'));
    expect(after.alerting.silences()).toHaveLength(1);
    after.set('Full', 0);
    // Within the minute that its group waits since it was told, counted over the restart.
    expect(await after.after(60)).toContain('desk resolved Full/main over');
    const lines = readFileSync(join(stateDir, 'alerts-audit.jsonl'), 'utf8').trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual(
      expect.arrayContaining(['silenced', 'firing', 'notified', 'acknowledged', 'resolved']),
    );
  });

  test.each([300, 3])('what was pending and is over does not fire, after %i s of its time', async (pendingSeconds) => {
    const stateDir = folder();
    const rules = [ruleOn('Hot', { forMs: seconds(301) })];
    const before = new Desk({ rules, stateDir });
    before.set('Hot', 1);
    await before.after(pendingSeconds);
    await before.alerting[Symbol.asyncDispose]();
    const after = new Desk({ rules, stateDir }, ['desk'], {}, before.nowMs + minutes(10));
    after.set('Hot', 0);
    expect(await after.after(60)).toEqual([]);
    expect(after.alerting.alerts()).toEqual([]);
    await after.alerting[Symbol.asyncDispose]();
  });

  test('of what was pending the time in which nobody looked does not count', async () => {
    const stateDir = folder();
    const rules = [ruleOn('Hot', { forMs: seconds(300) })];
    const before = new Desk({ rules, stateDir });
    before.set('Hot', 1);
    await before.after(200);
    await before.alerting[Symbol.asyncDispose]();
    const after = new Desk({ rules, stateDir }, ['desk'], {}, before.nowMs + minutes(60));
    after.set('Hot', 1);
    expect(await after.after(95)).toEqual([]);
    expect(after.states()).toEqual({ Hot: 'pending' });
    expect(await after.after(15)).toEqual(['desk firing Hot/main']);
    await after.alerting[Symbol.asyncDispose]();
  });

  test.each([
    '{"version":1,"records":',
    '{"version":1,"records":[]}',
    '{"version":2,"records":[]}',
    '{"version":2,"records":[null],"tracked":{},"silences":[],"groups":[]}',
    '{"version":2,"savedAtMs":1,"checksum":"","state":{"records":[null]}}',
    'null',
  ])('a state that cannot be read is put aside, and nothing else is lost: %s', async (text) => {
    const stateDir = folder();
    writeFileSync(join(stateDir, 'alerts.json'), text);
    const desk = new Desk({ rules: [ruleOn('Full')], stateDir });
    desk.set('Full', 1);
    expect(await desk.after(2)).toEqual(['desk firing Full/main']);
    const aside = readdirSync(stateDir).filter((name) => /^alerts\..+\.json$/u.test(name));
    expect(aside.map((name) => readFileSync(join(stateDir, name), 'utf8'))).toEqual([text]);
    await desk.alerting[Symbol.asyncDispose]();
    const next = new Desk({ rules: [ruleOn('Full')], stateDir });
    expect(next.states()).toEqual({ Full: 'firing' });
    await next.alerting[Symbol.asyncDispose]();
  });

  test('a folder belongs to one at a time, beside the history of the same process, and what a dead process left is taken over', async () => {
    const stateDir = folder();
    await using history = await HistoryStore.open({ stateDir });
    const first = createAlerting({ stateDir, store: history });
    expect(() => createAlerting({ stateDir })).toThrow(expect.objectContaining({ code: 'STATE_UNUSABLE' }));
    await first[Symbol.asyncDispose]();
    writeFileSync(join(stateDir, 'alerts.lock'), '4194303 1');
    const second = createAlerting({ stateDir });
    await second[Symbol.asyncDispose]();
    expect(readFileSync(join(stateDir, 'alerts.lock'), 'utf8')).toBe('');
  });

  test('another process does not get the folder', async () => {
    const stateDir = folder();
    await using alerting = createAlerting({ stateDir });
    alerting.evaluate();
    const script = `
      import { createAlerting } from '@tradewind/monitoring';
      try { createAlerting({ stateDir: process.argv[1] }); console.log('accepted'); }
      catch (error) { console.log(error.code); }`;
    const flags = ['--conditions=@tradewind/source', '--input-type=module', '--eval', script, stateDir];
    const cwd = join(import.meta.dirname, '../..');
    const { stdout, stderr } = spawnSync(process.execPath, flags, { cwd, encoding: 'utf8' });
    expect([stdout.trim(), stderr]).toEqual(['STATE_UNUSABLE', '']);
  });

  test('a folder that cannot be made is refused', () => {
    const path = join(folder(), 'file');
    writeFileSync(path, '');
    expect(() => createAlerting({ stateDir: path })).toThrow(expect.objectContaining({ code: 'STATE_UNUSABLE' }));
  });
});

describe('the engine', () => {
  test('says which rules have their series, and takes none that cannot be', async () => {
    const desk = new Desk({ rules: [ruleOn('Full'), ruleOn('Away')] });
    desk.set('Full', 0);
    await desk.after(1);
    expect(desk.alerting.rules().map(({ name }) => name)).toEqual(['Full']);
  });

  test('leaves a rule that fails as it is, says so, and goes on with the others', async () => {
    const ambiguous = compare(series('gauge_of_full'), '>', series('gauge_of_full'), { on: ['bus'] });
    const desk = new Desk({ rules: [ruleOn('Broken', { expression: ambiguous }), ruleOn('Full')] });
    desk.set('Full', 1, { bus: 'main', lane: 'HIGH' });
    desk.set('Full', 1, { bus: 'main', lane: 'LOW' });
    expect(await desk.after(2)).toEqual(['desk firing Full/HIGH,Full/LOW']);
    expect(desk.alerting.health()).toMatchObject({ status: 'degraded', reason: 'cannot evaluate Broken' });
    desk.set('Full', Number.NaN, { bus: 'main', lane: 'LOW' });
    await desk.after(1);
    expect(desk.alerting.health().status).toBe('up');
  });

  test('says that it is blind while the clock is behind its newest scrape', async () => {
    const warned: unknown[] = [];
    const nothing = (): void => undefined;
    const logger = {
      debug: nothing,
      info: nothing,
      error: nothing,
      warn: (fields: object) => void warned.push(fields),
    };
    const desk = new Desk({ rules: [ruleOn('Full')], logger });
    desk.set('Full', 0);
    await desk.after(60);
    desk.nowMs -= minutes(2);
    await desk.after(60);
    const reason = 'the clock is behind the newest scrape: nothing is kept';
    expect(desk.alerting.health()).toMatchObject({ status: 'degraded', reason });
    expect(warned).toEqual([{ event: 'monitoring.store-degraded', reason }]);
    desk.nowMs += minutes(2);
    await desk.after(1);
    expect(desk.alerting.health().status).toBe('up');
  });

  test('refuses options that cannot be', () => {
    const channel = new Desk({ rules: [] }).channel('a');
    const invalid = expect.objectContaining({ code: 'INVALID_OPTIONS' });
    expect(() => createAlerting({ intervalMs: 1 })).toThrow(invalid);
    for (const retry of [{ attempts: 0 }, { timeoutMs: Number.NaN }, { pauseMs: 0 }, { closeMs: -1 }]) {
      expect(() => createAlerting({ retry })).toThrow(invalid);
    }
    expect(() => createAlerting({ channels: [channel, channel] })).toThrow(invalid);
    expect(() => createAlerting({ channels: [{ ...channel, second: 'b' }] })).toThrow(invalid);
    expect(() => createAlerting({ rules: [ruleOn('A'), ruleOn('A')] })).toThrow(invalid);
    expect(() =>
      createAlerting({ channels: [channel], escalation: { critical: [{ afterMs: 0, channels: ['b'] }] } }),
    ).toThrow(invalid);
  });
});
