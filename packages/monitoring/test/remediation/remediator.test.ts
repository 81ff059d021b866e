import { Priority, type Health, type Remedy } from '@tradewind/core-types';
import { BufferedMessageBusClient } from '@tradewind/core';
import { ManualClock } from '@tradewind/core/testing';
import { describe, expect, test } from 'vitest';
import {
  Remediator,
  STANDARD_RULES,
  createMonitoring,
  shedLane,
  type Monitored,
  type RemediationRule,
  type RemediatorOptions,
} from '../../src/index.ts';
import { samples, scraped } from '../support/sources.ts';

/** A patient: ill as it is told, with a remedy that does what it is told. */
class Patient {
  readonly name: string;
  runs = 0;
  status: Health['status'] = 'down';
  cure: () => void | Promise<void>;

  constructor(name: string, cure: (patient: Patient) => void | Promise<void> = (self) => void (self.status = 'up')) {
    this.name = name;
    this.cure = () => cure(this);
  }

  health(): Health {
    return { status: this.status, reason: this.status === 'up' ? '' : `${this.name} is ill`, sinceMs: 0 };
  }

  remedies(): readonly Remedy[] {
    const run = async () => {
      this.runs += 1;
      await this.cure();
    };
    return [{ name: 'mend', description: 'Mends it.', run }];
  }
}

const RULE: RemediationRule = {
  name: 'mend',
  component: 'x/*',
  from: 'down',
  forMs: 1_000,
  remedy: 'mend',
  settleMs: 500,
};

function lab(patients: readonly Patient[], options: Partial<RemediatorOptions> = {}) {
  const clock = new ManualClock({ startMs: 1_000_000 });
  const parts = Object.fromEntries(patients.map((patient): [string, Monitored] => [`x/${patient.name}`, patient]));
  const monitoring = createMonitoring({ bus: {}, parts, clock, process: false });
  monitoring.health();
  const remediator = new Remediator({ monitoring, rules: [RULE], clock, enabled: true, ...options });
  /** Steps once a second, as an operator's timer would. */
  const seconds = async (count: number) => {
    for (let at = 0; at < count; at += 1) {
      const step = remediator.step();
      await clock.advance(1_000);
      await step;
    }
  };
  const results = () =>
    remediator
      .recent()
      .map(({ component, result }) => `${component} ${result}`)
      .reverse();
  return { clock, monitoring, remediator, seconds, results };
}

describe('remediation', () => {
  test('treats who has been ill for long enough, and sees that it helped', async () => {
    const patient = new Patient('a');
    const { seconds, remediator, results } = lab([patient]);
    patient.status = 'up';
    await seconds(2);
    patient.status = 'down';
    await seconds(1);
    expect(patient.runs).toBe(0);
    await seconds(3);
    expect(patient.runs).toBe(1);
    expect(results()).toEqual(['x/a healed']);
    expect(remediator.recent()[0]).toMatchObject({ rule: 'mend', reason: 'a is ill', target: 'x/a', remedy: 'mend' });
  });

  test('runs nothing until the operator enables it, and writes down what it would have done', async () => {
    const patient = new Patient('a');
    const { seconds, remediator, results } = lab([patient], { enabled: undefined });
    await seconds(5);
    expect([patient.runs, results()]).toEqual([0, ['x/a dry-run']]);
    remediator.enable(true);
    await seconds(60);
    expect([patient.runs, results()]).toEqual([1, ['x/a dry-run', 'x/a healed']]);
  });

  test('never treats two components at once', async () => {
    let release = () => {};
    const slow = new Patient('a', async (self) => {
      await new Promise<void>((resolve) => (release = resolve));
      self.status = 'up';
    });
    const other = new Patient('b');
    const { clock, seconds, remediator, results } = lab([slow, other]);
    await clock.advance(1_000);
    const first = remediator.step();
    expect(remediator.busyWith).toBe('x/a');
    expect(await Promise.all([remediator.step(), remediator.step()])).toEqual([[], []]);
    await expect(remediator.run('x/b', 'mend', 'kim')).rejects.toMatchObject({ code: 'REMEDY_REFUSED' });
    expect(other.runs).toBe(0);
    release();
    await first;
    await seconds(2);
    expect(results().filter((line) => line.endsWith('healed'))).toEqual(['x/a healed', 'x/b healed']);
  });

  test('rests between two runs, and stops when its budget is used up', async () => {
    const patient = new Patient('a');
    const rule = { ...RULE, budget: 2, cooldownMs: 10_000 };
    const { seconds, results } = lab([patient], { rules: [rule] });
    for (let relapse = 0; relapse < 5; relapse += 1) {
      patient.status = 'down';
      await seconds(30);
    }
    expect(patient.runs).toBe(2);
    expect(results()).toEqual(['x/a healed', 'x/a healed', 'x/a over-budget']);
  });

  test('gives up after three runs that did not help, and tries once more later', async () => {
    const patient = new Patient('a', () => undefined);
    const rule = { ...RULE, budget: 100, cooldownMs: 1_000 };
    const { seconds, results, monitoring, remediator } = lab([patient], { rules: [rule] });
    await seconds(120);
    expect(patient.runs).toBe(3);
    expect(results()).toEqual([...Array<string>(3).fill('x/a no-better'), 'x/a circuit-open']);
    const measured = createMonitoring({ bus: remediator, clock: monitoring.clock, process: false });
    expect(samples(await scraped(measured)).get('tradewind_remediation_circuits_open{bus="bus"}')).toBe(1);
    patient.cure = () => void (patient.status = 'up');
    await seconds(600);
    expect(patient.runs).toBe(4);
    expect(results().at(-1)).toBe('x/a healed');
  });

  test('a remedy that rejects is a failure with its error', async () => {
    const patient = new Patient('a', () => {
      throw new Error('no route');
    });
    const { seconds, remediator } = lab([patient]);
    await seconds(3);
    expect(remediator.recent()[0]).toMatchObject({ result: 'failed', error: 'no route' });
    expect(remediator.busyWith).toBeUndefined();
  });

  test('an operator may run a remedy by hand, also while nothing is enabled, and the trail says who', async () => {
    const patient = new Patient('a');
    const { remediator } = lab([patient], { enabled: false });
    expect(await remediator.run('x/a', 'mend', 'kim')).toMatchObject({ rule: 'by hand', result: 'done', by: 'kim' });
    await expect(remediator.run('x/a', 'pray', 'kim')).rejects.toMatchObject({ code: 'REMEDY_REFUSED' });
    await expect(remediator.run('nobody', 'mend', 'kim')).rejects.toMatchObject({ code: 'REMEDY_REFUSED' });
  });

  test('a part without the remedy is an entry, and so is a listener that throws nothing to it', async () => {
    const bare: Monitored = { health: () => ({ status: 'down', reason: 'ill', sinceMs: 0 }) };
    const clock = new ManualClock({ startMs: 1_000_000 });
    const monitoring = createMonitoring({ bus: {}, parts: { 'x/bare': bare }, clock });
    monitoring.health();
    await clock.advance(5_000);
    const onEntry = () => {
      throw new Error('listener');
    };
    const remediator = new Remediator({ monitoring, rules: [RULE], enabled: true, clock, onEntry });
    expect(await remediator.step()).toMatchObject([{ result: 'no-remedy' }]);
  });
});

