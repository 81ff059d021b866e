import type { CloseReason, OpportunitySink, OpportunitySource } from './opportunity-sink.ts';
import type { CycleFigures, PairFigures, Transition } from './transition.ts';

const NONE: readonly Transition[] = Object.freeze([]);

/** Collects the transitions of one call, and passes them on to an observer. */
export class TransitionList implements OpportunitySink {
  readonly #observer: OpportunitySink | undefined;
  #transitions: Transition[] = [];
  #openedCount = 0;
  #closedCount = 0;

  constructor(observer: OpportunitySink | undefined) {
    this.#observer = observer;
  }

  get openedCount(): number {
    return this.#openedCount;
  }

  get closedCount(): number {
    return this.#closedCount;
  }

  /** What was collected since the last call. */
  take(): readonly Transition[] {
    if (this.#transitions.length === 0) return NONE;
    const taken = this.#transitions;
    this.#transitions = [];
    return taken;
  }

  opened(source: OpportunitySource, figures: PairFigures | CycleFigures): void {
    this.#openedCount += 1;
    this.#transitions.push({ op: 'open', id: source.id, ...figures });
    this.#observer?.opened(source, figures);
  }

  updated(source: OpportunitySource, figures: PairFigures | CycleFigures): void {
    this.#transitions.push({ op: 'update', id: source.id, ...figures });
    this.#observer?.updated(source, figures);
  }

  closed(source: OpportunitySource, reason: CloseReason): void {
    this.#closedCount += 1;
    this.#transitions.push({ op: 'close', id: source.id });
    this.#observer?.closed(source, reason);
  }
}
