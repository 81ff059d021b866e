import { TOPIC_LIMITS, showValue } from '@tradewind/core-types';
import { RedisTransportError } from '../errors.ts';
import type { OpenBatch } from './open-batch.ts';

/** Why a topic cannot be carried, as a sentence. */
export function topicFault(topic: unknown): string {
  return typeof topic === 'string' && topic.length > TOPIC_LIMITS.maxCharacters
    ? `Expected a topic of at most ${TOPIC_LIMITS.maxCharacters} characters, received ${topic.length}.`
    : `Expected a topic, received ${showValue(topic)}.`;
}

/** The failure as it is for this batch, parts of which may be stored though another was refused. */
export function withFate(failure: RedisTransportError, { maybeStored }: OpenBatch): RedisTransportError {
  if (failure.mayHaveBeenStored === maybeStored) return failure;
  const { message, retryable } = failure;
  return new RedisTransportError(
    failure.code,
    {
      message,
      hint: 'A part of the batch may be stored; offering it again is safe.',
      retryable,
      mayHaveBeenStored: maybeStored,
      cause: failure,
    },
    failure.reply,
  );
}

/** A batch whose time is over, for the reason that is known. */
export function timedOut(
  batch: OpenBatch,
  timeoutMs: number,
  why: RedisTransportError | undefined,
): RedisTransportError {
  const code = why === undefined || why.code === 'TRANSPORT_CLOSED' ? 'TRANSPORT_TIMEOUT' : why.code;
  return new RedisTransportError(
    code,
    {
      message: `Expected batch ${batch.sequence} to be stored within ${timeoutMs} ms, and it was not${why === undefined ? '' : `: ${why.message}`}`,
      hint: 'Offer it again: what is stored already is not stored twice.',
      retryable: true,
      mayHaveBeenStored: batch.maybeStored,
      cause: why,
    },
    why?.reply,
  );
}

/** The transport is closed, or closes. */
export function closedError(mayHaveBeenStored: boolean): RedisTransportError {
  return new RedisTransportError('TRANSPORT_CLOSED', {
    message: 'Expected an open transport, and it is closed.',
    hint: 'Make a new one.',
    retryable: false,
    mayHaveBeenStored,
  });
}

/** A batch of no lane. */
export function wrongPriority(priority: unknown): RedisTransportError {
  return new RedisTransportError('TRANSPORT_REFUSED', {
    message: `Expected a priority 0 to 3, received ${showValue(priority)}.`,
    hint: 'Use a member of Priority.',
    retryable: false,
    mayHaveBeenStored: false,
  });
}
