import type { PathId } from '@tradewind/core-types';
import { noCandidates } from './no-candidates.ts';
import type { PathRequest, PathSettlement, PathStrategy } from './path-strategy.ts';
import { Pending } from './pending.ts';

/** The path with the fewest messages under way; of equals the one that comes next in turn. */
export class LeastPending implements PathStrategy {
  readonly name = 'least-pending';
  readonly #pending = new Pending();
  #turn = 0;

  choose(paths: readonly PathId[], { ticket }: PathRequest): PathId {
    this.#turn = this.#turn + 1 < paths.length ? this.#turn + 1 : 0;
    let best = paths[this.#turn];
    if (best === undefined) throw noCandidates();
    for (let i = 1; i < paths.length; i += 1) {
      const path = paths[(this.#turn + i) % paths.length] as PathId;
      if (this.#pending.on(path) < this.#pending.on(best)) best = path;
    }
    this.#pending.sent(ticket, best);
    return best;
  }

  settled(settlement: PathSettlement): void {
    this.#pending.settled(settlement);
  }
}
