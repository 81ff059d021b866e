import type { CycleEdge, CycleGraph } from './cycle-graph.ts';
import type { QuoteState } from './quote-state.ts';

/** What the screen is made of. */
export interface CycleScreenOptions {
  readonly graph: CycleGraph;
  readonly state: QuoteState;
  readonly slots: number;
  /** A product of net rates above it may be an opportunity. */
  readonly threshold: number;
}

/**
 * Which cycles a changed quote may have turned into opportunities, by products of floats.
 *
 * Workload: among 50 assets and 500 pairs a pair is in some 16 cycles of three assets and 300 of four, and nearly no quote makes one worth while. So for
 * each edge the other edges of all its cycles stand in one stretch of memory, by length, and a product takes two loads that are not in order.
 * An edge whose rate has not risen is left out altogether, unless one of its cycles was above the threshold when it was looked at last: no
 * product can have come above it. Since a quote mostly raises one direction of its pair and lowers the other, that halves the work.
 */
export class CycleScreen {
  readonly #graph: CycleGraph;
  readonly #state: QuoteState;
  readonly #threshold: number;
  /** The best net rate of each edge; 0 while it cannot be gone. */
  readonly #rates: Float64Array;
  /** Steps of edge `e`, as `slot * 2`, plus 1 where it is sold, from `stepStart[e]` on. */
  readonly #steps: Int32Array;
  readonly #stepStart: Int32Array;
  /** Edges of slot `s` from `edgeStart[s]` on. */
  readonly #edges: Int32Array;
  readonly #edgeStart: Int32Array;
  /** By edge and length: for each cycle its number, then its other edges in order. */
  readonly #others: Int32Array;
  readonly #othersStart: Int32Array;
  /** Whether a cycle was above the threshold when it was looked at last, and how many of an edge were. */
  readonly #isAbove: Uint8Array;
  readonly #aboveOfEdge: Int32Array;
  readonly #isDirty: Uint8Array;

