import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ArbitrageDetector } from '../src/detection/arbitrage-detector.ts';
import { expectAgreement } from './oracle/agreement.ts';
import { hostileStreams } from './hostile-streams.ts';

test.each(['l1', 'l2'] as const)(
  'the detector agrees with the oracle after every event of 3,000 hostile streams (%s)',
  (source) => {
    let opened = 0;
    let transitions = 0;
    fc.assert(
      fc.property(hostileStreams(source), ({ options, events }) => {
        const result = expectAgreement(options, events);
        opened += result.opened;
        transitions += result.transitions;
      }),
      { numRuns: 3000, seed: 20_240_808 },
    );
    console.info(`hostile ${source}: ${opened} opened, ${transitions} transitions`);
    // Agreement about nothing would be worth nothing.
    expect(opened).toBeGreaterThan(2000);
  },
);

test('replaying a stream gives the same bytes', () => {
  fc.assert(
    fc.property(hostileStreams('l2'), ({ options, events }) => {
      const run = (): string => {
        const detector = new ArbitrageDetector(options);
        return JSON.stringify(events.map((event) => detector.apply(event)));
      };
      expect(run()).toBe(run());
    }),
    { numRuns: 300, seed: 1 },
  );
});
