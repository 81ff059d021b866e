import { normalPhrase } from './phrase.ts';

/**
 * Whether a name is about orders or commands, which no guess may ever reach: `events.order.DESK-1`, `commands.system.shutdown`.
 *
 * Every word of every segment counts, wherever it stands: to refuse too much costs a glob, to accept too much costs money. An order book is no
 * order.
 */
export function isProtected(name: string): boolean {
  return hasProtectedWord(normalPhrase(name).split(' '));
}

/** The same for words in their normal form. */
export function hasProtectedWord(words: readonly string[]): boolean {
  return words.some((word, at) => PROTECTED.has(word) && !(word.startsWith('order') && BOOK.has(words[at + 1] ?? '')));
}

const PROTECTED: ReadonlySet<string> = new Set(
  'order orders command commands cmd cmds execution executions exec fill fills oms submit cancel cancels replace'.split(
    ' ',
  ),
);
const BOOK: ReadonlySet<string> = new Set(['book', 'books']);
