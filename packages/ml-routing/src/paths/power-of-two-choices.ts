import { showValue, type PathId, type Random } from '@tradewind/core-types';
import { checkIsObject, invalidOptions } from '../options.ts';
import { noCandidates } from './no-candidates.ts';
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

  /** @throws ValidationError `INVALID_OPTIONS`. */
  constructor(options: { readonly random: Random }) {
    checkIsObject(options, OPTIONS);
    const { random } = options;
    if (typeof random?.next !== 'function')
      throw invalidOptions(OPTIONS, [
        { path: 'random', expected: 'a Random: an object with next()', received: showValue(random) },
      ]);
    this.#random = random;
  }

  choose(paths: readonly PathId[], { ticket }: PathRequest): PathId {
    if (paths.length === 0) throw noCandidates();
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

const OPTIONS = 'the options of PowerOfTwoChoices';
