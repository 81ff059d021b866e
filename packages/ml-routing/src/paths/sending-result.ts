import type { Outcome, RejectedMessage } from '@tradewind/core-types';
import type { PathSettlement } from './path-strategy.ts';

/**
 * What an outcome says about the path on which a message was sent; undefined for a delivery, which says nothing about it.
 *
 * A batch that a transport refuses for good is the path's failure. A message that it names and refuses on its own is the message's: it would be
 * refused elsewhere too, and one such message among a hundred must not keep the others off their best path.
 */
export function sendingResult({ kind, subscriptionId, error }: Outcome): PathSettlement['result'] | undefined {
  if (subscriptionId !== undefined) return undefined;
  switch (kind) {
    case 'sent':
      return 'arrived';
    case 'deadLettered':
      return isRejectedMessage(error) ? 'withdrawn' : 'failed';
    case 'refused':
    case 'dropped':
    case 'superseded':
    case 'expired':
      return 'withdrawn';
    default:
      return undefined;
  }
}

function isRejectedMessage(error: unknown): error is RejectedMessage {
  return typeof error === 'object' && error !== null && 'index' in error && 'code' in error;
}
