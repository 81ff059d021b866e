/** Every mistake of a caller that `core-types` can name. Switch on it; never on the text of the message. */
export type ValidationErrorCode =
  | 'INVALID_TOPIC'
  | 'INVALID_PATTERN'
  | 'INVALID_ENDPOINT'
  | 'INVALID_PRIORITY'
  | 'INVALID_DECIMAL'
  | 'INVALID_TIMESTAMP'
  | 'INVALID_INSTRUMENT'
  | 'INVALID_BAR_TYPE'
  | 'INVALID_MARKET_EVENT'
  | 'INVALID_ORDER'
  | 'INVALID_ACCOUNT'
  | 'INVALID_TRACEPARENT'
  | 'INVALID_OPTIONS'
  | 'PAYLOAD_NOT_ENCODABLE'
  | 'PAYLOAD_NOT_DECODABLE';

/** One thing that is wrong with an input. */
export interface ValidationIssue {
  /** Where: `lanes.LOW.capacity`, `bids[3].price`; empty for the input itself. */
  readonly path: string;
  /** What would have been right, as a noun phrase: `an integer from 1 to 50`. */
  readonly expected: string;
  /** What came, shortened: `"abc"`, `-1`, `undefined`. */
  readonly received: string;
}

/** What a {@link ValidationError} is made of: the first problem, the next step, and, where several were found, all of them. */
export interface ValidationErrorDetails extends ValidationIssue {
  /** The next step, as a full sentence. */
  readonly hint: string;
  /** All problems found, the first included. Default: the one described by the details. */
  readonly issues?: readonly ValidationIssue[] | undefined;
  readonly cause?: unknown;
}

/**
 * The one error class of this package: an input is not what a contract asks for.
 *
 * Thrown at once, in the call that brought the input, before anything changed. Tell it by `code`, never by `instanceof`:
 * two copies of this package may be installed side by side.
 */
export class ValidationError extends Error {
  readonly code: ValidationErrorCode;
  readonly path: string;
  readonly expected: string;
  readonly received: string;
  readonly issues: readonly ValidationIssue[];

  constructor(code: ValidationErrorCode, details: ValidationErrorDetails) {
    super(describe(details), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ValidationError';
    this.code = code;
    this.path = details.path;
    this.expected = details.expected;
    this.received = details.received;
    this.issues = details.issues ?? [{ path: details.path, expected: details.expected, received: details.received }];
  }
}

/**
 * Reads the `code` of whatever was thrown: the way to tell errors of all Tradewind packages apart.
 *
 * Never throws: what has a `code` that cannot be read, as a revoked proxy, has none.
 */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  try {
    const { code } = error as { readonly code?: unknown };
    return typeof code === 'string' ? code : undefined;
  } catch {
    return undefined;
  }
}

/** A value as an error message shows it: JSON where possible, at most 80 characters. Never throws. */
export function showValue(value: unknown): string {
  const text = asText(value);
  return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS - 1)}…` : text;
}

const MAX_SHOWN_CHARACTERS = 80;

function asText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.slice(0, MAX_SHOWN_CHARACTERS + 1));
    case 'bigint':
      return `${value}n`;
    case 'function':
      return 'a function';
    case 'object':
      // Only the kind is shown: a payload may be large, cyclic, secret, or have a throwing getter.
      if (value === null) return 'null';
      return isArray(value) ? `an array of ${value.length}` : 'an object';
    default:
      return String(value);
  }
}

/** `Array.isArray` throws on a revoked proxy; such a thing is no array. */
function isArray(value: object): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

function describe(details: ValidationErrorDetails): string {
  const issues = details.issues ?? [details];
  const lines = issues.slice(0, MAX_SHOWN_ISSUES).map((issue) => {
    const where = issue.path === '' ? '' : `${issue.path}: `;
    return `${where}expected ${issue.expected}, received ${issue.received}`;
  });
  if (issues.length > MAX_SHOWN_ISSUES) lines.push(`and ${issues.length - MAX_SHOWN_ISSUES} more`);
  return `${lines.join('; ')}. ${details.hint}`;
}

const MAX_SHOWN_ISSUES = 8;
