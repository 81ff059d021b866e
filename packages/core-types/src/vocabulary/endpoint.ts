import { nameError, topicFault } from './topic.ts';

/**
 * The name of a point-to-point receiver: `DataEngine.execute`. It has exactly one handler, and follows the rules of topics.
 */
export type Endpoint = string & { readonly __tradewindEndpoint: true };

/**
 * Checks an endpoint.
 *
 * @throws ValidationError `INVALID_ENDPOINT`, with the position of the first character at fault in its message.
 */
export function parseEndpoint(input: unknown): Endpoint {
  const fault = topicFault(input);
  if (fault !== undefined) {
    throw nameError(input, {
      code: 'INVALID_ENDPOINT',
      path: 'endpoint',
      fault,
      hint: 'Name one receiver without wildcards, such as RiskEngine.execute.',
    });
  }
  return input as Endpoint;
}

/** Whether the input is the name of an endpoint: literal, and within the limits of topics. It does not say that anybody is registered. */
export function isEndpoint(input: unknown): input is Endpoint {
  return topicFault(input) === undefined;
}
