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
    throw nameError(
      'INVALID_ENDPOINT',
      'endpoint',
      input,
      fault,
      'Name one receiver without wildcards, such as RiskEngine.execute.',
    );
  }
  return input as Endpoint;
}

export function isEndpoint(input: unknown): input is Endpoint {
  return topicFault(input) === undefined;
}
