import type { RankedEntry } from '../../src/matching/route.ts';

export interface TestEntry extends RankedEntry {
  readonly pattern: string;
}

let made = 0;

/** An entry that differs from all others. */
export function entry(pattern: string, handlerPriority = 0): TestEntry {
  made += 1;
  const handler = (): void => undefined;
  return { pattern, handlerPriority, order: made, key: handler, handler };
}

export function compareRanks(a: RankedEntry, b: RankedEntry): number {
  return a.handlerPriority === b.handlerPriority ? a.order - b.order : b.handlerPriority - a.handlerPriority;
}

export function patternsOf(entries: readonly RankedEntry[]): readonly string[] {
  return entries.map(({ pattern }) => pattern);
}
