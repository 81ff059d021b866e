import { compareRanks, type TestEntry } from './entries.ts';

/** The meaning of a pattern as a regular expression, written without a look at the matcher. */
export function patternExpression(pattern: string): RegExp {
  const segments = pattern.split('.').map((segment) => {
    if (segment === '+') return '[^.]+';
    return segment.replaceAll(/[\\^$.|?*+()[\]{}/-]/g, (character) => {
      if (character === '*') return '.*';
      return character === '?' ? '.' : `\\${character}`;
    });
  });
  return new RegExp(`^${segments.join('\\.')}$`, 's');
}

/** An index that keeps nothing: tries every entry on every topic. */
export class ReferenceIndex {
  readonly entries = new Set<TestEntry>();
  /** How many pairs of pattern and topic were compared. */
  pairs = 0;
  readonly #expressions = new Map<string, RegExp>();

  route(topic: string): readonly TestEntry[] {
    this.pairs += this.entries.size;
    return [...this.entries].filter((entry) => this.#expression(entry.pattern).test(topic)).toSorted(compareRanks);
  }

  #expression(pattern: string): RegExp {
    const known = this.#expressions.get(pattern);
    if (known !== undefined) return known;
    const made = patternExpression(pattern);
    this.#expressions.set(pattern, made);
    return made;
  }
}
