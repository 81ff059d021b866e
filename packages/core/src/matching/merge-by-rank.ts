import type { Matches } from './matches.ts';
import type { PatternGroup } from './pattern-group.ts';
import type { RankedEntry } from './route.ts';

/** The entries of several groups in one new array, by rank. */
export function mergeByRank<T extends RankedEntry>(groups: Matches<PatternGroup<T>>): T[] {
  let size = 0;
  for (let i = 0; i < groups.count; i += 1) size += groups.at(i).size;
  const merged = new Array<T>(size);
  let next = 0;
  for (let i = 0; i < groups.count; i += 1) {
    const group = groups.at(i);
    const { only } = group;
    if (only !== undefined) {
      merged[next] = only;
      next += 1;
      continue;
    }
    const entries = group.entries();
    for (let k = 0; k < entries.length; k += 1) {
      merged[next] = entries[k] as T;
      next += 1;
    }
  }
  return sortByRank(merged);
}

/** Sorts in place into the order of delivery: `handlerPriority`, high first, then `order`. Few entries are inserted, which spares a topic that comes once the sort. */
export function sortByRank<T extends RankedEntry>(entries: T[]): T[] {
  if (entries.length > MOST_INSERTED) return entries.sort(compareRank);
  for (let i = 1; i < entries.length; i += 1) {
    const entry = entries[i] as T;
    let hole = i;
    for (; hole > 0 && compareRank(entries[hole - 1] as T, entry) > 0; hole -= 1)
      entries[hole] = entries[hole - 1] as T;
    entries[hole] = entry;
  }
  return entries;
}

function compareRank(a: RankedEntry, b: RankedEntry): number {
  return b.handlerPriority - a.handlerPriority || a.order - b.order;
}

const MOST_INSERTED = 16;
