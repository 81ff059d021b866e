import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { silentLogger, type Remedy } from '@tradewind/core-types';
import { ManualClock } from '@tradewind/core/testing';
import { afterEach, describe, expect, test } from 'vitest';
import {
  Remediator,
  createAlerting,
  createMonitoring,
  type RemediationRule,
  type RemediatorOptions,
} from '../../src/index.ts';

const folders: string[] = [];

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tradewind-remediation-'));
  folders.push(path);
  return path;
}

afterEach(() => {
  for (const path of folders.splice(0)) rmSync(path, { recursive: true });
});

const RULE: RemediationRule = {
  name: 'mend',
  component: 'x',
  from: 'down',
  forMs: 0,
  remedy: 'mend',
  settleMs: 500,
  cooldownMs: 60_000,
  budget: 2,
};

/** One process after another, over one folder and one clock: a component that is ill from the start, and a remedy that does what it is told. */
class House {
  readonly stateDir = folder();
  readonly clock = new ManualClock({ startMs: 1_000_000_000_000 });
  readonly told: string[] = [];
  runs = 0;
  cure: () => boolean | Promise<boolean> = () => false;

  boot(options: Partial<RemediatorOptions> = {}): Remediator {
    let isUp = false;
    const remedy: Remedy = {
      name: 'mend',
      description: 'Mends it.',
      run: async () => {
        this.runs += 1;
        isUp = await this.cure();
      },
    };
    const part = {
      health: () => ({ status: isUp ? ('up' as const) : ('down' as const), reason: 'ill', sinceMs: 0 }),
      remedies: () => [remedy],
    };
    const { clock, stateDir } = this;
    const monitoring = createMonitoring({ bus: {}, parts: { x: part }, clock, process: false });
    const logger = { ...silentLogger, warn: (fields: object) => void this.told.push(JSON.stringify(fields)) };
    return new Remediator({ monitoring, rules: [RULE], enabled: true, clock, stateDir, logger, ...options });
  }

  /** A life of a process: it looks so many times, once a second, and ends. */
  async life(seconds: number, options: Partial<RemediatorOptions> = {}): Promise<readonly string[]> {
    using remediator = this.boot(options);
    for (let at = 0; at < seconds; at += 1) {
      const step = remediator.step();
      await this.clock.advance(1_000);
      await step;
    }
    return remediator
      .recent()
      .map(({ id, result }) => `${id} ${result}`)
      .reverse();
  }
}

describe('over a restart', () => {
  test('a cooldown goes on', async () => {
    const house = new House();
    house.cure = () => true;
    expect(await house.life(2)).toEqual(['1 healed']);
    expect(await house.life(20)).toEqual(['1 healed']);
    expect(house.runs).toBe(1);
    expect(await house.life(60)).toEqual(['1 healed', '2 healed']);
    expect(house.runs).toBe(2);
  });

  test('a budget that is used up stays so, however often the process restarts, and is told once', async () => {
    const house = new House();
    house.cure = () => true;
    let last: readonly string[] = [];
    for (let life = 0; life < 20; life += 1) last = await house.life(70);
    expect(house.runs).toBe(2);
    expect(last).toEqual(['1 healed', '2 healed', '3 over-budget']);
    await house.clock.advance(3_600_000);
    expect((await house.life(2)).at(-1)).toBe('4 healed');
  });

  test('a circuit that is open stays open until its time is over', async () => {
    const house = new House();
    const rules = [{ ...RULE, budget: 100 }];
    for (let life = 0; life < 3; life += 1) await house.life(65, { rules });
    expect(house.runs).toBe(3);
    const results = await house.life(300, { rules });
    expect(results.map((line) => line.slice(2))).toEqual(['no-better', 'no-better', 'no-better', 'circuit-open']);
    expect(house.runs).toBe(3);
    await house.life(400, { rules });
    expect(house.runs).toBe(4);
  });

  test('a run that the end of the process interrupted counts, as one that did not heal', async () => {
    const house = new House();
    const rules = [{ ...RULE, budget: 100, cooldownMs: 1_000 }];
    for (let life = 0; life < 4; life += 1) {
      house.cure = () => new Promise<boolean>(() => undefined);
      using remediator = house.boot({ rules });
      void remediator.step();
      await house.clock.advance(2_000);
    }
    // The fourth did not run it: three that did not heal have opened the circuit.
    expect(house.runs).toBe(3);
    using last = house.boot({ rules });
    const [newest, ...others] = last.recent().filter(({ result }) => result === 'failed');
    expect(others).toHaveLength(2);
    expect(newest).toMatchObject({ rule: 'mend', component: 'x', reason: 'ill', target: 'x', remedy: 'mend' });
    expect(newest?.error).toBe('The process ended before it was known whether it helped.');
  });

  test('a process that is killed by its remedy has used its budget', async () => {
    const house = new House();
    const script = `
      import { Remediator, createMonitoring } from '@tradewind/monitoring';
      const part = {
        health: () => ({ status: 'down', reason: 'ill', sinceMs: 0 }),
        remedies: () => [{ name: 'mend', description: '', run: () => { console.log('ran'); process.kill(process.pid, 'SIGKILL'); return new Promise(() => {}); } }],
      };
      const monitoring = createMonitoring({ bus: {}, parts: { x: part }, process: false });
      const rules = [{ name: 'mend', component: 'x', from: 'down', forMs: 0, remedy: 'mend', budget: 1, cooldownMs: 0 }];
      const remediator = new Remediator({ monitoring, rules, enabled: true, stateDir: process.argv[1] });
      const [entry] = await remediator.step();
      console.log(entry.result);`;
    const lives: string[] = [];
    for (let life = 0; life < 2; life += 1) lives.push((await evaluated(script, house.stateDir)).trim());
    expect(lives).toEqual(['ran', 'over-budget']);
  });

  test('what an operator has forbidden stays so, and what one has allowed does not', async () => {
    const house = new House();
    const first = house.boot({ enabled: true });
    first.enable(false, 'kim');
    first[Symbol.dispose]();
    const second = house.boot({ enabled: true });
    expect(second.enabled).toBe(false);
    expect(house.told.join('')).toContain('"by":"kim"');
    second.enable(true, 'kim');
    second[Symbol.dispose]();
    using third = house.boot({ enabled: false });
    expect(third.enabled).toBe(false);
    third[Symbol.dispose]();
    using fourth = house.boot({ enabled: true });
    expect(fourth.enabled).toBe(true);
  });

  test('nobody rests for longer than the rule says because the clock was ahead', async () => {
    const house = new House();
    house.cure = () => true;
    await house.life(2);
    const back = new ManualClock({ startMs: house.clock.now() - 86_400_000 });
    const later = house.boot({ clock: back });
    await back.advance(61_000);
    const step = later.step();
    await back.advance(1_000);
    expect(await step).toMatchObject([{ result: 'healed' }]);
    later[Symbol.dispose]();
  });
});

