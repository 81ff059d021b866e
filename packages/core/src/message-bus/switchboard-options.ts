import { showValue, type ValidationIssue } from '@tradewind/core-types';
import { invalidOptions } from './options.ts';

/**
 * The bound of a switchboard, from options that may be anything.
 *
 * @throws ValidationError `INVALID_OPTIONS`, with every issue and its path.
 */
export function resolveMaxTopics(options: unknown): number {
  if (typeof options !== 'object' || options === null) {
    throw invalidOptions([{ path: 'options', expected: 'an object of options', received: showValue(options) }]);
  }
  const { maxTopics = DEFAULT_MAX_TOPICS }: { readonly maxTopics?: unknown } = options;
  const issues: ValidationIssue[] = Object.keys(options)
    .filter((name) => name !== 'maxTopics')
    .map((name) => ({ path: name, expected: 'maxTopics', received: 'an unknown option' }));
  if (isBound(maxTopics) && issues.length === 0) return maxTopics;
  if (!isBound(maxTopics)) {
    issues.push({
      path: 'maxTopics',
      expected: `an integer from 1 to ${LARGEST_MAX_TOPICS}`,
      received: showValue(maxTopics),
    });
  }
  throw invalidOptions(issues);
}

function isBound(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= LARGEST_MAX_TOPICS;
}

const DEFAULT_MAX_TOPICS = 100_000;
const LARGEST_MAX_TOPICS = 10_000_000;
