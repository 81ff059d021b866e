import { expect, test } from 'vitest';
import type { Alert } from '../../src/alerting/alert.ts';
import { AlertmanagerFeed } from '../../src/alerting/alertmanager-feed.ts';
import type { Notification } from '../../src/notifying/notification.ts';

const ALERT: Alert = {
  id: 'a',
  rule: 'Full',
  severity: 'critical',
  state: 'firing',
  labels: { alertname: 'Full' },
  summary: '',
  value: 1,
  activeAtMs: 0,
  firedAtMs: 0,
  resolvedAtMs: undefined,
  acknowledgement: undefined,
  silencedBy: undefined,
  inhibitedBy: undefined,
  isFlapping: false,
  escalations: 0,
  runbook: '',
};

/** A feed of two Alertmanagers, of which one takes what it gets, and a time in seconds that is set by hand. */
class Managers {
  nowMs = 0;
  readonly down = new Set<string>();
  /** As `second manager status id,id`. */
  readonly sent: string[] = [];
  readonly failures: number[] = [];
  readonly #feed = new AlertmanagerFeed({
    channels: ['one', 'two'],
    now: () => this.nowMs,
    delivery: {
      send: ({ status, alerts }: Notification, channel, ended) => {
        const ids = alerts.map(({ id, state }) => (state === 'resolved' ? `${id} over` : id)).join(',');
        this.sent.push(`${this.nowMs / 1_000} ${channel} ${status} ${ids}`);
        const isDown = this.down.has(channel);
        queueMicrotask(() =>
          ended({
            takenBy: isDown ? undefined : channel,
            failures: isDown ? [{ channel, error: new Error('down') }] : [],
          }),
        );
      },
    },
    ended: (_notification, { takenBy }, failures) => {
      if (takenBy === undefined) this.failures.push(failures);
    },
  });

  /** Looks every second. @returns What was sent. */
  async after(seconds: number, ...ids: readonly string[]): Promise<readonly string[]> {
    const before = this.sent.length;
    for (let i = 0; i < seconds; i += 1) {
      this.nowMs += 1_000;
      this.#feed.update(
        ids.map((id) => ({ ...ALERT, id })),
        this.nowMs,
      );
      await Promise.resolve();
    }
    return this.sent.slice(before);
  }
}

test('an Alertmanager gets everything every 30 s, and at once what changed', async () => {
  const managers = new Managers();
  managers.down.add('two');
  const one = (sent: readonly string[]): readonly string[] => sent.filter((line) => line.includes(' one '));
  expect(one(await managers.after(10, 'a'))).toEqual(['1 one firing a']);
  expect(one(await managers.after(25, 'a'))).toEqual(['31 one firing a']);
  expect(one(await managers.after(5, 'b'))).toEqual(['36 one firing b,a over']);
  expect(one(await managers.after(10))).toEqual(['41 one resolved b over']);
  expect(one(await managers.after(60))).toEqual([]);
});

test('what one does not take it gets again, after pauses that grow to 30 s, with the end of what it may have heard of', async () => {
  const managers = new Managers();
  managers.down.add('two');
  const two = (sent: readonly string[]): readonly string[] => sent.filter((line) => line.includes(' two '));
  expect(two(await managers.after(100, 'a')).map((line) => line.split(' ')[0])).toEqual([
    '1',
    '6',
    '16',
    '36',
    '66',
    '96',
  ]);
  expect(managers.failures).toEqual([0, 1, 2, 3, 4, 5]);
  expect(two(await managers.after(60))).toEqual(['126 two resolved a over', '156 two resolved a over']);
  managers.down.clear();
  expect(two(await managers.after(60))).toEqual(['186 two resolved a over']);
});
