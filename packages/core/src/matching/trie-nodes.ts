import type { GlobSet } from './glob-set.ts';

/**
 * The nodes of a {@link PatternTrie}: numbers from 1 on, 0 means none.
 *
 * The integers of a node lie side by side, four of them in sixteen bytes, so that a step of a look-up touches one cache line; objects are
 * looked up only where the node's flags say that there is one. A released number is given out again.
 */
export class TrieNodes<G> {
  /** Records of {@link RECORD_SIZE} integers: see the `*_FIELD` constants. Replaced when it grows. */
  records: Int32Array = new Int32Array(SMALLEST * RECORD_SIZE);
  /** The group whose pattern ends at a node. */
  readonly ending: (G | undefined)[] = [undefined];
  /** The group whose pattern ends in a whole-segment `*` behind a node. */
  readonly star: (G | undefined)[] = [undefined];
  /** The globs behind a node. */
  readonly globs: (GlobSet<G> | undefined)[] = [undefined];
  readonly #free: number[] = [];

  /** How many numbers it has given out at most; what it occupies grows with it. */
  get capacity(): number {
    return this.ending.length;
  }

  /** Whether so little of it is in use that building a new one gives memory back. */
  get isSparse(): boolean {
    return this.capacity > SMALLEST && this.#free.length * 4 > this.capacity * 3;
  }

  allocate(parent: number, label: number): number {
    const node = this.#free.pop() ?? this.ending.length;
    this.ending[node] = undefined;
    this.star[node] = undefined;
    this.globs[node] = undefined;
    const at = node * RECORD_SIZE;
    if (at >= this.records.length) this.#grow();
    this.records[at + PARENT_FIELD] = parent;
    this.records[at + LABEL_FIELD] = label;
    this.records[at + PLUS_FIELD] = 0;
    this.records[at + FLAGS_FIELD] = 0;
    return node;
  }

  release(node: number): void {
    this.#free.push(node);
  }

  field(node: number, field: number): number {
    return this.records[node * RECORD_SIZE + field] as number;
  }

  setField(node: number, field: number, value: number): void {
    this.records[node * RECORD_SIZE + field] = value;
  }

  /** Counts one literal edge more or less. */
  countChild(node: number, difference: 1 | -1): void {
    this.setField(node, FLAGS_FIELD, this.field(node, FLAGS_FIELD) + difference * ONE_CHILD);
  }

  setEnding(node: number, group: G | undefined): void {
    this.ending[node] = group;
    this.#flag(node, HAS_ENDING, group !== undefined);
  }

  setStar(node: number, group: G | undefined): void {
    this.star[node] = group;
    this.#flag(node, HAS_STAR, group !== undefined);
  }

  setGlobs(node: number, globs: GlobSet<G> | undefined): void {
    this.globs[node] = globs;
    this.#flag(node, HAS_GLOBS, globs !== undefined);
  }

  /** Whether nothing ends at a node or behind it. */
  isEmpty(node: number): boolean {
    return this.field(node, FLAGS_FIELD) === 0 && this.field(node, PLUS_FIELD) === 0;
  }

  #flag(node: number, flag: number, isSet: boolean): void {
    const flags = this.field(node, FLAGS_FIELD);
    this.setField(node, FLAGS_FIELD, isSet ? flags | flag : flags & ~flag);
  }

  #grow(): void {
    const larger = new Int32Array(this.records.length * 2);
    larger.set(this.records);
    this.records = larger;
  }
}

/** Integers of a node. */
export const RECORD_SIZE = 4;
/** The node that leads here, or 0. */
export const PARENT_FIELD = 0;
/** The number of the literal segment that leads here, or 0 for `+`. */
export const LABEL_FIELD = 1;
/** The node behind `+`, or 0. */
export const PLUS_FIELD = 2;
/** Three flags, and above them the number of literal edges. */
export const FLAGS_FIELD = 3;
const HAS_ENDING = 1;
const HAS_STAR = 2;
const HAS_GLOBS = 4;
/** A `*` or globs behind the node. */
export const HAS_REST: number = HAS_STAR | HAS_GLOBS;
/** What one literal edge adds to the flags. */
export const ONE_CHILD = 8;

const SMALLEST = 64;
