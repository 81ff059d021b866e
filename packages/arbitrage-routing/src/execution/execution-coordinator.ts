import { ValidationError, showValue, type Clock } from '@tradewind/core-types';
import type { InstrumentRow } from '../market/instrument-row.ts';
import { InstrumentTable, type InstrumentTerms } from '../market/instrument-table.ts';
import type { FeeSchedule } from '../market/fees.ts';
import { PLACES, formatFixed, leastCommonMultiple, parseFixed } from '../money/fixed-point.ts';
import type { Opportunity } from '../lifecycle/opportunity.ts';
import type { ExecutionRefusal, ExecutionReport, OrderReport, UnmatchedPosition } from './execution-report.ts';
import { orderFaultOf } from './order-check.ts';
import { OrderDesk, type DeskOrder, type ExecutionVenue, type SentOrder } from './order-desk.ts';
import { ReservationBook, type Reservation } from './reservation-book.ts';

/** What a coordinator asks and tells about the life of opportunities: an `OpportunityTracker`. */
export interface OpportunityRoutes {
  route(id: string): boolean;
  execute(id: string): boolean;
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
   * `parallel`: both legs at once, for speed. `serial`: the leg of the slower venue first, then as much of the other as was filled, so that less
   * is left to unwind. `auto`: serial when a venue's latency is `serialAboveMs` or more. Default `auto`.
   */
  readonly plan?: 'parallel' | 'serial' | 'auto' | undefined;
  /** Order round trips by venue, in milliseconds, as measured. A venue that is absent counts as 0. */
  readonly latencyMs?: Readonly<Record<string, number>> | undefined;
  /** Default 100. */
  readonly serialAboveMs?: number | undefined;
  /** Default 1,000. */
  readonly orderTimeoutMs?: number | undefined;
  /** How often the unwinding of a rest is tried, 0 to 10. Default 3. */
  readonly unwindAttempts?: number | undefined;
}

interface Execution {
  readonly id: string;
  readonly base: string;
  readonly orders: (SentOrder & { purpose: 'leg' | 'unwind' })[];
  /** What its legs reserve, by side. */
  readonly reservations: Readonly<Record<'BUY' | 'SELL', Reservation>>;
  /** Bought less sold, over all orders, late fills included. */
  net: bigint;
  /** Whether it was reported. */
  isFinished: boolean;
}

/**
 * Turns a spread into two orders and answers for what becomes of them.
 *
 * Before anything is sent: it is taken from the tracker (once), its time is checked, what other executions have reserved of the same books is
 * taken off, and both legs are checked against tick, lot and minimums. Afterwards: what one leg filled beyond the other is unwound at its own
 * venue, at the market; what cannot be is flagged. Fills that come after an order was given up change `unmatched()`, so that a position is
 * never lost sight of.
 */
export class ExecutionCoordinator implements Disposable {
  readonly #options: ExecutionCoordinatorOptions;
  readonly #table: InstrumentTable;
  readonly #desk: OrderDesk;
  readonly #reservations = new ReservationBook();
  /** Executions that are under way or not matched; the others are forgotten. */
  readonly #open = new Map<string, Execution>();
  readonly #byOrder = new Map<string, Execution>();

