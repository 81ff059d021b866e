import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { AlertingOptions } from '../../src/alerting/options.ts';
import { minutes } from '../../src/rules/expressions/build.ts';
import { Desk, ruleOn } from './desk.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'untold-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A warning, of which a channel is told once. */
const POOR = ruleOn('Poor', { severity: 'warning' });
const FULL = ruleOn('Full');

/** A desk whose rule holds, and whose channel is down for some seconds. */
async function afterOutage(seconds: number): Promise<Desk> {
  const desk = new Desk({ rules: [POOR] });
  desk.set('Poor', 1);
  desk.down.add('desk');
  expect(await desk.after(seconds)).toEqual([]);
  desk.down.clear();
  return desk;
}

function kindsOf(desk: Desk): readonly string[] {
  return desk.alerting
    .audit()
    .map(({ kind }) => kind)
    .toReversed();
}

describe('what nobody took', () => {
  test('is told soon after a short outage, and once', async () => {
    const desk = await afterOutage(5);
    expect(await desk.after(5)).toEqual(['desk firing Poor/main']);
    expect(await desk.after(600)).toEqual([]);
    expect(kindsOf(desk)).toEqual(['firing', 'not-notified', 'notified']);
  });

  test('is tried again after pauses that grow to five minutes, and the alerting is degraded meanwhile', async () => {
    const desk = await afterOutage(3_600);
    // After 5, 10, 20, 40, 80, 160 s and then every 300 s; the first with four attempts, the others with one.
    expect(desk.tries['desk']).toBe(4 + 6 + 10);
    expect(desk.alerting.health()).toMatchObject({
      status: 'degraded',
      reason: 'nobody takes 1 notifications, which are tried again',
    });
    expect(await desk.after(300)).toEqual(['desk firing Poor/main']);
    expect(await desk.after(1)).toEqual([]);
    expect(desk.alerting.health().status).toBe('up');
    expect(kindsOf(desk)).toEqual(['firing', 'not-notified', 'notified']);
  });

  test('is told as it is then, with what joined meanwhile', async () => {
    const desk = await afterOutage(5);
    desk.set('Poor', 1, { bus: 'main', lane: 'LOW' });
    expect(await desk.after(10)).toEqual(['desk firing Poor/main,Poor/LOW']);
  });

  test('is told when it is over too', async () => {
    const desk = new Desk({ rules: [POOR] });
    desk.set('Poor', 1);
    expect(await desk.after(5)).toEqual(['desk firing Poor/main']);
    desk.set('Poor', 0);
    desk.down.add('desk');
    await desk.after(60);
    desk.down.clear();
    expect(await desk.after(60)).toEqual(['desk resolved Poor/main over']);
    expect(await desk.after(600)).toEqual([]);
  });

  test('and is over before anybody took it is told to nobody, and the trail says why', async () => {
    const desk = await afterOutage(5);
    desk.set('Poor', 0);
    desk.down.add('desk');
    await desk.after(1);
    desk.down.clear();
    expect(await desk.after(60)).toEqual([]);
    expect(desk.alerting.audit().find(({ kind }) => kind === 'never-notified')).toMatchObject({
      subject: 'desk',
      detail: 'desk: Poor main: it was over before a channel took it',
    });
    expect(desk.alerting.health().status).toBe('up');
    desk.set('Poor', 1);
    expect(await desk.after(2)).toEqual(['desk firing Poor/main']);
  });

  test('keeps nobody else from being told', async () => {
    const escalation = {
      critical: [
        { afterMs: 0, channels: ['desk'] },
        { afterMs: minutes(5), channels: ['lead'] },
      ],
    };
    const desk = new Desk({ rules: [FULL], escalation }, ['desk', 'lead']);
    desk.set('Full', 1);
    desk.down.add('desk');
    expect(await desk.after(299)).toEqual([]);
    expect(await desk.after(5)).toEqual(['lead firing Full/main']);
    desk.down.clear();
    expect(await desk.after(300)).toEqual(['desk firing Full/main']);
  });

  test('counts as told where the second took it', async () => {
    const escalation = { critical: [{ afterMs: 0, channels: ['desk'] }] };
    const desk = new Desk({ rules: [FULL], escalation }, ['desk', 'phone'], { desk: 'phone' });
    desk.down.add('desk');
    desk.set('Full', 1);
    expect(await desk.after(900)).toEqual(['phone firing Full/main']);
    desk.set('Full', 0);
    expect(await desk.after(900)).toEqual(['phone resolved Full/main over']);
  });

  test('waits while it is silenced, and is told when the silence is over', async () => {
    const desk = await afterOutage(2);
    desk.alerting.silence({ match: { bus: 'main' }, by: 'ann', reason: 'work', forMs: minutes(5) });
    expect(await desk.after(299)).toEqual([]);
    expect(await desk.after(2)).toEqual(['desk firing Poor/main']);
  });

  test('and is silenced is no ailment of the alerting, until it is tried and refused again', async () => {
    const desk = await afterOutage(5);
    desk.down.add('desk');
    desk.alerting.silence({ match: { bus: 'main' }, by: 'ann', reason: 'work', forMs: minutes(5) });
    expect(desk.alerting.health().status).toBe('degraded');
    await desk.after(1);
    expect(desk.alerting.health().status).toBe('up');
    await desk.after(305);
    expect(desk.alerting.health().status).toBe('degraded');
    desk.down.clear();
    expect(await desk.after(60)).toEqual(['desk firing Poor/main']);
    expect(desk.alerting.health().status).toBe('up');
  });

  test('of what was told before it was silenced the end is told, also where others of its group were told meanwhile', async () => {
    const desk = new Desk({ rules: [POOR] });
    desk.set('Poor', 1, { bus: 'main', lane: 'LOW' });
    expect(await desk.after(2)).toEqual(['desk firing Poor/LOW']);
    desk.alerting.silence({ match: { lane: 'LOW' }, by: 'ann', reason: 'work', forMs: minutes(30) });
    desk.set('Poor', 1, { bus: 'main', lane: 'HIGH' });
    expect(await desk.after(65)).toEqual(['desk firing Poor/HIGH']);
    desk.set('Poor', 0, { bus: 'main', lane: 'LOW' });
    expect(await desk.after(65)).toEqual(['desk firing Poor/HIGH,Poor/LOW over']);
  });
});