describe('remedies of a real client', () => {
  test('a plugin that keeps failing is disabled by rule, and messages go on', async () => {
    const clock = new ManualClock();
    let calls = 0;
    const broken = {
      name: 'broken',
      route: () => {
        calls += 1;
        throw new Error('bug');
      },
    };
    const client = new BufferedMessageBusClient({ clock, plugins: [broken] });
    let handled = 0;
    client.subscribe('data.*', () => {
      handled += 1;
    });
    const monitoring = createMonitoring({ bus: client, clock });
    const remediator = new Remediator({ monitoring, rules: STANDARD_RULES, enabled: true, clock });
    for (let second = 0; second < 200; second += 1) {
      client.publish('data.a', second);
      const step = remediator.step();
      await clock.advance(1_000);
      await step;
    }
    expect(remediator.recent()).toMatchObject([
      { rule: 'disable-plugin', component: 'plugins/broken', result: 'done' },
    ]);
    const before = calls;
    for (let second = 0; second < 200; second += 1) {
      client.publish('data.a', second);
      await clock.advance(1_000);
    }
    expect(calls).toBe(before);
    expect(handled).toBe(400);
    const closing = client.close();
    await clock.advance(10_000);
    await closing;
  });

  test('a worker whose handler does not come back is replaced, and its message is handled', async () => {
    const clock = new ManualClock();
    const client = new BufferedMessageBusClient({ clock });
    let calls = 0;
    let handled = 0;
    client.subscribe('a', () => {
      calls += 1;
      if (calls === 1) return new Promise<void>(() => undefined);
      handled += 1;
      return undefined;
    });
    client.publish('a', 1);
    const monitoring = createMonitoring({ bus: client, clock, process: false });
    const remediator = new Remediator({ monitoring, rules: STANDARD_RULES, clock, enabled: true });
    for (let second = 0; second < 65; second += 1) {
      const step = remediator.step();
      await clock.advance(1_000);
      await step;
    }
    expect(remediator.recent().map(({ rule, result }) => [rule, result])).toEqual([['replace-stuck-worker', 'healed']]);
    expect([calls, handled]).toEqual([2, 1]);
    const closing = client.close();
    await clock.settle();
    await closing;
  });

  test('LOW makes room while a more urgent lane is full, and gets its capacity back', async () => {
    const clock = new ManualClock();
    const client = new BufferedMessageBusClient({ clock, lanes: { HIGH: { capacity: 10 } } });
    const monitoring = createMonitoring({ bus: client, clock });
    monitoring.health();
    const remedies = { bus: [shedLane(client, { forMs: 60_000, clock })] };
    const remediator = new Remediator({ monitoring, rules: STANDARD_RULES, enabled: true, remedies, clock });
    const capacity = () => client.knobs().find(({ name }) => name === 'lanes.LOW.capacity')?.current;
    const before = capacity();
    client.pause();
    for (let at = 0; at < 10; at += 1) client.publish('data.a', at, { priority: Priority.HIGH });
    monitoring.health();
    await clock.advance(6_000);
    const step = remediator.step();
    expect(capacity()).toBe(1);
    client.publish('data.low', 1, { priority: Priority.LOW });
    expect(client.publish('data.low', 2, { priority: Priority.LOW })).toBe(false);
    client.resume();
    await clock.advance(1_000);
    expect(await step).toMatchObject([{ rule: 'shed-low-for-high', target: 'bus', result: 'healed' }]);
    await clock.advance(60_000);
    expect(capacity()).toBe(before);
    expect(client.publish('data.low', 3, { priority: Priority.LOW })).toBe(true);
    const closing = client.close();
    await clock.advance(10_000);
    await closing;
  });
});
