import { ValidationError, showValue } from '@tradewind/core-types';

/**
 * How many answers a query wants at most; 100 when it does not say.
 *
 * @param order - Which ones come first, for the error.
 * @throws ValidationError `INVALID_OPTIONS`
 */
export function queryLimit(limit: number | undefined, order: 'oldest' | 'newest'): number {
  if (limit === undefined) return DEFAULT_LIMIT;
  if (Number.isSafeInteger(limit) && limit >= 0) return limit;
  throw new ValidationError('INVALID_OPTIONS', {
    path: 'limit',
    expected: 'a whole number of at least 0',
    received: showValue(limit),
    hint: `Leave it out for the ${order} ${DEFAULT_LIMIT}.`,
  });
}

const DEFAULT_LIMIT = 100;
