import type { NameScan } from './name-scan.ts';
import { FIRST, HASH, ID, SlotTable, home, next } from './slot-table.ts';

/**
 * Numbers the literal segments that patterns use: `BINANCE` is 7 wherever it stands.
 *
 * A segment is looked up straight from the text of its topic or pattern, without cutting it out; from then on the trie compares numbers.
 * Each use is counted, and a number is given out again after its last use was released.
 */
export class SegmentTable {
  readonly #slots = new SlotTable();
  readonly #texts: string[] = [''];
  readonly #hashes: number[] = [0];
  readonly #uses: number[] = [0];
  readonly #free: number[] = [];

  /** The number of a segment of the scanned pattern, with one more use of it. */
  acquire(scan: NameScan, segment: number): number {
    let id = this.find(scan, segment);
    if (id === 0) {
      const start = scan.starts[segment] as number;
      const end = (scan.starts[segment + 1] as number) - 1;
      const hash = scan.segmentHashes[segment] as number;
      id = this.#free.pop() ?? this.#texts.length;
      this.#texts[id] = scan.text.slice(start, end);
      this.#hashes[id] = hash;
      this.#uses[id] = 0;
      this.#slots.insert(hash, id, end - start, 0);
    }
    this.#uses[id] = (this.#uses[id] as number) + 1;
    return id;
  }

  /** Takes one use back. */
  release(id: number): void {
    const uses = (this.#uses[id] as number) - 1;
    this.#uses[id] = uses;
    if (uses > 0) return;
    this.#slots.remove(this.#hashes[id] as number, id);
    this.#texts[id] = '';
    this.#free.push(id);
  }

  /** The number of a segment of the scanned name; 0 when no pattern uses it. */
  find(scan: NameScan, segment: number): number {
    const start = scan.starts[segment] as number;
    const end = (scan.starts[segment + 1] as number) - 1;
    const hash = scan.segmentHashes[segment] as number;
    const { slots } = this.#slots;
    for (let at = home(slots, hash); ; at = next(slots, at)) {
      const id = slots[at + ID] as number;
      if (id === 0) return 0;
      if (slots[at + HASH] !== hash || slots[at + FIRST] !== end - start) continue;
      if (isText(scan.text, start, this.#texts[id] as string)) return id;
    }
  }
}

function isText(name: string, start: number, segment: string): boolean {
  for (let i = 0; i < segment.length; i += 1) {
    if (name.charCodeAt(start + i) !== segment.charCodeAt(i)) return false;
  }
  return true;
}
