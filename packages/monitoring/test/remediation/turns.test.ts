import { ManualClock } from '@tradewind/core/testing';
import { describe, expect, test } from 'vitest';
import {
  Remediator,
  RemedyLock,
  createAlerting,
  createMonitoring,
  type RemediationRule,
  type RemediatorOptions,
} from '../../src/index.ts';
import { ALERT_RULES } from '../../src/rules/index.ts';
import { Patient } from './patient.ts';

const RULE: RemediationRule = {
  name: 'mend',
  component: 'x/*',
  from: 'down',
  forMs: 0,
  remedy: 'mend',
  settleMs: 0,
  timeoutMs: 5_000,
  cooldownMs: 2_000,
};

/** The buses of one process, each with a remediator of its own; they step once a second, one after the other. */
function house(buses: Readonly<Record<string, readonly Patient[]>>, options: Partial<RemediatorOptions> = {}) {
  const clock = new ManualClock({ startMs: 1_000_000 });
  const lock = new RemedyLock();
  const all = Object.entries(buses).map(([name, patients]) => {
    const parts = Object.fromEntries(patients.map((patient) => [`x/${patient.name}`, patient]));
    const monitoring = createMonitoring({ bus: {}, name, parts, clock, process: false });
    const remediator = new Remediator({ monitoring, rules: [RULE], clock, enabled: true, lock, ...options });
    monitoring.add('remediation', remediator);
    return { monitoring, remediator };
  });
  const seconds = async (count: number) => {
    for (let at = 0; at < count; at += 1) {
      for (const { remediator } of all) void remediator.step();
      await clock.advance(1_000);
    }
  };
  const [first, second = first] = all;
  if (first === undefined || second === undefined) throw new Error('Expected a bus.');
  return { clock, lock, seconds, first, second };
}

function results(remediator: Remediator): readonly string[] {
  const line = ({ component, result }: { component: string; result: string }) => `${component} ${result}`;
  return remediator.recent().map(line).reverse();
}

/** A remedy that ends when it is told to, and counts how many run at one moment. */
class Slow {
  running = 0;
  most = 0;
  end: (error?: Error) => void = () => undefined;

  readonly cure = async (patient: Patient): Promise<void> => {
    this.running += 1;
    this.most = Math.max(this.most, this.running);
    await new Promise<void>((resolve, reject) => {
      this.end = (error) => (error === undefined ? resolve() : reject(error));
    });
    this.running -= 1;
    patient.status = 'up';
  };
}