  constructor({ graph, state, slots, threshold }: CycleScreenOptions) {
    this.#graph = graph;
    this.#state = state;
    this.#threshold = threshold;
    const edges = graph.edges.length;
    const cycles = graph.prefixes.length;
    this.#rates = new Float64Array(edges);
    const steps = graph.edges.map((edge) => edge.steps.map(({ slot, isSale }) => slot * 2 + (isSale ? 1 : 0)));
    [this.#steps, this.#stepStart] = flatten(steps);
    [this.#edges, this.#edgeStart] = flatten(edgesBySlot(slots, graph.edges));
    [this.#others, this.#othersStart] = othersByEdge(graph);
    this.#isAbove = new Uint8Array(cycles);
    this.#isDirty = new Uint8Array(cycles);
    this.#aboveOfEdge = new Int32Array(edges);
  }

  /** Takes note of a slot's net prices, and adds each cycle that they may have changed to `dirty`, once. */
  changed(slot: number, dirty: number[]): void {
    const end = this.#edgeStart[slot + 1] as number;
    const start = this.#edgeStart[slot] as number;
    // A simple cycle goes through no asset twice, so through one edge of a slot at most: each edge can be looked at with the others as they were.
    for (let i = start; i < end; i += 1) {
      const edge = this.#edges[i] as number;
      const before = this.#rates[edge] as number;
      const rate = this.#bestRate(edge);
      this.#rates[edge] = rate;
      if (rate > before || (this.#aboveOfEdge[edge] as number) > 0) this.#screen(edge, dirty);
    }
  }

  /** A dirty cycle is being decided: what changes from now on makes it dirty again. */
  clean(cycle: number): void {
    this.#isDirty[cycle] = 0;
    const { startOf, edgesOf } = this.#graph;
    const end = startOf[cycle + 1] as number;
    let product = 1;
    for (let at = startOf[cycle] as number; at < end; at += 1) product *= this.#rates[edgesOf[at] as number] as number;
    // At the threshold itself it counts as above: in another order the product may come out a little larger.
    const isAbove = product * (1 + ORDER_SLACK) > this.#threshold ? 1 : 0;
    const change = isAbove - (this.#isAbove[cycle] as number);
    if (change === 0) return;
    this.#isAbove[cycle] = isAbove;
    for (let at = startOf[cycle] as number; at < end; at += 1) {
      const edge = edgesOf[at] as number;
      this.#aboveOfEdge[edge] = (this.#aboveOfEdge[edge] as number) + change;
    }
  }

  #bestRate(edge: number): number {
    const end = this.#stepStart[edge + 1] as number;
    let best = 0;
    for (let i = this.#stepStart[edge] as number; i < end; i += 1) {
      const rate = this.rateOf(this.#steps[i] as number);
      if (rate > best) best = rate;
    }
    return best;
  }

  /** What a unit given brings in a step; 0 when it cannot be gone: an unusable bid is `-Infinity`, an unusable ask `Infinity`. */
  rateOf(step: number): number {
    if ((step & 1) === 0) return 1 / this.#state.netAsk(step >> 1);
    const bid = this.#state.netBid(step >> 1);
    return bid > 0 ? bid : 0;
  }

  #screen(edge: number, dirty: number[]): void {
    const others = this.#others;
    const rates = this.#rates;
    const threshold = this.#threshold;
    const own = rates[edge] as number;
    for (let length = MIN_LENGTH; length <= MAX_LENGTH; length += 1) {
      const group = edge * LENGTHS + length - MIN_LENGTH;
      const end = this.#othersStart[group + 1] as number;
      for (let at = this.#othersStart[group] as number; at < end; at += length) {
        let product = own * (rates[others[at + 1] as number] as number) * (rates[others[at + 2] as number] as number);
        for (let i = MIN_LENGTH; i < length; i += 1) product *= rates[others[at + i] as number] as number;
        if (product > threshold || this.#isAbove[others[at] as number] === 1) this.#mark(others[at] as number, dirty);
      }
    }
  }

  #mark(cycle: number, dirty: number[]): void {
    if (this.#isDirty[cycle] === 1) return;
    this.#isDirty[cycle] = 1;
    dirty.push(cycle);
  }
}

/** Lists one after the other, and where each begins. */
function flatten(lists: readonly (readonly number[])[]): [Int32Array, Int32Array] {
  const starts = new Int32Array(lists.length + 1);
  for (const [index, list] of lists.entries()) starts[index + 1] = (starts[index] as number) + list.length;
  const flat = new Int32Array(starts[lists.length] as number);
  for (const [index, list] of lists.entries()) flat.set(list, starts[index]);
  return [flat, starts];
}

function edgesBySlot(slots: number, edges: readonly CycleEdge[]): readonly (readonly number[])[] {
  const bySlot = Array.from({ length: slots }, (): number[] => []);
  for (const [edge, { steps }] of edges.entries()) for (const { slot } of steps) bySlot[slot]?.push(edge);
  return bySlot;
}

/** Counted first and filled in then: with two million cycles a list each would not do. */
function othersByEdge({ edges, prefixes, startOf, edgesOf }: CycleGraph): [Int32Array, Int32Array] {
  const starts = new Int32Array(edges.length * LENGTHS + 1);
  const groupOf = (edge: number, length: number): number => edge * LENGTHS + length - MIN_LENGTH;
  for (let cycle = 0; cycle < prefixes.length; cycle += 1) {
    const [start, end] = [startOf[cycle] as number, startOf[cycle + 1] as number];
    for (let at = start; at < end; at += 1) {
      const group = groupOf(edgesOf[at] as number, end - start);
      starts[group + 1] = (starts[group + 1] as number) + end - start;
    }
  }
  for (let group = 0; group < starts.length - 1; group += 1) {
    starts[group + 1] = (starts[group + 1] as number) + (starts[group] as number);
  }
  const others = new Int32Array(starts.at(-1) as number);
  const next = starts.slice();
  for (let cycle = 0; cycle < prefixes.length; cycle += 1) {
    const [start, end] = [startOf[cycle] as number, startOf[cycle + 1] as number];
    for (let at = start; at < end; at += 1) {
      const group = groupOf(edgesOf[at] as number, end - start);
      let to = next[group] as number;
      others[to] = cycle;
      for (let other = start; other < end; other += 1) {
        if (other !== at) {
          to += 1;
          others[to] = edgesOf[other] as number;
        }
      }
      next[group] = to + 1;
    }
  }
  return [others, starts];
}

const MIN_LENGTH = 3;
const MAX_LENGTH = 6;
const LENGTHS: number = MAX_LENGTH - MIN_LENGTH + 1;
/** Six factors in any order differ by less. */
const ORDER_SLACK = 1e-14;
