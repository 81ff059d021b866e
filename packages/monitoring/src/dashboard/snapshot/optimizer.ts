import type { OptimizerAnswer, OptimizerDecisionRow } from '../protocol/index.ts';
import { letThrow, type Attempt } from './attempt.ts';
import type { WatchedBus } from '../sources/watched-bus.ts';

/** What was decided on its own, newest first; null where nothing decides. A source that `attempt` could not read is left out. */
export function optimizerOf(buses: readonly WatchedBus[], attempt: Attempt = letThrow): OptimizerAnswer | null {
  const rows: OptimizerDecisionRow[] = [];
  let isInstalled = false;
  for (const bus of buses) {
    for (const [source, undoable] of attempt(() => bus.faces().undoable) ?? []) {
      isInstalled = true;
      const decisions = attempt(() => undoable.decisions().slice(0, MAX_DECISIONS)) ?? [];
      for (const { id, atMs, description, undone } of decisions) {
        rows.push({ source, bus: bus.name, id, atMs, description, undone });
      }
    }
  }
  if (!isInstalled) return null;
  return { decisions: rows.toSorted((a, b) => b.atMs - a.atMs).slice(0, MAX_DECISIONS) };
}

const MAX_DECISIONS = 200;
