import { TOPIC_LIMITS } from '@tradewind/core-types';
import { GlobBucket } from './glob-bucket.ts';
import { GlobTail } from './glob-tail.ts';
import { SegmentTable } from './segment-table.ts';
import { SlotTable } from './slot-table.ts';
import { spreadHash } from './text-hash.ts';
import type { TopicScan } from './topic-scan.ts';
import {
  FLAGS_FIELD,
  HAS_ENDING,
  HAS_GLOBS,
  HAS_STAR,
  LABEL_FIELD,
  PARENT_FIELD,
  PLUS_FIELD,
  RECORD_SIZE,
  TrieNodes,
} from './trie-nodes.ts';

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
export class PatternTrie<G extends { readonly pattern: string }> {
  readonly #segments = new SegmentTable();
  readonly #edges = new SlotTable();
  readonly #nodes = new TrieNodes<G>();
  readonly #topicSegments = new Int32Array(TOPIC_LIMITS.maxSegments);

  constructor() {
    this.#nodes.allocate(NONE, PLUS);
  }

  /** Whether so many patterns have gone that a new trie would occupy much less. */
  get isSparse(): boolean {
    return this.#nodes.isSparse;
  }

  /** Adds a group; none with the same pattern may be there. */
  add(group: G): void {
    const { pattern } = group;
    let node = ROOT;
    for (let start = 0; start <= pattern.length; ) {
      const end = endOfSegment(pattern, start);
      const segment = pattern.slice(start, end);
      if (isGlob(segment)) {
        this.#addRest(node, pattern.slice(start), group);
        return;
      }
      node = segment === '+' ? this.#plusOf(node) : this.#childOf(node, segment);
      start = end + 1;
    }
    this.#nodes.setEnding(node, group);
  }

  /** Removes a group that was added, and the nodes that nothing needs any more. */
  remove(group: G): void {
    const { pattern } = group;
    let node = ROOT;
    for (let start = 0; ; ) {
      if (start > pattern.length) {
        this.#nodes.setEnding(node, undefined);
        break;
      }
      const end = endOfSegment(pattern, start);
      const segment = pattern.slice(start, end);
      if (isGlob(segment)) {
        this.#removeRest(node, pattern.slice(start), group);
        break;
      }
      node = segment === '+' ? this.#nodes.field(node, PLUS_FIELD) : this.#edge(node, this.#segments.idOf(segment));
      start = end + 1;
    }
    this.#prune(node);
  }

  /** Adds the groups whose patterns match the scanned topic to `found`, each once, in no particular order. */
  collect(scan: TopicScan, found: G[]): void {
    for (let k = 0; k < scan.segments; k += 1) this.#topicSegments[k] = this.#segments.find(scan, k);
    this.#collectFrom(ROOT, 0, scan, found);
  }

  #collectFrom(node: number, depth: number, scan: TopicScan, found: G[]): void {
    const nodes = this.#nodes;
    const flags = nodes.records[node * RECORD_SIZE + FLAGS_FIELD] as number;
    if (depth === scan.segments) {
      if ((flags & HAS_ENDING) !== 0) found.push(nodes.ending[node] as G);
      return;
    }
    if ((flags & HAS_STAR) !== 0) found.push(nodes.star[node] as G);
    if ((flags & HAS_GLOBS) !== 0) {
      scan.startTailAt(depth);
      (nodes.globs[node] as GlobBucket<G>).collect(scan, found);
    }
    const segment = this.#topicSegments[depth] as number;
    const child = segment === NONE ? NONE : this.#edge(node, segment);
    if (child !== NONE) this.#collectFrom(child, depth + 1, scan, found);
    const plus = nodes.records[node * RECORD_SIZE + PLUS_FIELD] as number;
    if (plus !== NONE) this.#collectFrom(plus, depth + 1, scan, found);
  }

  #addRest(node: number, rest: string, group: G): void {
    if (rest === '*') {
      this.#nodes.setStar(node, group);
      return;
    }
    const globs = this.#nodes.globs[node] ?? new GlobBucket<G>();
    globs.add(new GlobTail(rest, group));
    this.#nodes.setGlobs(node, globs);
  }

  #removeRest(node: number, rest: string, group: G): void {
    if (rest === '*') {
      this.#nodes.setStar(node, undefined);
      return;
    }
    const globs = this.#nodes.globs[node];
    globs?.remove(new GlobTail(rest, group));
    if (globs?.size === 0) this.#nodes.setGlobs(node, undefined);
  }

  /** The node behind a literal segment; 0 when there is none. */
  #edge(node: number, segment: number): number {
    const table = this.#edges;
    const { slots } = table;
    const { records } = this.#nodes;
    const hash = edgeHash(node, segment);
    for (let at = table.home(hash); ; at = table.next(at)) {
      const child = slots[at + 1] as number;
      if (child === NONE) return NONE;
      if (slots[at] !== hash) continue;
      const record = child * RECORD_SIZE;
      if (records[record + PARENT_FIELD] === node && records[record + LABEL_FIELD] === segment) return child;
    }
  }

  #childOf(node: number, text: string): number {
    const segment = this.#segments.acquire(text);
    const known = this.#edge(node, segment);
    if (known !== NONE) {
      // An edge, however many patterns share it, is one use of its segment.
      this.#segments.release(segment);
      return known;
    }
    const child = this.#nodes.allocate(node, segment);
    this.#edges.insert(edgeHash(node, segment), child);
    this.#nodes.countChild(node, 1);
    return child;
  }

  #plusOf(node: number): number {
    const known = this.#nodes.field(node, PLUS_FIELD);
    if (known !== NONE) return known;
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

function endOfSegment(pattern: string, start: number): number {
  const dot = pattern.indexOf('.', start);
  return dot < 0 ? pattern.length : dot;
}

function isGlob(segment: string): boolean {
  return segment.includes('*') || segment.includes('?');
}

function edgeHash(node: number, segment: number): number {
  return spreadHash(Math.imul(node, 0x9e_37_79_b1) ^ segment);
}

const NONE = 0;
const ROOT = 1;
/** The label of an edge that any segment takes; literal segments are numbered from 1. */
const PLUS = 0;
