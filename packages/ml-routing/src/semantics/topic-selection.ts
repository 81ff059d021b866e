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

/** The topics that fit all constraints, in the order of the catalog by value. Walks the shortest list and checks the others. */
export function selectTopics({ constraints, canSelect }: CompiledReading, index: TopicIndex): readonly number[] {
  const [first] = constraints;
  if (first === undefined || !canSelect) return [];
  const selected: number[] = [];
  const seen = first.termIds.length > 1 ? new Set<number>() : undefined;
  for (const termId of first.termIds) {
    for (const topic of index.posting(termId)) {
      if (!fitsOthers(constraints, topic, index)) continue;
      if (seen !== undefined) {
        if (seen.has(topic)) continue;
        seen.add(topic);
      }
      selected.push(topic);
    }
  }
  return selected;
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
  if (members === undefined ? isNamed(constraint.termIds, topic, index) : isMember(members, topic)) return !negated;
  if (negated) return true;
  return orWithout !== undefined && !index.termsOf[topic]?.some((term) => index.facet(term) === orWithout);
}

function isMember(members: readonly Uint32Array[], topic: number): boolean {
  for (let at = 0; at < members.length; at += 1) {
    if (((members[at] as Uint32Array)[topic >> 5] as number) & (1 << (topic & 31))) return true;
  }
  return false;
}

function isNamed(termIds: readonly number[], topic: number, index: TopicIndex): boolean {
  const terms = index.termsOf[topic] as readonly number[];
  for (let i = 0; i < termIds.length; i += 1) {
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
