import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SignalDetector } from '../../src/signals/signal-detector.ts';
import { expectSignalAgreement } from '../oracle/signals/signal-agreement.ts';
import { hostileSignals } from './hostile-signals.ts';

test.each([
  ['all', 1, { L: 100, F: 80, K: 300 }],
  ['all', 2, { L: 100, F: 80, K: 300 }],
  ['all', 3, { L: 100, F: 80, K: 300 }],
  ['statistical', 4, { S: 120 }],
  ['statistical', 5, { S: 120 }],
] as const)(
  'the detector of signals agrees with the oracle after every event of 400 hostile streams (%s, %i)',
  (focus, seed, least) => {
    const opened: Record<string, number> = {};
    let transitions = 0;
    fc.assert(
      fc.property(hostileSignals(focus), ({ options, events }) => {
        const result = expectSignalAgreement(options, events);
        transitions += result.transitions;
        for (const [kind, count] of Object.entries(result.opened)) opened[kind] = (opened[kind] ?? 0) + count;
      }),
      { numRuns: 400, seed },
    );
    console.info(`hostile signals, ${focus}: ${transitions} transitions, opened ${JSON.stringify(opened)}`);
    // Agreement about nothing would be worth nothing.
    for (const [kind, count] of Object.entries(least)) expect(opened[kind], kind).toBeGreaterThan(count);
  },
);

test('replaying a stream of signals gives the same bytes', () => {
  fc.assert(
    fc.property(hostileSignals('all'), ({ options, events }) => {
      const run = (): string => {
        const detector = new SignalDetector(options);
        return JSON.stringify(events.map((event) => detector.apply(event)));
      };
      expect(run()).toBe(run());
    }),
    { numRuns: 200, seed: 1 },
  );
});
