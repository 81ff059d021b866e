import type { ExecutionReport, Opportunity, OpportunityState, TrackerCounts } from '@tradewind/arbitrage-routing';

/** What became of an opportunity: its end, or where it is; of one that was executed, how its orders ended. */
type BoardOutcome = OpportunityState | ExecutionReport['outcome'];

/** One opportunity, as the view and the report show it. Amounts are exact decimals. */
export interface BoardRow {
  readonly id: string;
  /** Market time of its detection. */
  readonly atMicros: number;
  readonly asset: string;
  readonly buyAt: string;
  readonly sellAt: string;
  /** Base currency, and what it would bring in quote currency after both fees. */
  readonly size: string;
  readonly netProfit: string;
  /** That it is still there when its orders arrive, in percent: as of its confirmation, or of its last assessment where it has none; null before the first. */
  readonly survivalPercent: number | null;
  readonly outcome: BoardOutcome;
}

/** Counts of orders' ends. */
export type ExecutionCounts = Readonly<Record<ExecutionReport['outcome'], number>>;

/** The opportunities that were found, the last ones one by one. */
export class OpportunityBoard {
  readonly #rows = new Map<string, BoardRow>();
  readonly #startNs: bigint;
  readonly #executions: Record<ExecutionReport['outcome'], number> = {
    executed: 0,
    partial: 0,
    nothing: 0,
    unmatched: 0,
    refused: 0,
  };

  constructor(startNs: bigint) {
    this.#startNs = startNs;
  }

  get executions(): ExecutionCounts {
    return { ...this.#executions };
  }

  /** Newest first: those that were confirmed before those that never were, since these are what a desk acts on. */
  rows(count: number): readonly BoardRow[] {
    const newest = [...this.#rows.values()].toReversed();
    const confirmed = newest.filter(({ outcome }) => !isUnconfirmed(outcome));
    const others = newest.filter(({ outcome }) => isUnconfirmed(outcome));
    return [...confirmed, ...others].slice(0, count);
  }

  /** A state or an update of an opportunity. */
  tell(opportunity: Opportunity, base: string): void {
    const { id, figures, legs, survival, state, detectedAtNs } = opportunity;
    if (!('qty' in figures)) return;
    const before = this.#rows.get(id);
    // How its orders ended says more than that it is over.
    const hasReport = before !== undefined && Object.hasOwn(this.#executions, before.outcome);
    const isOver = state === 'invalidated' || state === 'expired';
    const outcome = hasReport || (isOver && before?.outcome === 'routed') ? before.outcome : state;
    // What was acted on stays what is shown, with the chance by which it was believed in.
    const acted = before !== undefined && !isUnconfirmed(before.outcome) ? before : undefined;
    this.#rows.set(id, {
      id,
      atMicros: Number((detectedAtNs - this.#startNs) / 1000n),
      asset: base,
      buyAt: legs.find(({ side }) => side === 'BUY')?.venue ?? '',
      sellAt: legs.find(({ side }) => side === 'SELL')?.venue ?? '',
      size: acted?.size ?? figures.qty,
      netProfit: acted?.netProfit ?? figures.profit,
      survivalPercent:
        acted?.survivalPercent ?? (survival === undefined ? null : Math.round(survival.probability * 100)),
      outcome,
    });
    if (this.#rows.size > MAX_ROWS) {
      for (const oldest of this.#rows.keys()) {
        this.#rows.delete(oldest);
        break;
      }
    }
  }

  /** What became of an opportunity's orders. */
  executed({ opportunityId, outcome }: ExecutionReport): void {
    this.#executions[outcome] += 1;
    const row = this.#rows.get(opportunityId);
    if (row !== undefined) this.#rows.set(opportunityId, { ...row, outcome });
  }
}

/** What the desk did not act on. */
function isUnconfirmed(outcome: BoardOutcome): boolean {
  return outcome === 'detected' || outcome === 'invalidated' || outcome === 'expired';
}

/** What the summary says of arbitrage. */
export interface ArbitrageSummary {
  /** How many opportunities entered each state. */
  readonly states: TrackerCounts;
  readonly executions: ExecutionCounts;
  /** Forecasts of survival whose outcome is known, and their mean squared error; null without any. */
  readonly forecasts: number;
  readonly brierScore: number | null;
  /** Over all paper venues together: a currency whose balance is not zero. */
  readonly balances: readonly { readonly currency: string; readonly total: string }[];
  /** What could not be unwound: positions in the balances that nothing matches, one by one. */
  readonly unmatched: readonly { readonly base: string; readonly quantity: string }[];
  readonly last: readonly BoardRow[];
}

const MAX_ROWS = 400;
