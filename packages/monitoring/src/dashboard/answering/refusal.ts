import type { DashboardFailure, DashboardFailureCode } from '../protocol/index.ts';

/** A request that is refused, and with which status. */
export interface Refusal extends DashboardFailure {
  readonly status: number;
}

/** Makes a refusal; the status goes with the code. */
export function refusal(code: DashboardFailureCode, message: string, hint: string): Refusal {
  return { status: STATUS[code], code, message, hint };
}

/** What an error is answered with: those of the parts say what they say, anything else is a fault of ours and tells nothing to outsiders. */
export function refusalOf(error: unknown): Refusal {
  const { code, message } = isCoded(error) ? error : { code: '', message: '' };
  const known = CODES[code];
  if (known !== undefined) return refusal(known, message, 'Nothing was changed.');
  return refusal('FAILED', 'Expected an answer, and making it failed.', 'The log of the process says why.');
}

function isCoded(error: unknown): error is { readonly code: string; readonly message: string } {
  return error instanceof Error && typeof (error as { readonly code?: unknown }).code === 'string';
}

const STATUS: Readonly<Record<DashboardFailureCode, number>> = {
  LOGIN_REQUIRED: 401,
  WRONG_TOKEN: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  INVALID_REQUEST: 400,
  METHOD_NOT_ALLOWED: 405,
  BODY_TOO_LARGE: 413,
  NOT_JSON: 415,
  WRONG_HOST: 421,
  TOO_MANY_ATTEMPTS: 429,
  TOO_MANY_VIEWERS: 503,
  REFUSED: 409,
  FAILED: 500,
};

/** Errors that are answers, by their code. */
const CODES: Readonly<Record<string, DashboardFailureCode>> = {
  REQUEST_REFUSED: 'INVALID_REQUEST',
  NOT_FOUND: 'NOT_FOUND',
  INVALID_OPTIONS: 'INVALID_REQUEST',
  INVALID_PATTERN: 'INVALID_REQUEST',
  ALERT_REFUSED: 'REFUSED',
  SILENCE_REFUSED: 'REFUSED',
  REMEDY_REFUSED: 'REFUSED',
};