describe('a folder of state', () => {
  test('that is damaged is put aside with a warning, and remediation begins anew with its trail', async () => {
    const house = new House();
    house.cure = () => true;
    await house.life(2);
    const path = join(house.stateDir, 'remediation.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"failures":0', '"failures":2'));
    writeFileSync(join(house.stateDir, 'remediation-audit.jsonl'), '{"id":7,"res', { flag: 'a' });
    expect(await house.life(2)).toEqual(['1 healed', '2 healed']);
    expect(house.told.join('')).toContain('monitoring.state-put-aside');
    expect(readdirSync(house.stateDir)).toContain('remediation.damaged.json');
    // The half line of the crash did not take the next entry with it.
    expect(await house.life(1)).toEqual(['1 healed', '2 healed']);
  });

  test('of a later version is kept for it, and this one begins anew', async () => {
    const house = new House();
    const path = join(house.stateDir, 'remediation.json');
    writeFileSync(path, '{"version":99,"checksum":"of another kind","budgets":[]}');
    expect(await house.life(2)).toEqual(['1 no-better']);
    expect(readFileSync(join(house.stateDir, 'remediation.version-99.json'), 'utf8')).toContain('of another kind');
    expect(house.told.join('')).toContain('it is of version 99');
    expect(await house.life(2)).toEqual(['1 no-better']);
  });

  test('belongs to one remediator at a time, of this process or another one, beside the alerts of the same folder', async () => {
    const house = new House();
    const { stateDir } = house;
    await using alerting = createAlerting({ stateDir });
    alerting.evaluate();
    const first = house.boot();
    expect(() => house.boot()).toThrow(expect.objectContaining({ code: 'STATE_UNUSABLE' }));
    const script = `
      import { Remediator, createMonitoring } from '@tradewind/monitoring';
      const options = { monitoring: createMonitoring({ bus: {} }), rules: [], stateDir: process.argv[1] };
      try { new Remediator(options); console.log('accepted'); } catch (error) { console.log(error.code); }`;
    expect((await evaluated(script, stateDir)).trim()).toBe('STATE_UNUSABLE');
    first[Symbol.dispose]();
    using _second = house.boot();
  });

  test('that cannot be written any more keeps nobody from being treated, and is said once', async () => {
    const house = new House();
    house.cure = () => true;
    using remediator = house.boot({ rules: [{ ...RULE, cooldownMs: 1_000, budget: 5 }] });
    rmSync(house.stateDir, { recursive: true });
    writeFileSync(house.stateDir, '');
    for (let at = 0; at < 3; at += 1) {
      const step = remediator.step();
      await house.clock.advance(2_000);
      await step;
    }
    expect(remediator.recent()).toMatchObject([{ result: 'healed' }]);
    expect(house.told.filter((line) => line.includes('remediation.state-unusable'))).toHaveLength(1);
  });

  test('after it was given back nobody is treated', async () => {
    const house = new House();
    const remediator = house.boot();
    remediator[Symbol.dispose]();
    expect(await remediator.step()).toEqual([]);
    await expect(remediator.run('x', 'mend', 'kim')).rejects.toMatchObject({ code: 'REMEDY_REFUSED' });
    expect(readdirSync(house.stateDir)).toEqual(['remediation.json']);
  });
});

/** What a script prints that is run in a process of its own; one that is killed has printed what it has. */
async function evaluated(script: string, argument: string): Promise<string> {
  const flags = ['--conditions=@tradewind/source', '--input-type=module', '--eval', script, argument];
  try {
    return (await promisify(execFile)(process.execPath, flags, { cwd: import.meta.dirname })).stdout;
  } catch (error) {
    if ((error as { signal?: string }).signal !== 'SIGKILL') throw error;
    return (error as { stdout: string }).stdout;
  }
}
