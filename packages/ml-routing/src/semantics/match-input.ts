import { ValidationError, showValue } from '@tradewind/core-types';
import { MARKET_REGIMES, SESSION_PHASES } from '../regimes/market-regime.ts';
import { contextAt, type KnownContext, type QueryContext } from './query-context.ts';

/** The context that a caller gave. @throws ValidationError `INVALID_OPTIONS` for a session or a regime that there is not. */
export function checkedContext(when: QueryContext | undefined): KnownContext {
  if (when === undefined) return NO_CONTEXT;
  checkIsObject('when', 'a session and a regime', when);
  const known = contextAt(when.session, when.regime);
  if (known.session !== when.session) throw refused('session', `one of ${SESSION_PHASES.join(', ')}`, when.session);
  if (known.regime !== when.regime) throw refused('regime', `one of ${MARKET_REGIMES.join(', ')}`, when.regime);
  return known;
}

/** @throws ValidationError `INVALID_OPTIONS` for anything but an object. */
export function checkIsObject(path: string, expected: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) throw refused(path, expected, value);
}

/** @throws ValidationError `INVALID_OPTIONS` for a number of matches that cannot be listed. */
export function checkLimit(limit: unknown): void {
  const isCount = typeof limit === 'number' && limit >= 0 && (limit === Infinity || Number.isInteger(limit));
  if (!isCount) throw refused('limit', 'an integer from 0 on, or Infinity', limit);
}

/** @throws ValidationError `INVALID_OPTIONS` for anything but text. */
export function checkText(path: 'query' | 'topic', value: unknown): void {
  if (typeof value !== 'string') throw refused(path, 'a text', value);
}

function refused(path: string, expected: string, received: unknown): ValidationError {
  const hint = 'Mend what is given to the matcher: see MatchOptions and QueryOutcome.';
  return new ValidationError('INVALID_OPTIONS', { path, expected, received: showValue(received), hint });
}

export const NO_CONTEXT: KnownContext = contextAt(undefined, undefined);