  /** @throws ValidationError `INVALID_OPTIONS` */
  constructor(options: ExecutionCoordinatorOptions) {
    const { orderTimeoutMs = 1000, unwindAttempts = 3 } = options;
    if (!(orderTimeoutMs > 0 && orderTimeoutMs <= MAX_TIMEOUT_MS)) {
      throw invalid('orderTimeoutMs', `above 0, at most ${MAX_TIMEOUT_MS}`, orderTimeoutMs);
    }
    if (!Number.isInteger(unwindAttempts) || unwindAttempts < 0 || unwindAttempts > MAX_UNWINDS) {
      throw invalid('unwindAttempts', `an integer from 0 to ${MAX_UNWINDS}`, unwindAttempts);
    }
    this.#options = { ...options, unwindAttempts };
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
    const plan = this.#plan(opportunity);
    if (typeof plan === 'string') {
      return { opportunityId: opportunity.id, outcome: 'refused', refusal: plan, orders: [], unmatched: [] };
    }
    if (!this.#options.opportunities.route(opportunity.id)) {
      return { opportunityId: opportunity.id, outcome: 'refused', refusal: 'NOT_ROUTABLE', orders: [], unmatched: [] };
    }
    const [buy, sell] = plan;
    const reservations = { BUY: this.#reservations.add(buy), SELL: this.#reservations.add(sell) };
    const { id } = opportunity;
    const execution: Execution = { id, base: buy.terms.row.base, orders: [], reservations, net: 0n, isFinished: false };
    this.#open.set(id, execution);
    await this.#sendLegs(execution, buy, sell);
    await this.#unwind(execution);
    return this.#finish(execution, buy.quantity);
  }

  /** What executions hold or owe by now and nothing of theirs matches, those excepted that are still working on it. */
  unmatched(): readonly UnmatchedPosition[] {
    return [...this.#open.values()].flatMap((execution) => (execution.isFinished ? this.#unmatchedOf(execution) : []));
  }

  /** Somebody has taken care of an unmatched position: it is not shown any more. False when there is none of this opportunity. */
  resolve(opportunityId: string): boolean {
    const execution = this.#open.get(opportunityId);
    if (execution === undefined || !execution.isFinished) return false;
    this.#forget(execution);
    return true;
  }

  /** Stops listening to the venues. */
  [Symbol.dispose](): void {
    this.#desk[Symbol.dispose]();
  }

  /** Both orders, or why there must be none. Nothing has happened yet when it returns. */
  #plan({
    type,
    legs,
    figures,
    expiresAtNs,
    changedAtNs,
  }: Opportunity): readonly [DeskOrder, DeskOrder] | ExecutionRefusal {
    const buyLeg = legs.find(({ side }) => side === 'BUY');
    const sellLeg = legs.find(({ side }) => side === 'SELL');
    if (type !== 'PRICE_SPREAD' || !('qty' in figures) || !buyLeg || !sellLeg) return 'UNSUPPORTED_TYPE';
    if (Number(expiresAtNs) / NS_PER_MS < this.#options.clock.now()) return 'EXPIRED';
    if (!this.#desk.knows(buyLeg.venue) || !this.#desk.knows(sellLeg.venue)) return 'UNKNOWN_VENUE';
    const buyTerms = this.#table.terms[this.#table.slotOf(buyLeg.venue, buyLeg.symbol)];
    const sellTerms = this.#table.terms[this.#table.slotOf(sellLeg.venue, sellLeg.symbol)];
    if (buyTerms === undefined || sellTerms === undefined) return 'UNKNOWN_INSTRUMENT';
    const wanted = parseFixed(figures.qty) ?? 0n;
    const figuresAtMs = Number(changedAtNs) / NS_PER_MS;
    const bought = this.#reservations.reserved({ terms: buyTerms, side: 'BUY' }, figuresAtMs);
    const sold = this.#reservations.reserved({ terms: sellTerms, side: 'SELL' }, figuresAtMs);
    const reserved = bought > sold ? bought : sold;
    // What is left of it is rounded anew; what came off the grid is a mistake, and is refused below.
    const step = reserved === 0n ? 1n : leastCommonMultiple(buyTerms.lot, sellTerms.lot);
    const quantity = wanted - reserved - ((wanted - reserved) % step);
    if (reserved > 0n && quantity <= 0n) return 'RESERVED';
    const buy: DeskOrder = { terms: buyTerms, side: 'BUY', limit: parseFixed(figures.buyLimit) ?? 0n, quantity };
    const sell: DeskOrder = { terms: sellTerms, side: 'SELL', limit: parseFixed(figures.sellLimit) ?? 0n, quantity };
    return faultOf(buy) ?? faultOf(sell) ?? [buy, sell];
  }

  async #sendLegs(execution: Execution, buy: DeskOrder, sell: DeskOrder): Promise<void> {
    if (!this.#isSerial(buy.terms, sell.terms)) {
      await Promise.all([this.#send(execution, buy, 'leg'), this.#send(execution, sell, 'leg')]);
      return;
    }
    const latency = (order: DeskOrder): number => this.#latencyOf(order.terms);
    const [first, second] = latency(buy) > latency(sell) ? [buy, sell] : [sell, buy];
    const sent = await this.#send(execution, first, 'leg');
    const quantity = sent.filled - (sent.filled % second.terms.lot);
    // In doubt, it may still fill: the second leg goes by what is known, and the rest is flagged.
    const rest = { ...second, quantity };
    if (faultOf(rest) === undefined) await this.#send(execution, rest, 'leg');
  }

  /** Sells or buys back what one leg filled beyond the other, while all ends are known. */
  async #unwind(execution: Execution): Promise<void> {
    const tries = this.#options.unwindAttempts ?? 0;
    for (let attempt = 0; attempt < tries && execution.net !== 0n; attempt += 1) {
      if (execution.orders.some(({ isClosed }) => !isClosed)) return;
      const side = execution.net > 0n ? 'SELL' : 'BUY';
      const excess = execution.net > 0n ? execution.net : -execution.net;
      const leg = execution.orders.find((order) => order.purpose === 'leg' && order.side !== side);
      if (leg === undefined) return;
      const order = { terms: leg.terms, side, limit: undefined, quantity: excess - (excess % leg.terms.lot) } as const;
      if (faultOf(order) !== undefined) return;
      await this.#send(execution, order, 'unwind');
    }
  }

  async #send(execution: Execution, order: DeskOrder, purpose: 'leg' | 'unwind'): Promise<SentOrder> {
    return this.#desk.send(order, (sent) => {
      execution.orders.push(Object.assign(sent, { purpose }));
      this.#byOrder.set(sent.clientOrderId, execution);
    });
  }

  #finish(execution: Execution, quantity: bigint): ExecutionReport {
    execution.isFinished = true;
    for (const side of ['BUY', 'SELL'] as const) {
      // A leg that was never sent reserves nothing.
      if (!execution.orders.some((order) => order.purpose === 'leg' && order.side === side))
        this.#endReservation(execution, side, 0n);
    }
    const unmatched = this.#unmatchedOf(execution);
    const legs = execution.orders.filter(({ purpose }) => purpose === 'leg');
    const bought = legs.filter(({ side }) => side === 'BUY').reduce((sum, { filled }) => sum + filled, 0n);
    const sold = legs.filter(({ side }) => side === 'SELL').reduce((sum, { filled }) => sum + filled, 0n);
    const matched = bought < sold ? bought : sold;
    const isMatched = unmatched.length === 0;
    const filled = matched === quantity ? 'executed' : matched > 0n ? 'partial' : 'nothing';
    if (isMatched && matched > 0n) this.#options.opportunities.execute(execution.id);
    const report: ExecutionReport = {
      opportunityId: execution.id,
      outcome: isMatched ? filled : 'unmatched',
      orders: execution.orders.map((order) => reportOf(order)),
      unmatched,
    };
    this.#forgetIfSettled(execution);
    return report;
  }

  #unmatchedOf({ id, base, net, orders }: Execution): readonly UnmatchedPosition[] {
    const isInDoubt = orders.some(({ isClosed }) => !isClosed);
    if (net === 0n && !isInDoubt) return [];
    const reason = isInDoubt ? 'inDoubt' : 'notUnwound';
    return [{ opportunityId: id, base, quantity: formatFixed(net, PLACES), reason }];
  }

  #forgetIfSettled(execution: Execution): void {
    if (execution.isFinished && execution.net === 0n && execution.orders.every(({ isClosed }) => isClosed)) {
      this.#forget(execution);
    }
  }

  #forget(execution: Execution): void {
    this.#open.delete(execution.id);
    for (const { clientOrderId } of execution.orders) this.#byOrder.delete(clientOrderId);
  }

  #isSerial(buy: InstrumentTerms, sell: InstrumentTerms): boolean {
    const { plan = 'auto', serialAboveMs = 100 } = this.#options;
    if (plan !== 'auto') return plan === 'serial';
    return Math.max(this.#latencyOf(buy), this.#latencyOf(sell)) >= serialAboveMs;
  }

  #latencyOf({ row }: InstrumentTerms): number {
    const latencies = this.#options.latencyMs ?? {};
    return Object.hasOwn(latencies, row.venue) ? (latencies[row.venue] ?? 0) : 0;
  }

  #onFill(order: SentOrder, quantity: bigint): void {
    const execution = this.#byOrder.get(order.clientOrderId);
    if (execution !== undefined) execution.net += order.side === 'BUY' ? quantity : -quantity;
  }

  #onClosed(order: SentOrder): void {
    const execution = this.#byOrder.get(order.clientOrderId);
    if (execution === undefined) return;
    const isLeg = execution.orders.some((each) => each === order && each.purpose === 'leg');
    if (isLeg) this.#endReservation(execution, order.side, order.filled);
    this.#forgetIfSettled(execution);
  }

  #endReservation(execution: Execution, side: 'BUY' | 'SELL', filled: bigint): void {
    this.#reservations.end(execution.reservations[side], filled, this.#options.clock.now());
  }
}

function faultOf({ terms, limit, quantity }: DeskOrder) {
  return orderFaultOf(terms, { price: limit, quantity });
}

function reportOf(order: SentOrder & { readonly purpose: 'leg' | 'unwind' }): OrderReport {
  return {
    clientOrderId: order.clientOrderId,
    venue: order.terms.row.venue,
    symbol: order.terms.row.symbol,
    side: order.side,
    purpose: order.purpose,
    quantity: formatFixed(order.quantity, PLACES),
    filled: formatFixed(order.filled, PLACES),
    state: order.isClosed ? 'closed' : 'inDoubt',
  };
}

function invalid(path: string, expected: string, received: unknown): ValidationError {
  const hint = 'Mend the options of the coordinator: see ExecutionCoordinatorOptions.';
  return new ValidationError('INVALID_OPTIONS', { path, expected, received: showValue(received), hint });
}

const NS_PER_MS = 1e6;
const MAX_TIMEOUT_MS = 600_000;
const MAX_UNWINDS = 10;
