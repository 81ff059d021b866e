/**
 * The private building blocks of the parsers of this folder: what leaves the package is an interface and its `parseX(input: unknown)`.
 *
 * Every leaf is a plain reading function that returns the value or throws a `ValidationError`; zod composes leaves into objects,
 * copies the known keys alone (so `__proto__` and friends never arrive), never descends into unknown ones, and gathers all problems.
 */
import * as z from 'zod';
import { ValidationError, showValue, type ValidationErrorCode, type ValidationIssue } from '../vocabulary/errors.ts';

/** How the error of a parser is called, and what its reader should do next. */
export interface Failure {
  readonly code: ValidationErrorCode;
  readonly hint: string;
}

/** A rule over several fields. It runs even when fields are wrong, so that all problems come at once: a wrong field is undefined. */
export type Rule<T> = (value: Partial<T>) => ValidationIssue | undefined;

/** A list of at most so many items, each read by a function. */
export interface ListOptions<T> {
  readonly maxLength: number;
  readonly read: (item: unknown) => T;
}

/**
 * Runs a schema.
 *
 * @throws ValidationError With every problem and its path; the first {@link MAX_REPORTED_ISSUES} when there are more.
 */
export function parseWith<T>(schema: z.ZodType<T>, input: unknown, failure: Failure): T {
  const result = safeParse(schema, input, failure);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, MAX_REPORTED_ISSUES).map(describeIssue);
  throw new ValidationError(failure.code, { ...(issues[0] ?? UNREADABLE), issues, hint: failure.hint });
}

/** A schema of one value, from its reading function. */
export function leaf<T>(read: (input: unknown) => T): z.ZodType<T> {
  return z.transform((input: unknown, context): T | undefined => {
    try {
      return read(input);
    } catch (error) {
      for (const issue of issuesOf(error, input)) context.issues.push(rawIssue(issue, input));
      return undefined;
    }
  }) as z.ZodType<T>;
}

/** Adds rules over several fields to the schema of an object. */
export function withRules<T extends object>(schema: z.ZodType<T>, ...rules: readonly Rule<T>[]): z.ZodType<T> {
  return schema.superRefine(
    (value, context) => {
      for (const rule of rules) {
        const issue = rule(value);
        // A field that is wrong in itself is undefined here, and already reported.
        const isKnown = issue === undefined || context.issues.some(({ path }) => path?.[0] === issue.path);
        if (!isKnown) context.issues.push(rawIssue(issue, value));
      }
    },
    { when: (payload) => typeof payload.value === 'object' && payload.value !== null },
  );
}

/** Reads a list. Its length is looked at first, and it stops at the 16th wrong item: a hostile list costs no more than a valid one. */
export function readList<T>(input: unknown, options: ListOptions<T>): readonly T[] {
  const { maxLength, read } = options;
  if (!Array.isArray(input) || input.length > maxLength) throw fault(`an array of at most ${maxLength} items`, input);
  const items: T[] = [];
  const issues: ValidationIssue[] = [];
  let wrongItems = 0;
  for (let i = 0; i < input.length && wrongItems < MAX_WRONG_ITEMS; i += 1) {
    try {
      items.push(read(input[i]));
    } catch (error) {
      wrongItems += 1;
      for (const issue of issuesOf(error, input[i])) issues.push({ ...issue, path: joinPath(`[${i}]`, issue.path) });
    }
  }
  const [first] = issues;
  if (first !== undefined) throw new ValidationError('INVALID_OPTIONS', { ...first, issues, hint: '' });
  return items;
}

/** The `type` of a tagged object; undefined for anything else, a getter that throws included. */
export function readTag(input: unknown): string | undefined {
  try {
    if (typeof input !== 'object' || input === null || !('type' in input)) return undefined;
    return typeof input.type === 'string' ? input.type : undefined;
  } catch {
    return undefined;
  }
}

/** The error of a leaf. Code and hint are those of the parser around it, so they are of no account here. */
export function fault(expected: string, input: unknown): ValidationError {
  return new ValidationError('INVALID_OPTIONS', { path: '', expected, received: showValue(input), hint: '' });
}

function safeParse<T>(schema: z.ZodType<T>, input: unknown, failure: Failure): z.ZodSafeParseResult<T> {
  try {
    return schema.safeParse(input, { reportInput: true });
  } catch (cause) {
    // Only a getter or a proxy of the input can throw here: leaves and rules report what they find.
    throw new ValidationError(failure.code, { ...UNREADABLE, hint: failure.hint, cause });
  }
}

function rawIssue(issue: ValidationIssue, input: unknown): z.core.$ZodRawIssue {
  return { code: 'custom', input, message: issue.expected, params: { path: issue.path, received: issue.received } };
}

function describeIssue(issue: z.core.$ZodIssue): ValidationIssue {
  const keys = issue.path.reduce<string>(
    (path, key) => joinPath(path, typeof key === 'number' ? `[${key}]` : String(key)),
    '',
  );
  if (issue.code !== 'custom') {
    const expected = issue.code === 'invalid_type' ? `an ${issue.expected}` : issue.message;
    return { path: keys, expected, received: showValue(issue.input) };
  }
  return {
    path: joinPath(keys, String(issue.params?.['path'] ?? '')),
    expected: issue.message,
    received: String(issue.params?.['received']),
  };
}

function issuesOf(error: unknown, input: unknown): readonly ValidationIssue[] {
  if (error instanceof ValidationError) return error.issues;
  return [{ path: '', expected: 'a value that can be read', received: showValue(input) }];
}

function joinPath(head: string, tail: string): string {
  if (head === '' || tail === '' || tail.startsWith('[')) return head + tail;
  return `${head}.${tail}`;
}

/** What an error carries at most: enough to mend an input by, and bounded whatever came. */
const MAX_REPORTED_ISSUES = 64;
const MAX_WRONG_ITEMS = 16;
const UNREADABLE: ValidationIssue = {
  path: '',
  expected: 'an object whose properties can be read',
  received: 'one that throws',
};
