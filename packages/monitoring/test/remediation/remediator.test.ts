import { Priority, silentLogger } from '@tradewind/core-types';
import { BufferedMessageBusClient } from '@tradewind/core';
import { ManualClock } from '@tradewind/core/testing';
import { describe, expect, test } from 'vitest';
import {
  Remediator,
  RemedyLock,
  STANDARD_RULES,
  componentsOf,
  createAlerting,
  createMonitoring,
  shedLane,
  type Monitored,
  type RemediationRule,
  type RemediatorOptions,
} from '../../src/index.ts';
import { ALERT_RULES } from '../../src/rules/index.ts';
import { samples, scraped } from '../support/sources.ts';
import { Patient } from './patient.ts';

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
  const lock = new RemedyLock();
  const remediator = new Remediator({ monitoring, rules: [RULE], clock, enabled: true, lock, ...options });
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
    await seconds(2);
    expect([patient.runs, results()]).toEqual([1, ['x/a dry-run', 'x/a healed']]);
  });

  test('a dry run is paced as runs are, and uses up nothing: enabled, it begins with a full budget, no rest and a closed circuit', async () => {
    const patient = new Patient('a', () => undefined);
    const rule = { ...RULE, budget: 2, budgetMs: 600_000, cooldownMs: 60_000 };
    const { seconds, remediator, results } = lab([patient], { enabled: false, rules: [rule] });
    await seconds(599);
    expect(results()).toEqual(['x/a dry-run', 'x/a dry-run']);
    await seconds(300);
    expect(results()).toEqual(Array<string>(4).fill('x/a dry-run'));
    expect(remediator.circuits()).toEqual([]);
    remediator.enable(true);
    await seconds(70);
    expect(patient.runs).toBe(2);
    await seconds(60);
    expect(results().slice(4)).toEqual(['x/a no-better', 'x/a no-better', 'x/a over-budget']);
  });

  test('what ran before a dry run still counts after it: a switch is no way around a budget', async () => {
    const patient = new Patient('a', () => undefined);
    const { seconds, remediator, results } = lab([patient], { rules: [{ ...RULE, budget: 1 }] });
    await seconds(65);
    remediator.enable(false);
    await seconds(5);
    remediator.enable(true);
    await seconds(65);
    expect(patient.runs).toBe(1);
    expect(results()).toEqual(['x/a no-better', 'x/a over-budget']);
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

  test('a circuit is closed by an operator, who is in the trail, and the rule begins anew', async () => {
    const patient = new Patient('a', () => undefined);
    const { clock, seconds, remediator, results } = lab([patient], { rules: [{ ...RULE, cooldownMs: 1_000 }] });
    const circuit = { rule: 'mend', component: 'x/a' };
    expect(() => remediator.resetCircuit({ ...circuit, by: 'kim' })).toThrow(
      expect.objectContaining({ code: 'REMEDY_REFUSED' }),
    );
    await seconds(30);
    expect(remediator.circuits()).toEqual([{ ...circuit, openUntilMs: expect.any(Number) }]);
    expect(remediator.circuits()[0]?.openUntilMs).toBeGreaterThan(clock.now());
    patient.cure = () => void (patient.status = 'up');
    expect(remediator.resetCircuit({ ...circuit, by: 'kim' })).toMatchObject({ result: 'circuit-closed', by: 'kim' });
    expect(remediator.circuits()).toEqual([]);
    await seconds(2);
    expect(patient.runs).toBe(4);
    expect(results().slice(-3)).toEqual(['x/a circuit-open', 'x/a circuit-closed', 'x/a healed']);
    expect(() => remediator.resetCircuit({ rule: 'none', component: 'x/a', by: 'kim' })).toThrow(
      'Expected an open circuit of none on x/a, and there is none. See circuits().',
    );
  });

  test('a part whose remedies cannot be asked keeps nobody else from being treated, by a step or by the timer', async () => {
    const unread: Monitored = {
      health: () => ({ status: 'down', reason: 'ill', sinceMs: 0 }),
      remedies: () => {
        throw new Error('no list');
      },
    };
    const told: unknown[] = [];
    const logger = { ...silentLogger, warn: (fields: object) => void told.push(fields) };
    const patient = new Patient('b');
    const clock = new ManualClock({ startMs: 1_000_000 });
    const monitoring = createMonitoring({ bus: {}, parts: { 'x/a': unread, 'x/b': patient }, clock, process: false });
    monitoring.health();
    const remediator = new Remediator({ monitoring, rules: [RULE], enabled: true, clock, logger });
    const stepping = remediator.start();
    await clock.advance(10_000);
    stepping[Symbol.dispose]();
    expect(patient.status).toBe('up');
    expect(remediator.recent().map(({ component, result }) => `${component} ${result}`)).toEqual([
      'x/b healed',
      'x/a no-remedy',
    ]);
    expect(
      told.filter((fields) => Object.values(fields as object).includes('remediation.remedies-unread')),
    ).toHaveLength(1);
  });

  test('a step that fails is told once, and the next ones are taken', async () => {
    let isBroken = true;
    const odd: Monitored = {
      health: () => ({ status: 'down', reason: isBroken ? (undefined as unknown as string) : 'ill', sinceMs: 0 }),
    };
    const told: string[] = [];
    const logger = { ...silentLogger, error: (_fields: object, text?: string) => void told.push(text ?? '') };
    const { clock, monitoring, remediator } = lab([new Patient('b')], { logger, rules: [{ ...RULE, component: '*' }] });
    monitoring.add('a', odd);
    const stepping = remediator.start();
    await clock.advance(5_000);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^A step of remediation failed: /u);
    isBroken = false;
    await clock.advance(5_000);
    stepping[Symbol.dispose]();
    expect(remediator.recent().length).toBeGreaterThan(0);
  });

  test('added to the monitoring that it looks at, it is measured: each rule and result from 0 on', async () => {
    const { monitoring, remediator, seconds } = lab([new Patient('a', () => undefined)]);
    monitoring.add('remediation', remediator);
    const runs = (text: string, result: string): number | undefined =>
      samples(text).get(
        `tradewind_remediation_runs_total{bus="bus",part="remediation",rule="mend",result="${result}"}`,
      );
    const before = await scraped(monitoring);
    expect([runs(before, 'failed'), runs(before, 'no-better'), runs(before, 'circuit-open')]).toEqual([0, 0, 0]);
    await seconds(300);
    const after = await scraped(monitoring);
    expect([runs(after, 'no-better'), runs(after, 'circuit-open')]).toEqual([3, 1]);
    expect(() => monitoring.add('remediation', remediator)).toThrow(
      expect.objectContaining({ code: 'DUPLICATE_PART' }),
    );
  });

  test('the alert about remediation that keeps failing sees the three runs that opened a circuit', async () => {
    const { clock, monitoring, remediator } = lab([new Patient('a', () => undefined)]);
    monitoring.add('remediation', remediator);
    const rules = ALERT_RULES.filter(({ name }) => name === 'TradewindRemediationFailing');
    await using alerting = createAlerting({ rules, clock });
    for (let second = 0; second < 300; second += 1) {
      const step = remediator.step();
      await clock.advance(1_000);
      await step;
      await alerting.look(monitoring);
    }
    expect(alerting.alerts()).toMatchObject([{ rule: 'TradewindRemediationFailing', labels: { rule: 'mend' } }]);
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

  test('LOW makes room while a more urgent lane is full, keeps its capacity, and takes messages again later', async () => {
    const clock = new ManualClock();
    const client = new BufferedMessageBusClient({ clock, lanes: { HIGH: { capacity: 10 } } });
    const monitoring = createMonitoring({ bus: client, clock });
    monitoring.health();
    const remedies = { bus: [shedLane(client, { forMs: 60_000, clock })] };
    const remediator = new Remediator({ monitoring, rules: STANDARD_RULES, enabled: true, remedies, clock });
    const knob = (name: string) => client.knobs().find((each) => each.name === `lanes.LOW.${name}`)?.current;
    const capacity = knob('capacity');
    client.pause();
    for (let at = 0; at < 47; at += 1) client.publish('data.low', at, { priority: Priority.LOW });
    for (let at = 0; at < 10; at += 1) client.publish('data.a', at, { priority: Priority.HIGH });
    monitoring.health();
    await clock.advance(6_000);
    const step = remediator.step();
    expect([knob('admitRatio'), knob('capacity')]).toEqual([0, capacity]);
    const gauges = [...samples(await scraped(monitoring))];
    // A lane that is shed is not full: the remedy must not be what pages.
    const told = gauges.filter(([name]) => name.startsWith('tradewind_lane_capacity{') && name.includes('"LOW"'));
    expect(told.map(([, value]) => value)).toEqual([capacity]);
    const low = [...componentsOf(monitoring.health())].find(({ component }) => component === 'lanes/LOW');
    expect(low?.status).toBe('up');
    expect(client.publish('data.low', 2, { priority: Priority.LOW })).toBe(false);
    client.resume();
    await clock.advance(1_000);
    expect(await step).toMatchObject([{ rule: 'shed-low-for-high', target: 'bus', result: 'healed' }]);
    await clock.advance(60_000);
    expect(knob('admitRatio')).toBe(1);
    expect(client.publish('data.low', 3, { priority: Priority.LOW })).toBe(true);
    const closing = client.close();
    await clock.advance(10_000);
    await closing;
  });
});
