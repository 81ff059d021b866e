import type { Constraint, QueryReading } from './query-reading.ts';
import type { TopicIndex } from './topic-index.ts';

/** A constraint in numbers. */
interface CompiledConstraint {
  readonly termIds: readonly number[];
  /** By term, its topics as bits; undefined where one of them has none. */
  readonly members: readonly Uint32Array[] | undefined;
  readonly orWithout: string | undefined;
  readonly negated: boolean;
  readonly topics: number;
}

/** A reading in numbers of the terms that a catalog has; valid until the catalog gets further topics. */
export interface CompiledReading {
  /** Ascending by the number of topics that fit; those that cannot be looked up come last. */
  readonly constraints: readonly CompiledConstraint[];
  /** Whether there is a value to look topics up by. */
  readonly canSelect: boolean;
}

/** Brings a reading into the numbers of the index. */
export function compileReading({ constraints }: QueryReading, index: TopicIndex): CompiledReading {
  const compiled: CompiledConstraint[] = [];
  for (const constraint of constraints) {
    const next = compile(constraint, index);
    let at = compiled.length;
    compiled.push(next);
    for (; at > 0 && (compiled[at - 1] as CompiledConstraint).topics > next.topics; at -= 1) {
      compiled[at] = compiled[at - 1] as CompiledConstraint;
    }
    compiled[at] = next;
  }
  return { constraints: compiled, canSelect: (compiled[0]?.topics ?? Infinity) < Infinity };
}

/** The topics that fit all constraints of a reading, in memory that is used again for the next one. */
export class TopicSelection {
  topics: Int32Array = new Int32Array(1_024);
  size = 0;

  /** In the order of the catalog by value. Walks the shortest list and checks the others. */
  select({ constraints, canSelect }: CompiledReading, index: TopicIndex): void {
    const [first] = constraints;
    this.size = 0;
    if (first === undefined || !canSelect) return;
    if (this.topics.length < first.topics) this.topics = new Int32Array(first.topics * 2);
    const { topics } = this;
    let size = 0;
    for (let at = 0; at < first.termIds.length; at += 1) {
      const posting = index.posting(first.termIds[at] as number);
      for (let i = 0; i < posting.length; i += 1) {
        const topic = posting[i] as number;
        if (!fitsOthers(constraints, topic, index)) continue;
        // What has one of the values before was found there.
        if (at > 0 && isNamed(first.termIds, at, index.termsOf[topic] as readonly number[])) continue;
        topics[size] = topic;
        size += 1;
      }
    }
    this.size = size;
  }
}

/** Whether a topic fits all constraints. */
export function fitsTopic({ constraints, canSelect }: CompiledReading, topic: number, index: TopicIndex): boolean {
  const [first] = constraints;
  if (first === undefined || !canSelect) return false;
  return fits(first, topic, index) && fitsOthers(constraints, topic, index);
}

function fitsOthers(constraints: readonly CompiledConstraint[], topic: number, index: TopicIndex): boolean {
  for (let at = 1; at < constraints.length; at += 1) {
    if (!fits(constraints[at] as CompiledConstraint, topic, index)) return false;
  }
  return true;
}

function fits(constraint: CompiledConstraint, topic: number, index: TopicIndex): boolean {
  const { members, negated, orWithout } = constraint;
  if (
    members === undefined
      ? isNamed(constraint.termIds, constraint.termIds.length, index.termsOf[topic] as readonly number[])
      : isMember(members, topic)
  )
    return !negated;
  if (negated) return true;
  return orWithout !== undefined && !index.termsOf[topic]?.some((term) => index.facet(term) === orWithout);
}

function isMember(members: readonly Uint32Array[], topic: number): boolean {
  for (let at = 0; at < members.length; at += 1) {
    if (((members[at] as Uint32Array)[topic >> 5] as number) & (1 << (topic & 31))) return true;
  }
  return false;
}

/** Whether one of the first so many values is among those of a topic. */
function isNamed(termIds: readonly number[], count: number, terms: readonly number[]): boolean {
  for (let i = 0; i < count; i += 1) {
    const wanted = termIds[i];
    for (let j = 0; j < terms.length; j += 1) if (terms[j] === wanted) return true;
  }
  return false;
}

function compile({ terms, orWithout, negated }: Constraint, index: TopicIndex): CompiledConstraint {
  const termIds: number[] = [];
  let members: Uint32Array[] | undefined = [];
  let topics = 0;
  for (const term of terms) {
    const termId = index.termId(term);
    if (termId === undefined) continue;
    termIds.push(termId);
    topics += index.posting(termId).length;
    const bits = index.members(termId);
    if (bits === undefined) members = undefined;
    else members?.push(bits);
  }
  const canSelect = !negated && orWithout === undefined;
  return { termIds, members, orWithout, negated, topics: canSelect ? topics : Infinity };
}
