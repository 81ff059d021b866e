import { TOPIC_LIMITS } from './limits.ts';
import { nameError, segmentsFault, type NameFault } from './topic.ts';

/**
 * What a subscriber gives to say which topics it wants.
 *
 * | in a pattern | matches |
 * |---|---|
 * | `*` | zero or more characters, dots included (NautilusTrader's rule) |
 * | `?` | exactly one character, a dot included (NautilusTrader's rule) |
 * | `+`, as a whole segment | exactly one segment |
 * | anything else | itself |
 *
 * So `data.*` does not match `data`, and `data*` does. `**` is read as `*`. The limits of topics hold, and at most four `*`.
 * A topic is also a pattern: the one that matches only itself.
 */
export type Pattern = string & { readonly __tradewindPattern: true };

/**
 * Checks a pattern and brings it into its canonical form, in which runs of `*` are a single one.
 *
 * @throws ValidationError `INVALID_PATTERN`, with the position of the first character at fault in its message.
 */
export function parsePattern(input: unknown): Pattern {
  const fault = patternFault(input);
  if (fault !== undefined)
    throw nameError(input, { code: 'INVALID_PATTERN', path: 'pattern', fault, hint: PATTERN_HINT });
  return (input as string).replaceAll(STAR_RUNS, '*') as Pattern;
}

/**
 * Whether {@link parsePattern} would take the input. It is no type guard: a pattern with runs of `*` is valid, and not yet in its
 * canonical form.
 */
export function isPattern(input: unknown): boolean {
  return patternFault(input) === undefined;
}

/** Whether a pattern has a wildcard; one without is a topic. */
export function hasWildcard(pattern: string): boolean {
  return WILDCARD.test(pattern);
}

/** The first rule of patterns that the input breaks; undefined for a pattern. */
export function patternFault(input: unknown): NameFault | undefined {
  const fault = segmentsFault(input);
  if (fault !== undefined || typeof input !== 'string') return fault;
  let stars = 0;
  for (let i = 0; i < input.length; i += 1) {
    if (input[i] !== '*' || input[i - 1] === '*') continue;
    stars += 1;
    if (stars > TOPIC_LIMITS.maxStars) return { expected: `at most ${TOPIC_LIMITS.maxStars} times *`, position: i };
  }
  return undefined;
}

const STAR_RUNS = /\*{2,}/g;
const WILDCARD = /[*?]|(?:^|\.)\+(?:\.|$)/;
const PATTERN_HINT =
  'Use segments joined by dots with *, ? or a whole-segment +, such as data.quotes.BINANCE.* or data.quotes.+.BTCUSDT.';
