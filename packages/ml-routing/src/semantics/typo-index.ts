import { editDistance } from './edit-distance.ts';

/** A known word near one that is not, and how far away it is. */
export interface NearWord {
  readonly word: string;
  readonly distance: number;
}

/**
 * Finds the known word that was probably meant.
 *
 * Workload: some thousand words, added once; asked a few times per query that is not cached. Words are found by what is left when letters are
 * taken away from both sides (symmetric deletes: Garbe 2012), which costs some tens of look-ups whatever the number of words.
 *
 * A word of five letters and more may be one edit away, one of eight and more two; shorter ones are taken as they are. The first letter is
 * trusted: it is seldom mistyped, and without it a third of the English language lies next to some venue.
 */
export class TypoIndex {
  readonly #byRest = new Map<string, string[]>();
  readonly #maxWords: number;
  /** What was found lately: people mistype the same words, and a word that is not known comes again until it is learned. */
  readonly #found = new Map<string, NearWord | undefined>();
  #size = 0;

  constructor(maxWords: number) {
    this.#maxWords = maxWords;
  }

  /** Beyond the bound a word is not added: it is found when it is spelled right. */
  add(word: string): void {
    const edits = editsOf(word);
    if (edits === 0 || word.includes(' ') || this.#size >= this.#maxWords) return;
    this.#size += 1;
    this.#found.clear();
    for (const rest of restsOf(word, edits)) {
      const words = this.#byRest.get(rest);
      if (words === undefined) this.#byRest.set(rest, [word]);
      else if (!words.includes(word)) words.push(word);
    }
  }

  /** The nearest word; undefined where none is near, or two are equally near. */
  nearest(word: string): NearWord | undefined {
    const edits = editsOf(word);
    if (edits === 0) return undefined;
    if (this.#found.has(word)) return this.#found.get(word);
    if (this.#found.size >= MAX_FOUND) this.#found.clear();
    const found = this.#search(word, edits);
    this.#found.set(word, found);
    return found;
  }

  #search(word: string, edits: number): NearWord | undefined {
    let best: string | undefined;
    let least = edits + 1;
    let tied = false;
    for (const rest of restsOf(word, edits)) {
      for (const candidate of this.#byRest.get(rest) ?? []) {
        if (candidate === best || candidate.charCodeAt(0) !== word.charCodeAt(0)) continue;
        const most = Math.min(edits, editsOf(candidate));
        const distance = editDistance(word, candidate, most);
        if (distance > most || distance > least) continue;
        tied = distance === least && !isPluralOf(candidate, best);
        if (distance < least) best = candidate;
        least = distance;
      }
    }
    return best === undefined || tied ? undefined : { word: best, distance: least };
  }
}

/** Two forms of one word are no tie. */
function isPluralOf(one: string, other: string | undefined): boolean {
  return other !== undefined && (one === `${other}s` || other === `${one}s`);
}

function editsOf(word: string): number {
  if (word.length < LEAST_LETTERS || word.length > MOST_LETTERS) return 0;
  return word.length < LETTERS_OF_TWO_EDITS ? 1 : 2;
}

/** The word itself, and what is left of it without one or two letters. */
function restsOf(word: string, edits: number): ReadonlySet<string> {
  const rests = new Set([word]);
  for (let i = 1; i < word.length; i += 1) {
    const one = word.slice(0, i) + word.slice(i + 1);
    rests.add(one);
    if (edits < 2) continue;
    for (let j = i; j < one.length; j += 1) rests.add(one.slice(0, j) + one.slice(j + 1));
  }
  return rests;
}

const MAX_FOUND = 1_024;
const LEAST_LETTERS = 5;
const LETTERS_OF_TWO_EDITS = 8;
const MOST_LETTERS = 24;
