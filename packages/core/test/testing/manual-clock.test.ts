import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ManualClock } from '../../src/testing/manual-clock.ts';

function recording(): { readonly log: string[]; readonly note: (text: string) => () => void } {
  const log: string[] = [];
  return {
    log,
    note: (text) => () => {
      log.push(text);
    },
  };
}

test('time stands still until it is moved', async () => {
  const clock = new ManualClock({ startMs: 1_000 });
  await clock.settle();
  expect(clock.now()).toBe(1_000);
  await clock.advance(2.5);
  expect(clock.now()).toBe(1_002.5);
});

test('timers fire by due time, ties in the order in which they were set, each at its own time', async () => {
  const clock = new ManualClock({ startMs: 0 });
  const fired: [string, number][] = [];
  for (const [name, delayMs] of [
    ['c', 30],
    ['a', 10],
    ['b1', 20],
    ['b2', 20],
  ] as const) {
    clock.setTimer(() => fired.push([name, clock.now()]), delayMs);
  }
  await clock.advance(20);
  expect(fired).toEqual([
    ['a', 10],
    ['b1', 20],
    ['b2', 20],
  ]);
  expect(clock.pending()).toEqual({ microtasks: 0, turns: 0, timers: 1 });
  await clock.advance(10);
  expect(fired.at(-1)).toEqual(['c', 30]);
});

test('a cleared timer does not fire, even when a callback of the same moment clears it', async () => {
  const clock = new ManualClock();
  const { log, note } = recording();
  clock.setTimer(() => clock.clearTimer(second), 1);
  const second = clock.setTimer(note('second'), 1);
  await clock.advance(5);
  clock.clearTimer(second);
  expect(log).toEqual([]);
});

test('microtasks keep their place among the reactions of promises', async () => {
  const clock = new ManualClock();
  const { log, note } = recording();
  void Promise.resolve().then(note('promise 1'));
  clock.microtask(note('microtask 1'));
  void Promise.resolve().then(note('promise 2'));
  clock.microtask(note('microtask 2'));
  expect(log).toEqual([]);
  await clock.settle();
  expect(log).toEqual(['promise 1', 'microtask 1', 'promise 2', 'microtask 2']);
});

test('a turn runs after the microtasks and promises of the code before it; what it asks for runs in the turn after', async () => {
  const clock = new ManualClock();
  const { log, note } = recording();
  clock.nextTurn(() => {
    note('turn 1')();
    clock.nextTurn(note('turn 2'));
    clock.microtask(note('microtask of turn 1'));
    void (async () => {
      for (let i = 0; i < 20; i += 1) await Promise.resolve();
      note('promise chain of turn 1')();
    })();
  });
  clock.nextTurn(note('also turn 1'));
  clock.microtask(note('microtask'));
  await clock.settle();
  expect(log).toEqual([
    'microtask',
    'turn 1',
    'microtask of turn 1',
    'promise chain of turn 1',
    'also turn 1',
    'turn 2',
  ]);
});

test('a timer set while timers run waits for the turns in between, as in Node', async () => {
  const clock = new ManualClock();
  const { log, note } = recording();
  clock.setTimer(() => {
    note('first')();
    clock.setTimer(note('set meanwhile'), 0);
    clock.nextTurn(note('turn'));
  }, 5);
  clock.setTimer(note('second'), 5);
  await clock.advance(5);
  expect(log).toEqual(['first', 'second', 'turn', 'set meanwhile']);
});

test('asynchronous work that sets timers goes on at the right times', async () => {
  const clock = new ManualClock({ startMs: 0 });
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      clock.setTimer(resolve, ms);
    });
  const times: number[] = [];
  const work = (async () => {
    for (let i = 0; i < 5; i += 1) {
      await sleep(10);
      times.push(clock.now());
    }
  })();
  await clock.advance(50);
  await work;
  expect(times).toEqual([10, 20, 30, 40, 50]);
});

test('elapse lets time pass without running anything, and makes timers late', async () => {
  const clock = new ManualClock({ startMs: 0 });
  const times: number[] = [];
  clock.setTimer(() => clock.elapse(100), 10);
  clock.setTimer(() => times.push(clock.now()), 20);
  await clock.advance(20);
  expect(times).toEqual([110]);
  expect(clock.now()).toBe(110);
});

test('the synchronous methods run the same callbacks in the same order', () => {
  const clock = new ManualClock({ startMs: 0 });
  const { log, note } = recording();
  clock.microtask(() => {
    note('microtask')();
    clock.microtask(note('its own'));
  });
  clock.nextTurn(note('turn'));
  clock.setTimer(() => {
    note(`timer at ${clock.now()}`)();
    clock.microtask(note('microtask of the timer'));
  }, 3);
  clock.setTimer(note('second timer'), 3);
  clock.advanceSync(10);
  expect(log).toEqual(['microtask', 'its own', 'turn', 'timer at 3', 'microtask of the timer', 'second timer']);
  expect(clock.now()).toBe(10);
});

test('a microtask that a synchronous method has run does not run again', async () => {
  const clock = new ManualClock();
  let runs = 0;
  for (let i = 0; i < 3; i += 1) clock.microtask(() => (runs += 1));
  clock.runMicrotasksSync();
  expect(runs).toBe(3);
  await clock.settle();
  expect(runs).toBe(3);
});

test('turns without end are an error, not a hang', async () => {
  const clock = new ManualClock();
  const again = (): void => clock.nextTurn(again);
  again();
  expect(() => clock.settleSync()).toThrow(expect.objectContaining({ code: 'DOES_NOT_SETTLE' }));
  const polling = new ManualClock();
  const poll = (): unknown => polling.setTimer(poll, 0);
  poll();
  expect(() => polling.advanceSync(1)).toThrow(expect.objectContaining({ code: 'DOES_NOT_SETTLE' }));
});

test('timers fire in order whatever is set and cleared', () => {
  const commands = fc.array(
    fc.record({ delayMs: fc.nat(20), clear: fc.option(fc.nat(30), { nil: undefined }), advanceMs: fc.nat(5) }),
    {
      maxLength: 60,
    },
  );
  fc.assert(
    fc.property(commands, (steps) => {
      const clock = new ManualClock({ startMs: 0 });
      const expected: { dueAtMs: number; order: number; cleared: boolean }[] = [];
      const handles: ReturnType<ManualClock['setTimer']>[] = [];
      const fired: number[] = [];
      for (const [order, { delayMs, clear, advanceMs }] of steps.entries()) {
        expected.push({ dueAtMs: clock.now() + delayMs, order, cleared: false });
        handles.push(clock.setTimer(() => fired.push(order), delayMs));
        const [handle, target] = [handles[clear ?? -1], expected[clear ?? -1]];
        if (handle !== undefined && target !== undefined) {
          clock.clearTimer(handle);
          if (!fired.includes(clear ?? -1)) target.cleared = true;
        }
        clock.advanceSync(advanceMs);
      }
      clock.advanceSync(100);
      const order = expected
        .filter(({ cleared }) => !cleared)
        .toSorted((a, b) => a.dueAtMs - b.dueAtMs || a.order - b.order)
        .map((timer) => timer.order);
      expect(fired).toEqual(order);
      expect(clock.pending().timers).toBe(0);
    }),
    { numRuns: 300, seed: 1_700_000_024 },
  );
});
