import { parsePattern, patternMatches, type PayloadSchema, type SchemaIssue } from '@tradewind/core-types';
import { BusError } from '../../errors.ts';
import { isThenable } from '../../platform/thenable.ts';
import type { TopicRecord } from './topic-record.ts';

/** The schemas of payloads by pattern. Which of them hold for a topic is looked up once per topic. */
export class PayloadSchemas {
  readonly #schemas: readonly { readonly pattern: string; readonly schema: PayloadSchema }[];

  constructor(schemas: Readonly<Record<string, PayloadSchema>>) {
    this.#schemas = Object.entries(schemas).map(([pattern, schema]) => ({ pattern: parsePattern(pattern), schema }));
  }

  /** The schemas whose patterns match; undefined when there are none. */
  of(topic: string): readonly PayloadSchema[] | undefined {
    const matching = this.#schemas.filter(({ pattern }) => patternMatches(pattern, topic)).map(({ schema }) => schema);
    return matching.length === 0 ? undefined : matching;
  }
}

/**
 * What is wrong with a payload by the schemas of its topic; undefined when nothing is.
 *
 * A schema only says yes or no: what it would transform the payload into is not used, since the publisher's object is what travels.
 */
export function payloadFault(
  record: TopicRecord,
  schemas: readonly PayloadSchema[],
  payload: unknown,
): BusError | undefined {
  for (const schema of schemas) {
    try {
      const fault = faultBy(schema, record, payload);
      if (fault !== undefined) return fault;
    } catch (error) {
      return invalidPayload(record, 'its schema threw', 'The error of the schema is the cause of this one.', error);
    }
  }
  return undefined;
}

function faultBy(schema: PayloadSchema, record: TopicRecord, payload: unknown): BusError | undefined {
  const result = schema['~standard'].validate(payload);
  if (isThenable(result)) {
    // Nobody waits for it; unhandled, its rejection would end the process.
    result.then(undefined, () => undefined);
    return invalidPayload(record, 'its schema is asynchronous', 'Give a schema that validates synchronously.');
  }
  if (result.issues === undefined) return undefined;
  const issues = result.issues.slice(0, MAX_SHOWN_ISSUES).map(describe).join('; ');
  return invalidPayload(record, issues, `Publish what the schema of ${record.topic} asks for.`, result.issues);
}

function invalidPayload(record: TopicRecord, what: string, hint: string, cause?: unknown): BusError {
  return new BusError('INVALID_PAYLOAD', {
    message: `The payload for ${record.topic} is refused: ${what}.`,
    hint,
    cause,
  });
}

function describe(issue: SchemaIssue): string {
  const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}

const MAX_SHOWN_ISSUES = 5;

/** Whether something is a Standard Schema of version 1. */
export function isPayloadSchema(value: unknown): value is PayloadSchema {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || !('~standard' in value))
    return false;
  const standard = value['~standard'];
  if (typeof standard !== 'object' || standard === null || !('validate' in standard) || !('version' in standard))
    return false;
  return standard.version === 1 && typeof standard.validate === 'function';
}
