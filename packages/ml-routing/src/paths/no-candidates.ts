import { ValidationError } from '@tradewind/core-types';

/** What a choice among no paths throws. */
export function noCandidates(): ValidationError {
  const hint = 'Give choose() at least one candidate.';
  return new ValidationError('INVALID_OPTIONS', {
    path: 'paths',
    expected: 'at least one path',
    received: 'an empty list',
    hint,
  });
}
