import { ValidationError, showValue } from '../vocabulary/errors.ts';

/** A W3C trace context: which trace a message belongs to, and which span published it. */
export interface TraceParent {
  /** 32 lower-case hexadecimal digits, not all zero. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits, not all zero. */
  readonly parentId: string;
  readonly sampled: boolean;
}

/** The header that carries it across transports. */
export const TRACEPARENT_HEADER = 'traceparent';

/**
 * Reads a `traceparent` header by the rules of W3C Trace Context, level 1; later versions are read as far as they agree with it.
 *
 * @throws ValidationError `INVALID_TRACEPARENT`
 */
export function parseTraceparent(input: unknown): TraceParent {
  const parts = typeof input === 'string' ? TRACEPARENT.exec(input) : null;
  const [, version = '', traceId = '', parentId = '', flags = '', rest = ''] = parts ?? [];
  const tooLong = version === '00' && rest !== '';
  if (parts === null || version === 'ff' || tooLong || ALL_ZERO.test(traceId) || ALL_ZERO.test(parentId)) {
    throw new ValidationError('INVALID_TRACEPARENT', {
      path: TRACEPARENT_HEADER,
      expected: 'version-traceId-parentId-flags in lower-case hexadecimal digits (2-32-16-2)',
      received: showValue(input),
      hint: 'Start a new trace instead of continuing a broken one.',
    });
  }
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & SAMPLED) !== 0 };
}

/** The `traceparent` header of a context, in version 00. {@link parseTraceparent} reads it back; the ids are not checked here. */
export function formatTraceparent(context: TraceParent): string {
  return `00-${context.traceId}-${context.parentId}-${context.sampled ? '01' : '00'}`;
}

const TRACEPARENT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;
const ALL_ZERO = /^0+$/;
const SAMPLED = 1;
