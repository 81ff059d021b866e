import { GlobSet } from './glob-set.ts';
import type { Matches } from './matches.ts';
import type { NameScan } from './name-scan.ts';
import { SegmentTable } from './segment-table.ts';
import { FIRST, ID, SECOND, SlotTable, home, next } from './slot-table.ts';
import { spreadHash } from './text-hash.ts';
import {
  FLAGS_FIELD,
  HAS_REST,
  LABEL_FIELD,
  ONE_CHILD,
  PARENT_FIELD,
  PLUS_FIELD,
  RECORD_SIZE,
  TrieNodes,
} from './trie-nodes.ts';

/** What a trie finds by its pattern. */
export interface TrieGroup {
  readonly pattern: string;
  /** Where it hangs; written by the trie. */
  node: number;
}

/**
 * Finds the patterns with wildcards that match a topic: a trie over segments.
 *
 * A pattern walks along literal segments and `+` as far as these go. There it ends, or ends in a whole-segment `*` (one or more further
 * segments), or the rest of it is a glob over the remaining text. Since `*` and `?` cross dots, everything from the first of them on is
 * such a rest; nothing in the trie itself ever has to guess where a star ends.
 *
 * Workload: up to some 100,000 patterns, and a topic that was never seen should touch few cache lines. So a node is a number, and one
 * hash table holds the literal edges of all nodes. A topic's segment is looked up by its text once; from then on numbers are compared.
 * Adding and removing cost one step per segment.
 */
export class PatternTrie<G extends TrieGroup> {
  readonly #segments = new SegmentTable();
  readonly #edges = new SlotTable();
  readonly #nodes = new TrieNodes<G>();
  /** The nodes that the topic's segments so far lead to, and those that one segment more leads to. */
  readonly #reached: number[] = [];
  readonly #reachedNext: number[] = [];
  #size = 0;
  #walkedText = '';
  #walkedSegments = 0;
  #walkedNode: number = ROOT;

  constructor() {
    this.#nodes.allocate(NONE, PLUS);
  }

  /** How many groups it holds. */
  get size(): number {
    return this.#size;
  }

  /** Whether so many patterns have gone that a new trie would occupy much less. */
  get isSparse(): boolean {
    return this.#nodes.isSparse;
  }

  /** The group of the scanned pattern. */
  find(scan: NameScan): G | undefined {
    const pathEnd = pathLength(scan);
    const node = this.#walk(scan, pathEnd);
    if (this.#walkedSegments < pathEnd) return undefined;
    if (pathEnd === scan.segments) return this.#nodes.ending[node];
    return isStarAt(scan, pathEnd) ? this.#nodes.star[node] : this.#nodes.globs[node]?.find(restOf(scan, pathEnd));
  }

  /** Adds the group of the scanned pattern; none may be there. */
  add(scan: NameScan, group: G): void {
    const pathEnd = pathLength(scan);
    let node = this.#walk(scan, pathEnd);
    for (let k = this.#walkedSegments; k < pathEnd; k += 1) {
      node = scan.isLiteral(k) ? this.#addChild(node, scan, k) : this.#addPlus(node);
    }
    this.#walkedText = '';
    this.#size += 1;
    group.node = node;
    if (pathEnd === scan.segments) {
      this.#nodes.setEnding(node, group);
    } else if (isStarAt(scan, pathEnd)) {
      this.#nodes.setStar(node, group);
    } else {
      const globs = this.#nodes.globs[node] ?? new GlobSet<G>();
      globs.add(restOf(scan, pathEnd), group);
      this.#nodes.setGlobs(node, globs);
    }
  }

  /** Removes a group that was added, and the nodes that nothing needs any more. */
  remove(scan: NameScan, group: G): void {
    const { node } = group;
    const nodes = this.#nodes;
    this.#walkedText = '';
    this.#size -= 1;
    if (nodes.ending[node] === group) {
      nodes.setEnding(node, undefined);
    } else if (nodes.star[node] === group) {
      nodes.setStar(node, undefined);
    } else {
      scan.read(group.pattern);
      const globs = nodes.globs[node];
      globs?.remove(restOf(scan, pathLength(scan)));
      if (globs?.size === 0) nodes.setGlobs(node, undefined);
    }
    this.#prune(node);
  }

  /** All groups, in no particular order. */
  groups(): readonly G[] {
    const found: G[] = [];
    for (let node = ROOT; node < this.#nodes.capacity; node += 1) {
      const ending = this.#nodes.ending[node];
      const star = this.#nodes.star[node];
      if (ending !== undefined) found.push(ending);
      if (star !== undefined) found.push(star);
      this.#nodes.globs[node]?.list(found);
    }
    return found;
  }

  /** Adds the groups whose patterns match the scanned topic to `found`, each once, in no particular order. */
  collect(scan: NameScan, found: Matches<G>): void {
    let here = this.#reached;
    let behind = this.#reachedNext;
    let count = 1;
    here[0] = ROOT;
    for (let depth = 0; count > 0 && depth < scan.segments; depth += 1) {
      const segment = this.#segments.find(scan, depth);
      let countBehind = 0;
      for (let i = 0; i < count; i += 1) {
        const node = here[i] as number;
        const record = node * RECORD_SIZE;
        const flags = this.#nodes.records[record + FLAGS_FIELD] as number;
        if ((flags & HAS_REST) !== 0) this.#collectRest(node, depth, scan, found);
        const child = segment === NONE || flags < ONE_CHILD ? NONE : this.#edge(node, segment);
        if (child !== NONE) {
          behind[countBehind] = child;
          countBehind += 1;
        }
        const plus = this.#nodes.records[record + PLUS_FIELD] as number;
        if (plus !== NONE) {
          behind[countBehind] = plus;
          countBehind += 1;
        }
      }
      const swapped = here;
      here = behind;
      behind = swapped;
      count = countBehind;
    }
    for (let i = 0; i < count; i += 1) {
      const ending = this.#nodes.ending[here[i] as number];
      if (ending !== undefined) found.add(ending);
    }
  }

  #collectRest(node: number, depth: number, scan: NameScan, found: Matches<G>): void {
    const star = this.#nodes.star[node];
    if (star !== undefined) found.add(star);
    const globs = this.#nodes.globs[node];
    if (globs === undefined) return;
    scan.startTailAt(depth);
    globs.collect(scan, found);
  }

