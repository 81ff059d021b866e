import { systemClock } from '@tradewind/core-types';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Alert } from '../../src/alerting/alert.ts';
import { alertmanagerNotifier } from '../../src/notifying/alertmanager-notifier.ts';
import { DEFAULT_RETRY, Delivery, type Outcome } from '../../src/notifying/delivery.ts';
import { logNotifier } from '../../src/notifying/log-notifier.ts';
import type { Notification } from '../../src/notifying/notification.ts';
import { slackNotifier } from '../../src/notifying/slack-notifier.ts';
import { webhookNotifier } from '../../src/notifying/webhook-notifier.ts';
import { Desk, ruleOn } from '../alerting/desk.ts';

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that writes down what it gets and answers as it is told; 0: not at all. */
async function receiver(
  answers: readonly number[] = [],
): Promise<{ readonly url: string; readonly received: Received[] }> {
  const received: Received[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      const status = answers[received.length] ?? 200;
      received.push({ path: request.url ?? '', headers: request.headers, body });
      if (status > 0) response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

const alert: Alert = {
  id: '0123456789abcdef',
  rule: 'TradewindLaneFull',
  severity: 'critical',
  state: 'firing',
  labels: { alertname: 'TradewindLaneFull', severity: 'critical', bus: 'main' },
  summary: 'The lane <LOW> of main is full.',
  value: 1,
  activeAtMs: 1_000_000,
  firedAtMs: 1_030_000,
  resolvedAtMs: undefined,
  acknowledgement: undefined,
  silencedBy: undefined,
  inhibitedBy: undefined,
  isFlapping: false,
  escalations: 1,
  runbook: 'docs/runbooks/tradewind-lane-full.md',
};
const notification: Notification = {
  status: 'firing',
  groupKey: 'k',
  groupLabels: { alertname: 'TradewindLaneFull', bus: 'main' },
  alerts: [alert, { ...alert, state: 'resolved', resolvedAtMs: 1_060_000 }],
  atMs: 1_060_000,
};
const signal = AbortSignal.timeout(60_000);

test('a webhook gets JSON, with the headers that were given and signed where there is a secret', async () => {
  const { url, received } = await receiver();
  await webhookNotifier({ url: `${url}/hook?a=1`, headers: { authorization: 'Bearer t' }, secret: 's' }).notify(
    notification,
    signal,
  );
  const [{ path, headers, body } = { path: '', headers: {}, body: '' }] = received;
  expect(path).toBe('/hook?a=1');
  expect(headers).toMatchObject({ 'content-type': 'application/json', authorization: 'Bearer t' });
  expect(headers['x-tradewind-signature']).toBe(`sha256=${createHmac('sha256', 's').update(body).digest('hex')}`);
  expect(JSON.parse(body)).toMatchObject({
    version: 1,
    status: 'firing',
    alerts: [{ rule: 'TradewindLaneFull' }, { state: 'resolved' }],
  });
});

test('a name and a password in an address become a header, with what is escaped in them', async () => {
  const { url, received } = await receiver();
  const address = url.replace('http://', 'http://ann:a%40b@');
  await webhookNotifier({ url: address }).notify(notification, signal);
  await slackNotifier({ url: address }).notify(notification, signal);
  await alertmanagerNotifier({ url: `${address}/prefix/` }).notify(notification, signal);
  await webhookNotifier({ url: address, headers: { authorization: 'Bearer t' } }).notify(notification, signal);
  const basic = `Basic ${Buffer.from('ann:a@b').toString('base64')}`;
  expect(received.map(({ headers }) => headers.authorization)).toEqual([basic, basic, basic, 'Bearer t']);
  expect(received[2]?.path).toBe('/prefix/api/v2/alerts');
});

test('an alert says where its runbook is, below the base that was given', async () => {
  const base = 'https://wiki.example/runbooks';
  const desk = new Desk({ rules: [ruleOn('TooFull')], runbookBase: base });
  desk.set('TooFull', 1);
  await desk.after(2);
  expect(desk.told[0]?.notification.alerts[0]?.runbook).toBe(`${base}/too-full.md`);
  const plain = new Desk({ rules: [ruleOn('TooFull')] });
  plain.set('TooFull', 1);
  await plain.after(2);
  expect(plain.alerting.alerts()[0]?.runbook).toBe('docs/runbooks/too-full.md');
});

test('Slack gets a text and an attachment for each alert, in which nothing becomes a link', async () => {
  const { url, received } = await receiver();
  const many = Array.from({ length: 23 }, () => alert);
  await slackNotifier({ url }).notify({ ...notification, alerts: many }, signal);
  const { text, attachments } = JSON.parse(received[0]?.body ?? '{}') as {
    text: string;
    attachments: { color: string; text: string }[];
  };
  expect(text).toBe('23 firing: TradewindLaneFull (main) (3 more are not shown)');
  expect(attachments).toHaveLength(20);
  expect(attachments[0]).toMatchObject({ color: 'danger' });
  expect(attachments[0]?.text).toContain('The lane &lt;LOW&gt; of main is full.');
});

test('an Alertmanager gets its API v2, with an end for what is over and one in five minutes for what fires', async () => {
  const { url, received } = await receiver();
  await alertmanagerNotifier({ url }).notify(notification, signal);
  expect(received[0]?.path).toBe('/api/v2/alerts');
  expect(JSON.parse(received[0]?.body ?? '')).toEqual([
    expect.objectContaining({
      labels: alert.labels,
      startsAt: '1970-01-01T00:16:40.000Z',
      endsAt: '1970-01-01T00:22:40.000Z',
    }),
    expect.objectContaining({ endsAt: '1970-01-01T00:17:40.000Z' }),
  ]);
});

test('a log gets a line for each group, at the level of its worst alert', async () => {
  const lines: string[] = [];
  const at =
    (level: string) =>
    ({ event }: { readonly event: string }, message: string) =>
      void lines.push(`${level} ${event} ${message}`);
  const log = logNotifier({ debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') });
  await log.notify(notification, signal);
  await log.notify({ ...notification, alerts: [{ ...alert, severity: 'warning' }] }, signal);
  await log.notify({ ...notification, status: 'resolved', alerts: [{ ...alert, state: 'resolved' }] }, signal);
  expect(lines).toEqual([
    'error monitoring.alert-firing 1 firing, 1 resolved: TradewindLaneFull (main)',
    'warn monitoring.alert-firing 1 firing: TradewindLaneFull (main)',
    'info monitoring.alert-resolved 1 resolved: TradewindLaneFull (main)',
  ]);
});

test('what is not taken rejects, and says where without what is secret in the address', async () => {
  const { url, received } = await receiver([500, 302, 0]);
  const hook = webhookNotifier({ url: `${url}/hook?token=secret` });
  for (const came of ['status 500', 'no connection']) {
    const failure: unknown = await hook.notify(notification, signal).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'NOT_NOTIFIED', message: expect.stringContaining(came) });
    expect((failure as Error).message).not.toContain('secret');
  }
  await expect(hook.notify(notification, AbortSignal.timeout(50))).rejects.toMatchObject({
    message: expect.stringContaining('no answer in time'),
  });
  expect(received.length).toBeGreaterThanOrEqual(2);
});

/** A desk with two channels to servers. */
async function deskOf(first: readonly number[], second: readonly number[]) {
  const [one, two] = [await receiver(first), await receiver(second)];
  const desk = new Desk({
    rules: [ruleOn('Full')],
    channels: [
      { name: 'first', notifier: webhookNotifier({ url: one.url }), second: 'second' },
      { name: 'second', notifier: webhookNotifier({ url: two.url }) },
    ],
    escalation: { critical: [{ afterMs: 0, channels: ['first'] }] },
  });
  desk.set('Full', 1);
  await desk.after(2);
  const counts: Record<string, number> = {};
  desk.alerting.collect({
    describe: () => undefined,
    histogram: () => undefined,
    gauge: () => undefined,
    counter: (name, value, labels) =>
      (counts[`${name.slice('tradewind_notification'.length)} ${Object.values(labels ?? {}).join(' ')}`] = value),
  });
  return { one, two, counts, desk };
}

test('a channel that fails is tried again, and the second is left in peace when it then works', async () => {
  const { one, two, counts } = await deskOf([500, 503], []);
  expect(one.received).toHaveLength(3);
  expect(two.received).toHaveLength(0);
  expect(counts).toMatchObject({ 's_total first sent': 1, 's_total first failed': 0, '_retries_total first': 2 });
});

test('a channel that fails after all attempts is followed by the second, and counted', async () => {
  const { one, two, counts, desk } = await deskOf([500, 500, 500, 500], []);
  expect(one.received).toHaveLength(4);
  expect(two.received).toHaveLength(1);
  expect(counts).toMatchObject({ 's_total first failed': 1, 's_total second sent': 1, 's_second_total second': 1 });
  expect(
    desk.alerting
      .audit()
      .map(({ kind }) => kind)
      .toReversed(),
  ).toEqual(['firing', 'not-notified', 'notified']);
});

test('what is to be told just when a channel has become idle does not wait for what comes after it', async () => {
  for (let steps = 0; steps < 20; steps += 1) {
    const told: number[] = [];
    const notifier = { notify: async ({ atMs }: Notification) => void told.push(atMs) };
    const delivery = new Delivery({
      channels: [{ name: 'desk', notifier }],
      retry: DEFAULT_RETRY,
      clock: systemClock,
    });
    const ended: Outcome[] = [];
    delivery.send({ ...notification, atMs: 1 }, 'desk', (outcome) => ended.push(outcome));
    for (let step = 0; step < steps; step += 1) await Promise.resolve();
    delivery.send({ ...notification, atMs: 2 }, 'desk', (outcome) => ended.push(outcome));
    await delivery.idle();
    expect(told).toEqual([1, 2]);
    expect(ended.map(({ takenBy }) => takenBy)).toEqual(['desk', 'desk']);
  }
});
