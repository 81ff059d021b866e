import { ValidationError, showValue, type Clock } from '@tradewind/core-types';
import type { InstrumentRow } from '../market/instrument-row.ts';
import { InstrumentTable } from '../market/instrument-table.ts';
import type { FeeSchedule } from '../market/fees.ts';
import type { Opportunity } from '../lifecycle/opportunity.ts';
import { planExecution } from './execution-plan.ts';
import { ExecutionProgress, type ExecutionOrder } from './execution-progress.ts';
import type { ExecutionRefusal, ExecutionReport, UnmatchedPosition } from './execution-report.ts';
import { orderFaultOf } from './order-check.ts';
import {
  OrderDesk,
  type DeskOrder,
  type ExecutionVenue,
  type RoundTripListener,
  type SentOrder,
} from './order-desk.ts';
import { ReservationBook } from './reservation-book.ts';

/** What a coordinator asks and tells about the life of opportunities: an `OpportunityTracker`. */
export interface OpportunityRoutes {
  route(id: string): boolean;
  execute(id: string): boolean;
}

/** Learns from what became of orders: a `SurvivalEstimator`. */
export interface ExecutionLearner {
  executed(id: string, isWhole: boolean): void;
}

/** What makes a coordinator. */
export interface ExecutionCoordinatorOptions {
  readonly venues: Readonly<Record<string, ExecutionVenue>>;
  readonly instruments: readonly InstrumentRow[];
  readonly fees?: FeeSchedule | undefined;
  readonly opportunities: OpportunityRoutes;
  readonly clock: Clock;
  readonly strategyId: string;
  /** Begins the names of orders: unique per process and start, so that none is used twice. */
  readonly producer: string;
  /**
   * `parallel`: all legs at once, for speed. `serial`: one after the other, the slowest venue first, each as large as those before it were filled, so that less
   * is left to unwind. `auto`: serial when a venue's latency is `serialAboveMs` or more, or the survival is below `serialBelow`. Default `auto`.
   */
  readonly plan?: 'parallel' | 'serial' | 'auto' | undefined;
  /** Order round trips by venue, in milliseconds: as measured, or a `LatencyMonitor`. A venue that is absent counts as 0. */
  readonly latencyMs?: Readonly<Record<string, number>> | ((venue: string) => number) | undefined;
  /** Default 100. */
  readonly serialAboveMs?: number | undefined;
  /** The probability of survival below which the fill of a leg is too uncertain to send all at once. 0 to 1, default 0.6. */
  readonly serialBelow?: number | undefined;
  /** An opportunity with a lower probability of survival is refused; one without an estimate is not. 0 to 1, default 0. */
  readonly minSurvival?: number | undefined;
  /** Default 1,000. */
  readonly orderTimeoutMs?: number | undefined;
  /** How often the unwinding of a rest is tried, 0 to 10. Default 3. */
  readonly unwindAttempts?: number | undefined;
  /** Told of each execution whose orders have all ended. Default nobody. */
  readonly learner?: ExecutionLearner | undefined;
  /** Told how long each venue took to answer. Default nobody. */
  readonly roundTrips?: RoundTripListener | undefined;
}

/**
 * Turns a spread or a cycle into orders and answers for what becomes of them.
 *
 * Before anything is sent: its time and its survival are checked, what other executions have reserved of the same books is taken off, all legs are checked against
 * tick, lot and minimums, and it is taken from the tracker (once). Afterwards: what a leg holds beyond what the others match is unwound at its own
 * venue, at the market; what cannot be is flagged. Fills that come after an order was given up change `unmatched()`, so that a position is
 * never lost sight of.
 */
export class ExecutionCoordinator implements Disposable {
  readonly #options: ExecutionCoordinatorOptions;
  readonly #table: InstrumentTable;
  readonly #desk: OrderDesk;
  readonly #reservations = new ReservationBook();
  /** Executions that are under way, not matched, or resolved while in doubt; the others are forgotten. */
  readonly #open = new Map<string, ExecutionProgress>();
  /** Those of them that were resolved while in doubt, oldest first. */
  readonly #resolved = new Map<string, ExecutionProgress>();
  readonly #byOrder = new Map<string, { readonly execution: ExecutionProgress; readonly order: ExecutionOrder }>();

