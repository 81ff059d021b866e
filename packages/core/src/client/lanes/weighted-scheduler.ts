import {
  PRIORITIES,
  PRIORITY_NAMES,
  ValidationError,
  showValue,
  type LaneScheduler,
  type LanesView,
  type Priority,
  type ValidationIssue,
} from '@tradewind/core-types';

/** By priority, CRITICAL first: the part of the picks that a lane gets at least while it has work. Each 0 to 1, together at most 1. */
export type LaneShares = readonly [number, number, number, number];

/** Of 100 picks with all lanes full: LOW gets 2, NORMAL 8, HIGH 20, CRITICAL the other 70. */
export const DEFAULT_SHARES: LaneShares = [0.7, 0.2, 0.08, 0.02];

/**
 * The default scheduler: the most urgent lane first, and every lane its guaranteed share.
 *
 * At each pick every lane that has work saves its share, and the one that is served pays a whole pick. A lane that has saved a whole pick is
 * owed one, and goes before the more urgent ones. So in any run of n picks during which a lane has work it is served at least
 * `floor(n * share) - 3` times, whatever comes and goes in the other lanes: the shares are together at most 1, so the four lanes never have
 * saved more than 4 picks. With the default shares at most 3 picks in a row go to lanes below CRITICAL while that has work. A lane without
 * work saves nothing. O(1) a pick, nothing allocated.
 *
 * Source: the credit counters of weighted round robin (M. Katevenis et al., "Weighted Round-Robin Cell Multiplexing", IEEE JSAC 1991),
 * combined with strict priority.
 */
export class WeightedScheduler implements LaneScheduler {
  readonly name = 'weighted';
  #shares: LaneShares;
  readonly #saved: [number, number, number, number] = [0, 0, 0, 0];

  constructor(shares: LaneShares = DEFAULT_SHARES) {
    this.#shares = shares;
  }

  get shares(): LaneShares {
    return this.#shares;
  }

  /** Holds from the next pick on; what a lane has saved stays. */
  set shares(shares: LaneShares) {
    this.#shares = shares;
  }

  pick(lanes: LanesView, _nowMs: number): Priority {
    let mask = 0;
    for (let lane = 0; lane < LANES; lane += 1) {
      if (lanes.runnable(lane as Priority) > 0) mask |= 1 << lane;
    }
    return this.pickFrom(mask);
  }

  /** The same for whoever knows already which lanes have work: bit `1 << priority` for each; at least one. */
  pickFrom(mask: number): Priority {
    const saved = this.#saved;
    const shares = this.#shares;
    let first = -1;
    let owed = -1;
    for (let lane = 0; lane < LANES; lane += 1) {
      if ((mask & (1 << lane)) === 0) {
        saved[lane] = 0;
        continue;
      }
      if (first < 0) first = lane;
      const credit = (saved[lane] as number) + (shares[lane] as number);
      saved[lane] = credit;
      if (credit >= WHOLE_PICK && (owed < 0 || credit > (saved[owed] as number))) owed = lane;
    }
    if (owed < 0) {
      // It had saved less than the pick that it gets.
      saved[first] = 0;
      return first as Priority;
    }
    saved[owed] = (saved[owed] as number) - 1;
    return owed as Priority;
  }
}

/**
 * A scheduler as the client has it by default, for a scheduler of one's own to fall back to: the most urgent lane first, and every lane at
 * least its share of the picks while it has work.
 *
 * @param shares - By priority, CRITICAL first, each 0 to 1, together at most 1. Default 0.7, 0.2, 0.08, 0.02.
 * @throws ValidationError `INVALID_OPTIONS` with every share that is wrong.
 */
export function weightedScheduler(shares: LaneShares = DEFAULT_SHARES): LaneScheduler {
  const given: unknown = shares;
  if (!Array.isArray(given) || given.length !== LANES) {
    throw invalidShares([{ path: 'shares', expected: 'an array of four numbers', received: showValue(given) }]);
  }
  const issues: ValidationIssue[] = PRIORITIES.filter((lane) => !(shares[lane] >= 0 && shares[lane] <= 1)).map(
    (lane) => ({
      path: `shares.${PRIORITY_NAMES[lane]}`,
      expected: 'a number from 0 to 1',
      received: showValue(shares[lane]),
    }),
  );
  const sum = shares.reduce((total, share) => total + share, 0);
  if (issues.length === 0 && sum > 1 + ROUNDING) {
    issues.push({ path: 'shares', expected: 'four numbers that are together at most 1', received: showValue(sum) });
  }
  if (issues.length > 0) throw invalidShares(issues);
  return new WeightedScheduler([...shares]);
}

function invalidShares(issues: readonly ValidationIssue[]): ValidationError {
  const first = issues[0] ?? { path: 'shares', expected: 'four shares', received: 'others' };
  const hint = 'What no lane is promised goes to the most urgent one.';
  return new ValidationError('INVALID_OPTIONS', { ...first, issues, hint });
}

const LANES = 4;
/** A little less than one, so that shares such as 0.1 are not late for their rounding. */
const WHOLE_PICK = 1 - 1e-9;
/** Four tenths and the like do not add up exactly. */
const ROUNDING = 1e-9;