  /** The node behind a literal segment; 0 when there is none. */
  #edge(node: number, segment: number): number {
    const { slots } = this.#edges;
    for (let at = home(slots, edgeHash(node, segment)); ; at = next(slots, at)) {
      const child = slots[at + ID] as number;
      if (child === NONE || (slots[at + FIRST] === node && slots[at + SECOND] === segment)) return child;
    }
  }

  /**
   * Goes along the first `pathEnd` segments of the scanned pattern as far as there are nodes, and returns the last one. Who subscribes
   * looks for the group first and adds it then; the second time the way is known.
   */
  #walk(scan: NameScan, pathEnd: number): number {
    if (this.#walkedText === scan.text) return this.#walkedNode;
    let node = ROOT;
    let k = 0;
    for (; k < pathEnd; k += 1) {
      const reached = scan.isLiteral(k) ? this.#literalEdge(node, scan, k) : this.#nodes.field(node, PLUS_FIELD);
      if (reached === NONE) break;
      node = reached;
    }
    this.#walkedText = scan.text;
    this.#walkedSegments = k;
    this.#walkedNode = node;
    return node;
  }

  #literalEdge(node: number, scan: NameScan, k: number): number {
    const segment = this.#segments.find(scan, k);
    return segment === NONE ? NONE : this.#edge(node, segment);
  }

  #addChild(node: number, scan: NameScan, k: number): number {
    const segment = this.#segments.acquire(scan, k);
    const child = this.#nodes.allocate(node, segment);
    this.#edges.insert(edgeHash(node, segment), child, node, segment);
    this.#nodes.countChild(node, 1);
    return child;
  }

  #addPlus(node: number): number {
    const child = this.#nodes.allocate(node, PLUS);
    this.#nodes.setField(node, PLUS_FIELD, child);
    return child;
  }

  /** Gives back a node that leads nowhere, and those above it that led only there. */
  #prune(from: number): void {
    const nodes = this.#nodes;
    let node = from;
    while (node !== ROOT && nodes.isEmpty(node)) {
      const parent = nodes.field(node, PARENT_FIELD);
      const label = nodes.field(node, LABEL_FIELD);
      if (label === PLUS) {
        nodes.setField(parent, PLUS_FIELD, NONE);
      } else {
        this.#edges.remove(edgeHash(parent, label), node);
        nodes.countChild(parent, -1);
        this.#segments.release(label);
      }
      nodes.release(node);
      node = parent;
    }
  }
}

/** How many segments of a pattern stand before its first `*` or `?`. */
function pathLength({ globSegments, segments }: NameScan): number {
  return globSegments === 0 ? segments : 31 - Math.clz32(globSegments & -globSegments);
}

/** Whether a segment is a whole-segment `*` and the last one. */
function isStarAt(scan: NameScan, segment: number): boolean {
  const { length, segments, starts, text } = scan;
  return segment === segments - 1 && starts[segment] === length - 1 && text.charCodeAt(length - 1) === STAR;
}

/** The text from a segment to the end. */
function restOf(scan: NameScan, segment: number): string {
  return scan.text.slice(scan.starts[segment]);
}

function edgeHash(node: number, segment: number): number {
  return spreadHash(Math.imul(node, 0x9e_37_79_b1) ^ segment);
}

const NONE = 0;
const ROOT = 1;
/** The label of an edge that any segment takes; literal segments are numbered from 1. */
const PLUS = 0;
const STAR = 0x2a;
