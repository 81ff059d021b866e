import { expect } from 'vitest';
import { ArbitrageDetector } from '../../src/detection/arbitrage-detector.ts';
import type { DetectorOptions } from '../../src/detection/detector-options.ts';
import type { NormalizedEvent } from '../../src/market/normalized-event.ts';
import type { Transition } from '../../src/detection/transition.ts';
import { Oracle } from './oracle.ts';

/** What a run came to. */
export interface Agreement {
  readonly events: number;
  readonly opened: number;
  readonly transitions: number;
}

/** Feeds both with every event, and expects the same transitions, field by field, after each. */
export function expectAgreement(options: DetectorOptions, events: Iterable<NormalizedEvent>): Agreement {
  const detector = new ArbitrageDetector(options);
  const oracle = new Oracle(options);
  let count = 0;
  let transitions = 0;
  for (const event of events) {
    count += 1;
    const ours = detector.apply(event);
    const theirs = oracle.apply(event);
    if (ours.length === 0 && theirs.size === 0) continue;
    transitions += ours.length;
    const [found, expected] = [sorted(ours), sorted([...theirs.values()])];
    // A text is compared faster than an object, and there are hundreds of thousands; where they differ, the objects are shown.
    if (JSON.stringify(found) === JSON.stringify(expected)) continue;
    expect(found, `after event ${count}: ${JSON.stringify(event).slice(0, 300)}`).toEqual(expected);
  }
  const { opened, live } = detector.counts();
  expect(live).toBe(oracle.open.size);
  return { events: count, opened, transitions };
}

/** One of each id, as the specification promises, so that sorting by it loses nothing. */
function sorted(transitions: readonly (Transition | { readonly id: string })[]): readonly unknown[] {
  return transitions.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
