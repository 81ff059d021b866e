import { inspect } from 'node:util';
import { expect } from 'vitest';
import type { NormalizedEvent } from '../../../src/market/normalized-event.ts';
import { SignalDetector, type SignalDetectorOptions } from '../../../src/signals/signal-detector.ts';
import { SignalOracle } from './signal-oracle.ts';

/** What a run came to. */
export interface SignalAgreement {
  readonly events: number;
  readonly transitions: number;
  /** How many opened, by the first letter of their ids. */
  readonly opened: Readonly<Record<string, number>>;
}

/** Feeds both with every event, and expects the same transitions in the same order, field by field, after each. */
export function expectSignalAgreement(
  options: SignalDetectorOptions,
  events: Iterable<NormalizedEvent>,
): SignalAgreement {
  const detector = new SignalDetector(options);
  const oracle = new SignalOracle(options);
  const opened: Record<string, number> = {};
  let count = 0;
  let transitions = 0;
  for (const event of events) {
    count += 1;
    const ours = detector.apply(event);
    const theirs = oracle.apply(event);
    if (ours.length === 0 && theirs.length === 0) continue;
    transitions += ours.length;
    for (const { op, id } of ours) if (op === 'open') opened[id.charAt(0)] = (opened[id.charAt(0)] ?? 0) + 1;
    // Texts first, since they are compared faster; members may come in another order.
    if (JSON.stringify(ours) === JSON.stringify(theirs)) continue;
    expect(ours, `after event ${count}: ${inspect(event).slice(0, 300)}`).toEqual(theirs);
  }
  expect(detector.counts().live).toBe(oracle.open.size);
  return { events: count, transitions, opened };
}