/** A desk that goes on with the state that another one has on disk now, as after `kill -9`. */
function afterCrash(before: Desk, stateDir: string, options: AlertingOptions): Desk {
  const copy = folder();
  cpSync(join(stateDir, 'alerts.json'), join(copy, 'alerts.json'));
  const after = new Desk({ stateDir: copy, ...options });
  after.nowMs = before.nowMs + 2_000;
  return after;
}

describe('over a restart', () => {
  test('what was under way is told again at once', async () => {
    const stateDir = folder();
    const hanging = { name: 'desk', notifier: { notify: () => new Promise<void>(() => undefined) } };
    const before = new Desk({ rules: [FULL], stateDir, channels: [hanging], retry: { closeMs: 1 } });
    before.set('Full', 1);
    for (let i = 0; i < 3; i += 1) await before.tick();
    const after = afterCrash(before, stateDir, { rules: [FULL] });
    after.set('Full', 1);
    expect(await after.after(1)).toEqual(['desk firing Full/main']);
    expect(await after.after(600)).toEqual([]);
    await before.alerting[Symbol.asyncDispose]();
  });

  test('what nobody took is told, also that it is over', async () => {
    const stateDir = folder();
    const before = new Desk({ rules: [POOR], stateDir });
    before.set('Poor', 1);
    expect(await before.after(2)).toEqual(['desk firing Poor/main']);
    before.set('Poor', 0);
    before.down.add('desk');
    await before.after(30);
    const after = afterCrash(before, stateDir, { rules: [POOR] });
    after.set('Poor', 0);
    expect(await after.after(60)).toEqual(['desk resolved Poor/main over']);
  });

  test('what is to be told over a channel that is not there any more is dropped, and the trail says so', async () => {
    const stateDir = folder();
    const before = new Desk({ rules: [POOR], stateDir });
    before.set('Poor', 1);
    before.down.add('desk');
    await before.after(3);
    const after = afterCrash(before, stateDir, { rules: [POOR], channels: [] });
    after.set('Poor', 1);
    await after.after(2);
    expect(after.alerting.audit().map(({ detail }) => detail)).toContain(
      'desk: Poor main: there is no such channel any more',
    );
  });

  test('a channel that was renamed is told of what fires still, again as the escalation has it, and of its end', async () => {
    const stateDir = folder();
    const before = new Desk({ rules: [FULL], stateDir });
    before.set('Full', 1);
    expect(await before.after(1_000)).toEqual(['desk firing Full/main', 'desk firing Full/main']);
    await before.alerting[Symbol.asyncDispose]();
    const after = new Desk({ rules: [FULL], stateDir }, ['ops'], {}, before.nowMs + 5_000);
    after.set('Full', 1);
    expect(await after.after(5)).toEqual(['ops firing Full/main']);
    expect(await after.after(1_000)).toEqual(['ops firing Full/main']);
    after.set('Full', 0);
    expect(await after.after(60)).toEqual(['ops resolved Full/main over']);
    await after.alerting[Symbol.asyncDispose]();
  });
});

