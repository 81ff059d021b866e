import { ManualClock } from '@tradewind/core/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Remediator, RemedyLock, createMonitoring, type RemediationRule } from '../../src/index.ts';
import { Patient } from './patient.ts';

const RULE: RemediationRule = { name: 'mend', component: 'x/*', from: 'down', forMs: 0, remedy: 'mend' };

/** A patient to whom nothing helps. */
const hopeless = () => new Patient('a', () => undefined);

function watch(patient: Pick<Patient, 'health' | 'remedies'>) {
  return createMonitoring({ bus: {}, parts: { 'x/a': patient }, process: false });
}

/** Lets promises that are settled be heard of. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a step of the wall clock while a remedy settles is no time in which it did not help', async () => {
  let aheadMs = 0;
  const now = Date.now.bind(Date);
  const spy = vi.spyOn(Date, 'now').mockImplementation(() => now() + aheadMs);
  onTestFinished(() => spy.mockRestore());
  let looks = -Infinity;
  const patient = new Patient('a', () => void (looks = 0));
  const health = () => {
    looks += 1;
    if (looks === 1) aheadMs = 600_000;
    return { ...patient.health(), status: looks > 3 ? ('up' as const) : ('down' as const) };
  };
  const monitoring = watch({ health, remedies: () => patient.remedies() });
  const lock = new RemedyLock();
  using remediator = new Remediator({ monitoring, rules: [RULE], enabled: true, lookEveryMs: 1, lock });
  const [entry] = await remediator.step();
  expect(entry?.result).toBe('healed');
  expect(entry?.tookMs).toBeLessThan(600_000);
});

test('a remediator that is disposed of stops watching whether a remedy helped, and gives its turn back', async () => {
  const lock = new RemedyLock();
  const patient = hopeless();
  // Its clock stands: it would watch for ever.
  const clock = new ManualClock({ startMs: 1_000_000 });
  const remediator = new Remediator({ monitoring: watch(patient), rules: [RULE], clock, enabled: true, lock });
  const step = remediator.step();
  await turn();
  expect([patient.runs, lock.holder?.target]).toEqual([1, 'x/a']);
  remediator[Symbol.dispose]();
  expect(await step).toMatchObject([{ component: 'x/a', result: 'done' }]);
  expect(lock.holder).toBeUndefined();
});

test('one that is disposed of while its remedy runs keeps its turn until that has ended', async () => {
  const lock = new RemedyLock();
  let end = (): void => undefined;
  const patient = new Patient('a', () => new Promise<void>((resolve) => (end = resolve)));
  const remediator = new Remediator({ monitoring: watch(patient), rules: [RULE], enabled: true, lock });
  const step = remediator.step();
  remediator[Symbol.dispose]();
  await turn();
  expect(lock.holder?.target).toBe('x/a');
  end();
  expect(await step).toMatchObject([{ result: 'done' }]);
  expect(lock.holder).toBeUndefined();
});

test('a remediator with a clock of its own, as of a simulation, holds nobody else of the process up', async () => {
  const clock = new ManualClock({ startMs: 1_000_000 });
  const [simulated, real] = [hopeless(), new Patient('a')];
  using first = new Remediator({ monitoring: watch(simulated), rules: [RULE], clock, enabled: true });
  using second = new Remediator({ monitoring: watch(real), rules: [RULE], enabled: true });
  void first.step();
  await turn();
  expect([simulated.runs, first.busyWith]).toEqual([1, 'x/a']);
  expect(await second.step()).toMatchObject([{ result: 'healed' }]);
});
