import { FIRST, HASH, ID, SlotTable, home, next } from './slot-table.ts';
import { spreadHash, textHash } from './text-hash.ts';
import type { TopicScan } from './topic-scan.ts';

/**
 * Numbers the literal segments that patterns use: `BINANCE` is 7 wherever it stands.
 *
 * A topic's segment is looked up once, straight from the topic's text without cutting it out; from then on the trie compares numbers.
 * Each use is counted, and a number is given out again after the last one is released.
 */
export class SegmentTable {
  readonly #slots = new SlotTable();
  readonly #texts: string[] = [''];
  readonly #uses: number[] = [0];
  readonly #free: number[] = [];

  /** The number of a segment, with one more use of it. */
  acquire(text: string): number {
    const hash = spreadHash(textHash(text, 0, text.length));
    let id = this.#idOf(text, hash);
    if (id === 0) {
      id = this.#free.pop() ?? this.#texts.length;
      this.#texts[id] = text;
      this.#uses[id] = 0;
      this.#slots.insert(hash, id, text.length, 0);
    }
    this.#uses[id] = (this.#uses[id] as number) + 1;
    return id;
  }

  /** The number of a segment that is in use; 0 for another. */
  idOf(text: string): number {
    return this.#idOf(text, spreadHash(textHash(text, 0, text.length)));
  }

  /** Takes one use back. */
  release(id: number): void {
    const uses = (this.#uses[id] as number) - 1;
    this.#uses[id] = uses;
    if (uses > 0) return;
    const text = this.#texts[id] as string;
    this.#slots.remove(spreadHash(textHash(text, 0, text.length)), id);
    this.#texts[id] = '';
    this.#free.push(id);
  }

  /** The number of a topic's segment; 0 when no pattern uses it. */
  find(scan: TopicScan, segment: number): number {
    const start = scan.starts[segment] as number;
    const end = (scan.starts[segment + 1] as number) - 1;
    const hash = scan.hash(start, end);
    const { slots } = this.#slots;
    for (let at = home(slots, hash); ; at = next(slots, at)) {
      const id = slots[at + ID] as number;
      if (id === 0) return 0;
      if (slots[at + HASH] !== hash || slots[at + FIRST] !== end - start) continue;
      if (isText(scan.codes, start, this.#texts[id] as string)) return id;
    }
  }

  #idOf(text: string, hash: number): number {
    const { slots } = this.#slots;
    for (let at = home(slots, hash); ; at = next(slots, at)) {
      const id = slots[at + ID] as number;
      if (id === 0 || (slots[at + HASH] === hash && this.#texts[id] === text)) return id;
    }
  }
}

function isText(codes: Uint16Array, start: number, text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    if (codes[start + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}
