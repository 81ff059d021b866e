import type { JsonValue } from '@tradewind/core-types';
import { isNumbers, isRecord } from '../state/json-shapes.ts';
import type { UnreadableState } from '../state/unreadable-state.ts';

/**
 * A state of version 1 in the form of version 2.
 *
 * Topics and their service times are taken over as they are, and so is what is known of waiting. Evidence about policies is not: CRITICAL did not go before everything else then, so
 * the policies of those days were others, under the same names. They are learned again, as eagerly as on the first day. There was no account.
 *
 * @throws ValidationError `INVALID_OPTIONS`, by `unreadable`.
 */
export function fromFirstVersion(data: JsonValue, unreadable: UnreadableState): JsonValue {
  if (!isRecord(data)) throw unreadable('data', 'the data of a snapshot', data);
  const { names = null, topics = null, counters, ageing } = data;
  if (!isNumbers(counters, 5)) throw unreadable('data.counters', 'five numbers', counters);
  if (!isNumbers(ageing, 8)) throw unreadable('data.ageing', 'eight finite numbers', ageing);
  const [, changes = 0, reversals = 0, serviceChanges = 0] = counters;
  const [peakMs = 0, workMs = 0, atMs = 0, serviceMs = 0, picksSince = 0, accrued = 0, spent = 0] = ageing;
  return {
    names,
    topics,
    policies: [],
    counters: [0, changes, reversals, serviceChanges],
    ageing: [picksSince, accrued, spent],
    fifo: [peakMs, workMs, atMs, serviceMs, 0, 0],
    account: [0, 0],
  };
}
