import { PRIORITIES, type Priority } from '@tradewind/core-types';
import type { LaneShares } from '../../src/client/lanes/weighted-scheduler.ts';

/**
 * Keeps books on the picks of the default scheduler: in any run of n picks during which a lane has work it is to be served at least
 * `floor(n * share) - 3` times, with the shares that hold at each pick.
 */
export class ShareBook {
  readonly violations: string[] = [];
  /** Picks at which the rule had promised the picked lane a pick that it would otherwise not have got yet. */
  owed = 0;
  /** By lane: how many picks it is ahead of its share, and the most that it was since it has had work. */
  readonly #ahead: [number, number, number, number] = [0, 0, 0, 0];
  readonly #mostAhead: [number, number, number, number] = [0, 0, 0, 0];

  /** `mask` has bit `1 << priority` for each lane with work. */
  picked(picked: Priority, mask: number, shares: LaneShares): void {
    if ((mask & (1 << picked)) === 0) this.violations.push(`lane ${picked} was picked, which had no work`);
    if ((mask & ((1 << picked) - 1)) !== 0) this.owed += 1;
    for (const lane of PRIORITIES) {
      if ((mask & (1 << lane)) === 0) {
        this.#mostAhead[lane] = this.#ahead[lane];
        continue;
      }
      this.#ahead[lane] += (lane === picked ? 1 : 0) - shares[lane];
      this.#mostAhead[lane] = Math.max(this.#mostAhead[lane], this.#ahead[lane]);
      const behind = this.#mostAhead[lane] - this.#ahead[lane];
      if (behind >= 4) this.violations.push(`lane ${lane} is ${behind} picks behind its share`);
    }
  }
}
