import type { InstrumentTable, InstrumentTerms } from '../market/instrument-table.ts';
import type { LevelSource } from '../market/levels.ts';
import { watch, type SlotRecords } from '../market/slot-records.ts';
import { closeReasonOf } from './close-reason.ts';
import { CycleDecision, isLess, type Ratio } from './cycle-decision.ts';
import type { CycleEdge, CycleGraph, CycleStep } from './cycle-graph.ts';
import type { OpportunitySink, OpportunitySource } from './opportunity-sink.ts';
import { CycleScreen } from './cycle-screen.ts';
import { SCREEN_SLACK } from './pair-spreads.ts';
import type { QuoteState } from './quote-state.ts';
import type { CycleFigures } from './transition.ts';

/** What cycles need to be screened and decided. */
export interface CyclesOptions {
  readonly table: InstrumentTable;
  readonly records: SlotRecords;
  readonly state: QuoteState;
  readonly levels: LevelSource;
  readonly graph: CycleGraph;
  readonly minEdgePpm: bigint;
  readonly sink: OpportunitySink;
  /** Called with a slot that turns out to be stale where it is the best; it is to be disabled everywhere. */
  readonly evict: (slot: number) => void;
}

interface LiveCycle extends OpportunitySource {
  figures: CycleFigures;
}

/**
 * Cycles of assets.
 *
 * Workload: a quote changes two ordered pairs of assets in each scope, and only the cycles through these can change. All cycles are known
 * from the start; `CycleScreen` tells those that come near one, and they are decided exactly.
 */
export class Cycles {
  readonly #table: InstrumentTable;
  readonly #state: QuoteState;
  readonly #graph: CycleGraph;
  readonly #sink: OpportunitySink;
  readonly #evict: (slot: number) => void;
  readonly #decision: CycleDecision;
  readonly #screen: CycleScreen;
  readonly #live = new Map<number, LiveCycle>();
  readonly #dirty: number[] = [];

  constructor({ table, records, state, levels, graph, minEdgePpm, sink, evict }: CyclesOptions) {
    this.#table = table;
    this.#state = state;
    this.#graph = graph;
    this.#sink = sink;
    this.#evict = evict;
    this.#decision = new CycleDecision(table, levels, minEdgePpm);
    const threshold = (1 + Number(minEdgePpm) / 1e6) * (1 - CYCLE_SLACK);
    this.#screen = new CycleScreen({ graph, state, slots: table.size, threshold });
    for (const { steps } of graph.edges) for (const { slot } of steps) watch(records, slot);
  }

  /** How many are live. */
  get liveCount(): number {
    return this.#live.size;
  }

  /** Takes note of a slot whose quote or usability changed; returns whether a cycle has to be settled. */
  changed(slot: number): boolean {
    this.#screen.changed(slot, this.#dirty);
    return this.#dirty.length > 0;
  }

  /** Decides all that has to be settled; evictions during it add to the list. */
  settle(): void {
    for (let i = 0; i < this.#dirty.length; i += 1) {
      const cycle = this.#dirty[i] as number;
      this.#screen.clean(cycle);
      this.#settleCycle(cycle);
    }
    this.#dirty.length = 0;
  }

  #settleCycle(cycle: number): void {
    const steps = this.#bestSteps(cycle);
    const figures = steps && this.#decision.decide(steps);
    const id = figures && steps && this.#idOf(cycle, steps);
    const live = this.#live.get(cycle);
    if (live !== undefined && live.id !== id) this.#close(cycle, live);
    if (figures === undefined || steps === undefined || id === undefined) return;
    if (live?.id !== id) {
      this.#open(cycle, { id, type: 'TRIANGULAR', legs: steps.map(legOf), figures });
    } else if (hasChanged(live.figures, figures)) {
      live.figures = figures;
      this.#sink.updated(live, figures);
    }
  }

  /** The best instrument of each edge, exactly; undefined when an edge has none that is usable. */
  #bestSteps(cycle: number): readonly CycleStep[] | undefined {
    const steps: CycleStep[] = [];
    for (const edge of this.#edgesOf(cycle)) {
      const best = this.#bestStep(this.#graph.edges[edge] as CycleEdge);
      if (best === undefined) return undefined;
      steps.push(best);
    }
    return steps;
  }

  #bestStep({ steps }: CycleEdge): CycleStep | undefined {
    let best: { readonly step: CycleStep; readonly rate: Ratio } | undefined;
    for (const step of steps) {
      if (this.#screen.rateOf(step.slot * 2 + (step.isSale ? 1 : 0)) === 0) continue;
      if (!this.#state.isFresh(step.slot)) {
        this.#evict(step.slot);
        continue;
      }
      const rate = this.#decision.rate(step);
      if (best === undefined || isLess(best.rate, rate)) best = { step, rate };
    }
    return best?.step;
  }

  #open(cycle: number, live: LiveCycle): void {
    this.#live.set(cycle, live);
    for (const { slot } of live.legs) this.#state.retain(slot);
    this.#sink.opened(live, live.figures);
  }

  #close(cycle: number, live: LiveCycle): void {
    this.#live.delete(cycle);
    for (const { slot } of live.legs) this.#state.release(slot);
    this.#sink.closed(live, closeReasonOf(live, this.#state));
  }

  #idOf(cycle: number, steps: readonly CycleStep[]): string {
    const names = steps.map(({ slot, isSale }) => {
      const { key } = this.#table.terms[slot] as InstrumentTerms;
      return `${key}${isSale ? '-' : '+'}`;
    });
    return `${this.#graph.prefixes[cycle] ?? ''}${names.join(',')}`;
  }

  #edgesOf(cycle: number): readonly number[] {
    return [...this.#graph.edgesOf.subarray(this.#graph.startOf[cycle], this.#graph.startOf[cycle + 1])];
  }
}

function legOf({ slot, isSale }: CycleStep) {
  return { slot, side: isSale ? ('SELL' as const) : ('BUY' as const) };
}

function hasChanged(left: CycleFigures, right: CycleFigures): boolean {
  return left.capacity !== right.capacity || left.profit !== right.profit || left.edgePpm !== right.edgePpm;
}

/** Up to six rates and their product: still far less than this. */
const CYCLE_SLACK = 10 * SCREEN_SLACK;