describe('a notifier that ignores its signal', () => {
  test('is left after its time: the second is told, it counts as failed, and the end of the alerting ends', async () => {
    const notifier = { notify: () => new Promise<void>(() => undefined) };
    const escalation = { critical: [{ afterMs: 0, channels: ['desk'] }] };
    const told: string[] = [];
    const phone = { name: 'phone', notifier: { notify: async () => void told.push('phone') } };
    const channels = [{ name: 'desk', notifier, second: 'phone' }, phone];
    const desk = new Desk({ rules: [FULL], channels, escalation, retry: { timeoutMs: 20 } });
    desk.set('Full', 1);
    await desk.after(2);
    expect(told).toEqual(['phone']);
    const counts: Record<string, number> = {};
    const nothing = (): void => undefined;
    const counter = (name: string, value: number, labels: object = {}): void => {
      counts[[name, ...Object.values(labels)].join(' ')] = value;
    };
    desk.alerting.collect({ describe: nothing, gauge: nothing, histogram: nothing, counter });
    expect(counts).toMatchObject({ 'tradewind_notifications_total desk failed': 1 });
    await desk.alerting[Symbol.asyncDispose]();
  });
});

describe('the end of the alerting', () => {
  test('has a deadline for all that waits, says how much is not told, and the next process tells it', async () => {
    const stateDir = folder();
    const rules = Array.from({ length: 60 }, (_, at) => ruleOn(`Rule${at}`));
    let calls = 0;
    const notify = (): Promise<void> => {
      calls += 1;
      return new Promise(() => undefined);
    };
    const warned: unknown[] = [];
    const nothing = (): void => undefined;
    const logger = {
      debug: nothing,
      info: nothing,
      error: nothing,
      warn: (fields: object) => void warned.push(fields),
    };
    const retry = { timeoutMs: 3_600_000, closeMs: 20 };
    const before = new Desk({ rules, stateDir, channels: [{ name: 'desk', notifier: { notify } }], retry, logger });
    for (const { name } of rules) before.set(name, 1);
    for (let i = 0; i < 3; i += 1) await before.tick();
    await before.alerting[Symbol.asyncDispose]();
    // Each would have had an hour.
    expect(calls).toBe(1);
    expect(warned).toContainEqual({ event: 'monitoring.untold', owed: 60 });
    const after = new Desk({ rules, stateDir });
    after.nowMs = before.nowMs + 10_000;
    for (const { name } of rules) after.set(name, 1);
    expect(await after.after(10)).toHaveLength(60);
    await after.alerting[Symbol.asyncDispose]();
  });
});