  /** @throws ValidationError `INVALID_OPTIONS` */
  constructor(options: ExecutionCoordinatorOptions) {
    const { orderTimeoutMs = 1000, unwindAttempts = 3, minSurvival = 0, serialBelow = 0.6 } = options;
    if (!(orderTimeoutMs > 0 && orderTimeoutMs <= MAX_TIMEOUT_MS)) {
      throw invalid('orderTimeoutMs', `above 0, at most ${MAX_TIMEOUT_MS}`, orderTimeoutMs);
    }
    if (!Number.isInteger(unwindAttempts) || unwindAttempts < 0 || unwindAttempts > MAX_UNWINDS) {
      throw invalid('unwindAttempts', `an integer from 0 to ${MAX_UNWINDS}`, unwindAttempts);
    }
    if (!(minSurvival >= 0 && minSurvival <= 1)) throw invalid('minSurvival', 'from 0 to 1', minSurvival);
    if (!(serialBelow >= 0 && serialBelow <= 1)) throw invalid('serialBelow', 'from 0 to 1', serialBelow);
    this.#options = { ...options, unwindAttempts, minSurvival, serialBelow };
    this.#table = new InstrumentTable(options);
    this.#desk = new OrderDesk({
      ...options,
      orderTimeoutMs,
      onFill: (order, quantity) => this.#onFill(order, quantity),
      onClosed: (order) => this.#onClosed(order),
    });
  }

  /** Executes an opportunity. Resolves when every order is closed or in doubt; never rejects. */
  async execute(opportunity: Opportunity): Promise<ExecutionReport> {
    const { id } = opportunity;
    const orders = planExecution(opportunity, {
      table: this.#table,
      reservations: this.#reservations,
      knows: (venue) => this.#desk.knows(venue),
      nowMs: this.#options.clock.now(),
      minSurvival: this.#options.minSurvival ?? 0,
    });
    if (!isPlan(orders)) return refused(id, orders);
    if (!this.#options.opportunities.route(id)) return refused(id, 'NOT_ROUTABLE');
    const execution = new ExecutionProgress(
      id,
      orders.map((planned) => ({ planned, reservation: this.#reservations.add(planned) })),
    );
    this.#open.set(id, execution);
    if (this.#isSerial(opportunity, orders)) await this.#sendInTurn(execution);
    else await Promise.all(orders.map((order, leg) => this.#send(execution, order, { purpose: 'leg', leg })));
    const isWhole = execution.isWhole;
    await this.#unwind(execution);
    if (!execution.isInDoubt) this.#options.learner?.executed(id, isWhole);
    return this.#finish(execution);
  }

  /** What executions hold or owe by now and nothing of theirs matches, those excepted that are still working on it. */
  unmatched(): readonly UnmatchedPosition[] {
    return [...this.#open.values()].flatMap((execution) => (execution.isFinished ? execution.unmatched() : []));
  }

  /**
   * Somebody has taken care of an unmatched position: it is not shown any more, and orders in doubt reserve nothing beyond what they were filled. False when
   * there is none of this opportunity.
   *
   * Orders in doubt are still listened to: what they are filled afterwards is a new unmatched position of the same opportunity, to be resolved in its turn. That
   * holds for the latest 1,000 executions that were resolved in doubt; orders of earlier ones are forgotten.
   */
  resolve(opportunityId: string): boolean {
    const execution = this.#open.get(opportunityId);
    if (execution === undefined || !execution.isFinished || execution.unmatched().length === 0) return false;
    for (const order of execution.orders) if (!order.isClosed) this.#endReservation(execution, order);
    execution.resolve();
    this.#resolved.delete(opportunityId);
    if (execution.isInDoubt) this.#resolved.set(opportunityId, execution);
    else this.#forget(execution);
    const [oldest] = this.#resolved.values();
    if (oldest !== undefined && this.#resolved.size > MAX_RESOLVED) this.#forget(oldest);
    return true;
  }

  /** Stops listening to the venues. */
  [Symbol.dispose](): void {
    this.#desk[Symbol.dispose]();
  }

  /** The slowest venue first: it is the least certain, and the others need not be sent when it comes to nothing. */
  async #sendInTurn(execution: ExecutionProgress): Promise<void> {
    const latency = (leg: number): number => this.#latencyOf(execution.legs[leg]?.planned.terms.row.venue ?? '');
    // Of equals the seller's leg comes first, then the plan's order.
    const isSale = (leg: number): number => (execution.legs[leg]?.planned.side === 'SELL' ? 1 : 0);
    const turns = [...execution.legs.keys()].toSorted(
      (a, b) => latency(b) - latency(a) || isSale(b) - isSale(a) || a - b,
    );
    for (const [turn, leg] of turns.entries()) {
      const { planned } = execution.legs[leg] ?? {};
      if (planned === undefined) return;
      // In doubt, one before it may still fill: this leg goes by what is known, and the rest is flagged.
      const order = { ...planned, quantity: execution.shareOf(leg, turns.slice(0, turn)) };
      if (faultOf(order) !== undefined) return;
      await this.#send(execution, order, { purpose: 'leg', leg });
    }
  }

  /** Sells or buys back what legs hold beyond what the others match, while all ends are known. */
  async #unwind(execution: ExecutionProgress): Promise<void> {
    const tries = this.#options.unwindAttempts ?? 0;
    for (let attempt = 0; attempt < tries && !execution.isInDoubt; attempt += 1) {
      const excesses = execution.excesses().filter(({ order }) => faultOf(order) === undefined);
      if (excesses.length === 0) return;
      await Promise.all(excesses.map(({ leg, order }) => this.#send(execution, order, { purpose: 'unwind', leg })));
    }
  }

  async #send(
    execution: ExecutionProgress,
    order: DeskOrder,
    what: { readonly purpose: 'leg' | 'unwind'; readonly leg: number },
  ): Promise<void> {
    await this.#desk.send(order, (sent) => {
      const own = Object.assign(sent, what);
      execution.add(own);
      this.#byOrder.set(sent.clientOrderId, { execution, order: own });
    });
  }

  #finish(execution: ExecutionProgress): ExecutionReport {
    execution.isFinished = true;
    for (const { isSent, reservation } of execution.legs) {
      // A leg that was never sent reserves nothing.
      if (!isSent) this.#reservations.end(reservation, 0n, this.#options.clock.now());
    }
    const unmatched = execution.unmatched();
    const { id, hasMatched, isWhole } = execution;
    const filled = isWhole ? 'executed' : hasMatched ? 'partial' : 'nothing';
    if (unmatched.length === 0 && hasMatched) this.#options.opportunities.execute(id);
    const outcome = unmatched.length === 0 ? filled : 'unmatched';
    const report = { opportunityId: id, outcome, orders: execution.reports(), unmatched } as const;
    this.#forgetIfSettled(execution);
    return report;
  }

  #forgetIfSettled(execution: ExecutionProgress): void {
    if (execution.isFinished && !execution.isInDoubt && execution.unmatched().length === 0) this.#forget(execution);
  }

  #forget(execution: ExecutionProgress): void {
    this.#open.delete(execution.id);
    this.#resolved.delete(execution.id);
    for (const { clientOrderId } of execution.orders) {
      this.#byOrder.delete(clientOrderId);
      this.#desk.forget(clientOrderId);
    }
  }

  #isSerial({ survival }: Opportunity, orders: readonly DeskOrder[]): boolean {
    const { plan = 'auto', serialAboveMs = 100, serialBelow = 0 } = this.#options;
    if (plan !== 'auto') return plan === 'serial';
    if (survival !== undefined && survival.probability < serialBelow) return true;
    return orders.some(({ terms }) => this.#latencyOf(terms.row.venue) >= serialAboveMs);
  }

  #latencyOf(venue: string): number {
    const { latencyMs = {} } = this.#options;
    if (typeof latencyMs === 'function') return latencyMs(venue);
    return Object.hasOwn(latencyMs, venue) ? (latencyMs[venue] ?? 0) : 0;
  }

  #onFill(sent: SentOrder, quantity: bigint): void {
    const own = this.#byOrder.get(sent.clientOrderId);
    if (own === undefined) return;
    const { execution, order } = own;
    execution.fill(order, quantity);
    // Nothing is reserved for it any more: what it takes all the same is gone from now on.
    if (execution.isResolved) this.#endReservation(execution, order);
  }

  #onClosed(sent: SentOrder): void {
    const own = this.#byOrder.get(sent.clientOrderId);
    if (own === undefined) return;
    const { execution, order } = own;
    this.#endReservation(execution, order);
    this.#forgetIfSettled(execution);
  }

  /** What the order of a leg was filled is all that it takes. Unwinding reserves nothing. */
  #endReservation(execution: ExecutionProgress, { purpose, leg, filled }: ExecutionOrder): void {
    const { reservation } = execution.legs[leg] ?? {};
    if (purpose !== 'leg' || reservation === undefined) return;
    this.#reservations.end(reservation, filled, this.#options.clock.now());
  }
}

function isPlan(plan: readonly DeskOrder[] | ExecutionRefusal): plan is readonly DeskOrder[] {
  return typeof plan !== 'string';
}

function refused(opportunityId: string, refusal: ExecutionRefusal): ExecutionReport {
  return { opportunityId, outcome: 'refused', refusal, orders: [], unmatched: [] };
}

function faultOf({ terms, limit, quantity }: DeskOrder) {
  return orderFaultOf(terms, { price: limit, quantity });
}

function invalid(path: string, expected: string, received: unknown): ValidationError {
  const hint = 'Mend the options of the coordinator: see ExecutionCoordinatorOptions.';
  return new ValidationError('INVALID_OPTIONS', { path, expected, received: showValue(received), hint });
}

const MAX_TIMEOUT_MS = 600_000;
const MAX_UNWINDS = 10;
const MAX_RESOLVED = 1000;