describe('one remedy at a time', () => {
  test('in the whole process, whichever bus it is of', async () => {
    const slow = new Slow();
    const [a, b] = [new Patient('a', slow.cure), new Patient('b', slow.cure)];
    const { seconds, first, second } = house({ one: [a], two: [b] });
    await seconds(2);
    expect([a.runs, b.runs, slow.running]).toEqual([1, 0, 1]);
    expect(first.remediator.busyWith).toBe('x/a');
    expect(second.remediator.busyWith).toBeUndefined();
    await expect(second.remediator.run('x/b', 'mend', 'kim')).rejects.toThrow(
      'Expected that the remedy may run, and mend of x/a of one is under way. Wait for its end.',
    );
    slow.end();
    await seconds(2);
    expect([a.runs, b.runs, slow.running]).toEqual([1, 1, 1]);
    slow.end();
    await seconds(1);
    expect([slow.most, results(first.remediator), results(second.remediator)]).toEqual([1, ['x/a done'], ['x/b done']]);
  });

  test('by default for all remediators of the process, and apart for those that have locks of their own', async () => {
    const [shared, apart] = [new Slow(), new Slow()];
    const patients = [new Patient('a', shared.cure), new Patient('b', shared.cure), new Patient('c', apart.cure)];
    const made = patients.map((patient, index) => {
      const monitoring = createMonitoring({ bus: {}, parts: { 'x/it': patient }, process: false });
      const lock = index === 2 ? new RemedyLock() : undefined;
      return new Remediator({ monitoring, rules: [RULE], enabled: true, lock });
    });
    const [first, second, third] = made.map((remediator) => remediator.step());
    expect(patients.map(({ runs }) => runs)).toEqual([1, 0, 1]);
    expect(await second).toEqual([]);
    shared.end();
    apart.end();
    expect([await first, await third]).toMatchObject([[{ result: 'done' }], [{ result: 'done' }]]);
    const again = made[1]?.step();
    shared.end();
    expect(await again).toMatchObject([{ result: 'done' }]);
  });

  test('a remedy past its time has failed, and keeps its turn until it has really ended: nothing runs beside it', async () => {
    const slow = new Slow();
    const [hung, other] = [new Patient('a', slow.cure), new Patient('b', slow.cure)];
    const { seconds, first, second } = house({ one: [hung], two: [other] });
    await seconds(60);
    expect([hung.runs, other.runs, slow.most]).toEqual([1, 0, 1]);
    // It is in both trails, once, and is not run again meanwhile.
    expect(results(first.remediator)).toEqual(['x/a failed', 'x/a held-up']);
    expect(results(second.remediator)).toEqual(['x/b held-up']);
    expect(first.remediator.recent().at(-1)?.error).toBe(
      'It did not end within 5000 ms; nothing else is treated until it does.',
    );
    expect(second.remediator.recent()[0]?.error).toBe('mend of x/a of one is past its time and has not ended');
    expect(first.remediator.busyWith).toBe('x/a');
    await expect(second.remediator.run('x/b', 'mend', 'kim')).rejects.toThrow('where it never ends, restart');
    slow.end(new Error('no route'));
    await seconds(2);
    expect(first.remediator.recent().find(({ result }) => result === 'ended-late')).toMatchObject({
      component: 'x/a',
      tookMs: 60_000,
      error: 'no route',
    });
    expect(hung.runs + other.runs).toBe(2);
    slow.end();
  });

  test('a remedy that listens to its signal ends when its time is over, and others are treated', async () => {
    const stopped: unknown[] = [];
    const hung = new Patient('a', async (_self, signal) => {
      await new Promise<void>((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          stopped.push(signal.reason);
          reject(signal.reason as Error);
        });
      });
    });
    const other = new Patient('b');
    const { seconds, first } = house({ one: [hung, other] }, { rules: [{ ...RULE, cooldownMs: 60_000 }] });
    await seconds(10);
    expect(stopped).toEqual([new Error('It did not end within 5000 ms.')]);
    expect(results(first.remediator)).toEqual(['x/a failed', 'x/a ended-late', 'x/b done']);
    expect(first.remediator.health().status).toBe('up');
  });

  test('one that hangs is seen: the health of each remediator says why nothing is treated, and an alert comes of it', async () => {
    const slow = new Slow();
    const { clock, seconds, first, second } = house({ one: [new Patient('a', slow.cure)], two: [new Patient('b')] });
    const rules = ALERT_RULES.filter(({ name }) => name === 'TradewindComponentDegraded');
    await using alerting = createAlerting({ rules, clock });
    expect(second.remediator.health()).toEqual({ status: 'up', reason: '', sinceMs: 1_000_000 });
    await seconds(4);
    expect(second.remediator.health().status).toBe('up');
    await seconds(6);
    for (const { remediator } of [first, second]) {
      expect(remediator.health()).toEqual({
        status: 'degraded',
        reason: 'nothing is treated: mend of x/a of one is past its time and has not ended',
        sinceMs: 1_005_000,
      });
    }
    for (let at = 0; at < 320; at += 1) {
      await seconds(1);
      await alerting.look(second.monitoring);
    }
    expect(alerting.alerts().map(({ labels, state }) => [labels['component'], state])).toContainEqual([
      'remediation',
      'firing',
    ]);
    slow.end();
    await seconds(2);
    expect([first, second].map(({ remediator }) => remediator.health().status)).toEqual(['up', 'up']);
  });

  test('whoever waits for two minutes says so, although every remedy is within its time', async () => {
    const slow = new Slow();
    const patient = new Patient('b');
    const rules = [{ ...RULE, timeoutMs: 600_000 }];
    const { seconds, second } = house({ one: [new Patient('a', slow.cure)], two: [patient] }, { rules });
    await seconds(119);
    expect(second.remediator.health().status).toBe('up');
    await seconds(5);
    expect(second.remediator.health()).toMatchObject({
      status: 'degraded',
      reason: 'nothing is treated: mend of x/a of one is under way',
    });
    expect(results(second.remediator)).toEqual(['x/b held-up']);
    slow.end();
    await seconds(2);
    expect([patient.status, second.remediator.health().status]).toEqual(['up', 'up']);
  });
});
