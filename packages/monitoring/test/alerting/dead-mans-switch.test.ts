import { silentLogger, type LogFields } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { ALERT_RULES } from '../../src/rules/rules.ts';
import { alertmanagerFile } from '../../scripts/output/alertmanager-file.ts';
import { createAlerting, type Notification } from '../../src/index.ts';
import { Desk, ruleOn } from './desk.ts';

const WATCHDOG_RULES = ALERT_RULES.filter(({ name }) => name === 'TradewindWatchdog');

test('is told every minute that the watchdog fires, and nobody else is', async () => {
  const beats: Notification[] = [];
  const notifier = { notify: async (notification: Notification) => void beats.push(notification) };
  const rules = [...WATCHDOG_RULES, ruleOn('Told', { severity: 'info' })];
  const desk = new Desk({ rules, watchdog: { notifier } });
  desk.set('Told', 1);
  expect(await desk.after(600)).toEqual([]);
  expect(beats).toHaveLength(10);
  expect(beats[0]).toMatchObject({ status: 'firing', alerts: [{ rule: 'TradewindWatchdog' }] });
  const between = beats.slice(1).map(({ atMs }, at) => atMs - (beats[at]?.atMs ?? 0));
  expect(new Set(between)).toEqual(new Set([60_000]));
  // Neither a silence of everything that is told for information nor a look at the alert stops it.
  desk.alerting.silence({ match: { severity: 'info' }, by: 'me', reason: 'a test', forMs: 3_600_000 });
  await desk.after(120);
  expect(beats).toHaveLength(12);
});

test('is tried again at the next beat, and counted and logged when it does not answer', async () => {
  const lines: LogFields[] = [];
  let isOpen = false;
  const notifier = { notify: () => (isOpen ? Promise.resolve() : Promise.reject(new Error('closed'))) };
  const logger = { ...silentLogger, warn: (fields: LogFields) => void lines.push(fields) };
  const desk = new Desk({ rules: WATCHDOG_RULES, logger, watchdog: { notifier, everyMs: 1_000 } });
  await desk.after(3);
  isOpen = true;
  await desk.after(2);
  const counted: unknown[] = [];
  const counter = (_name: string, value: number, labels: object = {}): void => void counted.push([value, labels]);
  desk.alerting.collect({ describe: () => undefined, counter, gauge: () => undefined, histogram: () => undefined });
  expect(counted).toContainEqual([2, { channel: 'watchdog', outcome: 'sent' }]);
  expect(counted).toContainEqual([3, { channel: 'watchdog', outcome: 'failed' }]);
  expect(lines.filter(({ event }) => event === 'monitoring.watchdog-not-told')).toHaveLength(1);
});

test('needs the watchdog among the rules, and its name', () => {
  const notifier = { notify: () => Promise.resolve() };
  expect(() => createAlerting({ rules: [ruleOn('Bad')], watchdog: { notifier } })).toThrow('TradewindWatchdog');
  expect(() => createAlerting({ watchdog: { notifier, everyMs: 10 } })).toThrow('watchdog.everyMs');
  expect(() => createAlerting({ channels: [{ name: 'watchdog', notifier }], watchdog: { notifier } })).toThrow(
    'channels',
  );
});

test('has a route of its own in the example for an Alertmanager, before what is told to nobody', () => {
  const { text } = alertmanagerFile(ALERT_RULES);
  const routes = text.slice(text.indexOf('routes:'), text.indexOf('receivers:'));
  expect(routes).toMatch(
    /receiver: dead-mans-switch\s+matchers:\s+- alertname="TradewindWatchdog"\s+group_wait: 0s\s+group_interval: 1m\s+repeat_interval: 50s\s+- receiver: nobody/u,
  );
});

test('is no second of a channel, and an empty table of rules has no watchdog', () => {
  const notifier = { notify: async () => undefined };
  const desk = { name: 'desk', notifier, second: 'watchdog' };
  expect(() => createAlerting({ channels: [desk], watchdog: { notifier } })).toThrow('channels.desk.second');
  expect(() => createAlerting({ rules: [], watchdog: { notifier } })).toThrow('TradewindWatchdog');
});
