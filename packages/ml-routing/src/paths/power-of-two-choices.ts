import type { PathId, Random } from '@tradewind/core-types';
import type { PathRequest, PathSettlement, PathStrategy } from './path-strategy.ts';
import { Pending } from './pending.ts';

/**
 * Of two paths drawn at random the one with fewer messages under way: nearly as even as asking all of them, and never a stampede to one
 * (M. Mitzenmacher, "The power of two choices in randomized load balancing", IEEE TPDS 2001).
 */
export class PowerOfTwoChoices implements PathStrategy {
  readonly name = 'power-of-two-choices';
  readonly #pending = new Pending();
  readonly #random: Random;

  constructor({ random }: { readonly random: Random }) {
    this.#random = random;
  }

  choose(paths: readonly PathId[], { ticket }: PathRequest): PathId {
    const one = Math.floor(this.#random.next() * paths.length);
    const step = 1 + Math.floor(this.#random.next() * (paths.length - 1));
    const first = paths[one] as PathId;
    const second = paths[(one + step) % paths.length] as PathId;
    const chosen = this.#pending.on(second) < this.#pending.on(first) ? second : first;
    this.#pending.sent(ticket, chosen);
    return chosen;
  }

  settled(settlement: PathSettlement): void {
    this.#pending.settled(settlement);
  }
}
