import {
  PRIORITIES,
  PRIORITY_NAMES,
  ValidationError,
  showValue,
  type LaneScheduler,
  type ValidationIssue,
} from '@tradewind/core-types';
import { DEFAULT_SHARES, WeightedScheduler, type LaneShares } from '../client/lanes/weighted-scheduler.ts';

/**
 * A scheduler as the client has it by default, for a scheduler of one's own to fall back to: the most urgent lane first, and every lane at
 * least its share of the picks while it has work.
 *
 * @param shares - By priority, CRITICAL first, each 0 to 1, together at most 1. Default 0.7, 0.2, 0.08, 0.02.
 * @throws ValidationError `INVALID_OPTIONS` with every share that is wrong.
 */
export function weightedScheduler(shares: LaneShares = DEFAULT_SHARES): LaneScheduler {
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
  const [first] = issues;
  if (first === undefined) return new WeightedScheduler([...shares]);
  throw new ValidationError('INVALID_OPTIONS', {
    ...first,
    issues,
    hint: 'What no lane is promised goes to the most urgent one.',
  });
}

/** Four tenths and the like do not add up exactly. */
const ROUNDING = 1e-9;
