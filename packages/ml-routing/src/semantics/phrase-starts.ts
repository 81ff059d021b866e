/**
 * How the phrases of several words begin: by their first two words.
 *
 * Workload: asked for every word of a query that is not cached. Most words begin no phrase, and most of those that do go on otherwise; to see that here costs a look-up of
 * two words whose hashes are known, while a phrase has to be put together before it can be looked up.
 */
export class PhraseStarts {
  readonly #seconds = new Map<string, Set<string>>();

  /** A phrase in its normal form; nothing happens where it is a single word. */
  add(phrase: string): void {
    const [first = '', second] = phrase.split(' ', 2);
    if (second === undefined) return;
    const seconds = this.#seconds.get(first);
    if (seconds === undefined) this.#seconds.set(first, new Set([second]));
    else seconds.add(second);
  }

  /** Whether a phrase begins with this word. */
  begin(word: string): boolean {
    return this.#seconds.has(word);
  }

  /** Whether a phrase begins with these two. */
  beginWith(first: string, second: string): boolean {
    return this.#seconds.get(first)?.has(second) === true;
  }
}
