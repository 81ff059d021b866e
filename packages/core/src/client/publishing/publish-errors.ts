import { ValidationError, showValue, type PriorityName } from '@tradewind/core-types';
import { BusError } from '../../errors.ts';

export function closedError(): BusError {
  return new BusError('CLOSED', {
    message: 'The client is closed and takes no more messages.',
    hint: 'Stop publishing before close(), or make a new client.',
  });
}

/** @param waitedMs - How long somebody waited for room; undefined: not at all. */
export function laneFullError(lane: PriorityName, waitedMs?: number): BusError {
  return new BusError('LANE_FULL', {
    message: `The ${lane} lane had no room${waitedMs === undefined ? '' : ` for ${waitedMs} ms`}.`,
    hint: 'Publish less, give the lane more capacity, or choose an overflow policy that drops or conflates.',
  });
}

export function tooManyWaitersError(maxWaiters: number): BusError {
  return new BusError('TOO_MANY_WAITERS', {
    message: `Already ${maxWaiters} calls of publishWhenReady wait for room.`,
    hint: 'Await each call before the next one, or raise maxWaiters.',
  });
}

export function abortedError(what: string, signal: AbortSignal): BusError {
  return new BusError('ABORTED', {
    message: `${what} was aborted by its signal.`,
    hint: 'The reason of the signal is the cause of this error.',
    cause: signal.reason,
  });
}

/** One publish option is none. */
export function invalidPublishOption(path: string, expected: string, received: unknown): ValidationError {
  return new ValidationError('INVALID_OPTIONS', {
    path,
    expected,
    received: showValue(received),
    hint: 'Correct the option, or leave it out to get its default.',
  });
}
