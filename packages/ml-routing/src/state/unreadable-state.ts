import { ValidationError, showValue } from '@tradewind/core-types';

/** Makes the error for what stands at a path of a state, such as `data.names`, where something else was expected. */
export type UnreadableState = (path: string, expected: string, received: unknown) => ValidationError;

/**
 * How a part refuses a state that it cannot read: a `ValidationError` `INVALID_OPTIONS`. The way on is the same for every part, what is lost by it is not.
 *
 * @param otherwise - What the part does without the state, to end a sentence: `the router begins anew`.
 */
export function unreadableState(otherwise: string): UnreadableState {
  const hint = `Start without this state: ${otherwise}.`;
  return (path, expected, received) =>
    new ValidationError('INVALID_OPTIONS', { path, expected, received: showValue(received), hint });
}
