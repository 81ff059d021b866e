import type { OptimizerAnswer, OptimizerDecisionRow } from '../protocol/index.ts';
import type { WatchedBus } from '../sources/watched-bus.ts';

/** What was decided on its own, newest first; null where nothing decides. */
export function optimizerOf(buses: readonly WatchedBus[]): OptimizerAnswer | null {
  const rows: OptimizerDecisionRow[] = [];
  let isInstalled = false;
  for (const bus of buses) {
    for (const [source, undoable] of bus.faces().undoable) {
      isInstalled = true;
      for (const { id, atMs, description, undone } of undoable.decisions().slice(0, MAX_DECISIONS)) {
        rows.push({ source, bus: bus.name, id, atMs, description, undone });
      }
    }
  }
  if (!isInstalled) return null;
  return { decisions: rows.toSorted((a, b) => b.atMs - a.atMs).slice(0, MAX_DECISIONS) };
}

const MAX_DECISIONS = 200;
