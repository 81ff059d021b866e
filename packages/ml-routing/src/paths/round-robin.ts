import type { PathId } from '@tradewind/core-types';
import { noCandidates } from './no-candidates.ts';
import type { PathRequest, PathSettlement, PathStrategy } from './path-strategy.ts';

/** One path after the other, whatever they are like. Learns nothing. */
export class RoundRobin implements PathStrategy {
  readonly name = 'round-robin';
  #next = 0;

  choose(paths: readonly PathId[], _request: PathRequest): PathId {
    // A message without a choice takes nobody's turn.
    if (paths.length === 1) return paths[0] as PathId;
    this.#next = this.#next + 1 < paths.length ? this.#next + 1 : 0;
    const next = paths[this.#next];
    if (next === undefined) throw noCandidates();
    return next;
  }

  settled(_settlement: PathSettlement): void {
    // It does not matter to it.
  }
}
