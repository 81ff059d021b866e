import type { Headers } from '@tradewind/core-types';
import { invalidPublishOption } from './publish-errors.ts';

/**
 * The headers that a message keeps: a frozen copy, made once, so that neither its publisher nor one of its handlers changes what the others
 * see.
 *
 * @throws ValidationError `INVALID_OPTIONS`, with the path of a header that is no string.
 */
export function ownHeaders(given: Headers): Headers {
  if (typeof given !== 'object' || given === null) throw invalidPublishOption('headers', 'an object of strings', given);
  const headers: Headers = { ...given };
  for (const name of Object.keys(headers)) {
    const value: unknown = headers[name];
    if (typeof value !== 'string') throw invalidPublishOption(`headers.${name}`, 'a string', value);
  }
  return Object.freeze(headers);
}
