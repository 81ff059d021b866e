import { ValidationError, showValue, type ValidationErrorCode } from './errors.ts';
import { TOPIC_LIMITS } from './limits.ts';

/**
 * A literal, dot-separated name that messages are published on: `data.trades.BINANCE.BTCUSDT`.
 *
 * Segments joined by dots; no empty segment, no `*` or `?` anywhere, no segment that is exactly `+`; at most 32 segments and
 * 255 characters. The brand says that {@link parseTopic} has seen it; the buses take plain strings and check them themselves,
 * once per topic and not once per message.
 */
export type Topic = string & { readonly __tradewindTopic: true };

/** What is wrong with a name, and where: `position` is the index of the first character at fault. */
export interface NameFault {
  readonly expected: string;
  readonly position: number;
}

/**
 * Checks a topic.
 *
 * @returns The same string, branded.
 * @throws ValidationError `INVALID_TOPIC`, with the position of the first character at fault in its message.
 */
export function parseTopic(input: unknown): Topic {
  if (!isTopic(input))
    throw nameError(input, { code: 'INVALID_TOPIC', path: 'topic', fault: topicFault(input), hint: TOPIC_HINT });
  return input;
}

/** Whether the input is a topic: the check of {@link parseTopic}, which throws instead and says where the fault is. */
export function isTopic(input: unknown): input is Topic {
  return topicFault(input) === undefined;
}

/** The first rule of topics that the input breaks; undefined for a topic. */
export function topicFault(input: unknown): NameFault | undefined {
  const fault = segmentsFault(input);
  if (fault !== undefined || typeof input !== 'string') return fault;
  for (let i = 0; i < input.length; i += 1) {
    const code = input.charCodeAt(i);
    if (code === STAR || code === QUESTION) return { expected: 'a topic without the wildcards * and ?', position: i };
    if (code === PLUS && isWholeSegment(input, i)) {
      return { expected: 'a topic without a segment that is exactly +', position: i };
    }
  }
  return undefined;
}

/** The rules that topics, patterns and endpoints share: text, length, number of segments, no empty segment. */
export function segmentsFault(input: unknown): NameFault | undefined {
  if (typeof input !== 'string') return { expected: 'a string', position: 0 };
  if (input.length === 0) return { expected: 'at least one character', position: 0 };
  if (input.length > TOPIC_LIMITS.maxCharacters) {
    return { expected: `at most ${TOPIC_LIMITS.maxCharacters} characters`, position: TOPIC_LIMITS.maxCharacters };
  }
  let segments = 1;
  let segmentStart = 0;
  for (let i = 0; i < input.length; i += 1) {
    if (input.charCodeAt(i) !== DOT) continue;
    if (i === segmentStart) return { expected: 'no empty segment', position: i };
    segments += 1;
    if (segments > TOPIC_LIMITS.maxSegments)
      return { expected: `at most ${TOPIC_LIMITS.maxSegments} segments`, position: i };
    segmentStart = i + 1;
  }
  return segmentStart === input.length ? { expected: 'no empty segment', position: input.length - 1 } : undefined;
}

/** Whether the character at `index` is a segment of its own. */
export function isWholeSegment(text: string, index: number): boolean {
  const startsSegment = index === 0 || text.charCodeAt(index - 1) === DOT;
  const endsSegment = index === text.length - 1 || text.charCodeAt(index + 1) === DOT;
  return startsSegment && endsSegment;
}

/** What kind of name was asked for, and what is wrong with the one that came. */
interface NameErrorDetails {
  readonly code: ValidationErrorCode;
  readonly path: string;
  readonly fault: NameFault | undefined;
  readonly hint: string;
}

/** Builds the error of a name that breaks a rule. */
export function nameError(input: unknown, { code, path, fault, hint }: NameErrorDetails): ValidationError {
  const where = fault === undefined || typeof input !== 'string' ? '' : ` (at character ${fault.position})`;
  return new ValidationError(code, {
    path,
    expected: fault?.expected ?? 'a valid name',
    received: `${showValue(input)}${where}`,
    hint,
  });
}

const DOT = 0x2e;
const STAR = 0x2a;
const QUESTION = 0x3f;
const PLUS = 0x2b;
const TOPIC_HINT =
  'Join non-empty segments by dots, such as data.quotes.BINANCE.BTCUSDT; wildcards belong into the pattern of a subscription.';
