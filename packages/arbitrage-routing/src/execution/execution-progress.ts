import { PLACES, formatFixed } from '../money/fixed-point.ts';
import type { OrderReport, UnmatchedPosition } from './execution-report.ts';
import type { DeskOrder, SentOrder } from './order-desk.ts';
import type { Reservation } from './reservation-book.ts';

/** An order of an execution, and what it is for. */
export type ExecutionOrder = SentOrder & { readonly purpose: 'leg' | 'unwind'; readonly leg: number };

interface LegProgress {
  readonly planned: DeskOrder;
  readonly reservation: Reservation;
  /** What it was filled, late fills included, less what was unwound of it; of a resolved execution only what came since. */
  held: bigint;
  isSent: boolean;
}

/** What a leg holds beyond what the others match. */
export interface Excess {
  readonly leg: number;
  readonly order: DeskOrder;
}

/**
 * Where an execution stands: what each leg holds, and how much of it the others match.
 *
 * The legs of an opportunity belong together in the proportion of their plans. The leg that is filled least, relative to its plan, says how much of each
 * is matched; what another holds beyond that is unmatched. Of a spread, whose legs are equal, that is exact to the last digit. The steps of a cycle are in
 * different assets and whole lots: less than a lot beyond its share matches.
 */
export class ExecutionProgress {
  readonly id: string;
  readonly legs: readonly LegProgress[];
  readonly orders: ExecutionOrder[] = [];
  /** Whether it was reported. */
  isFinished = false;
  #isResolved = false;

  constructor(id: string, legs: readonly { readonly planned: DeskOrder; readonly reservation: Reservation }[]) {
    this.id = id;
    this.legs = legs.map((leg) => ({ ...leg, held: 0n, isSent: false }));
  }

  /** Whether an order's end is not known. */
  get isInDoubt(): boolean {
    return this.orders.some(({ isClosed }) => !isClosed);
  }

  /** Whether somebody took care of what it held. */
  get isResolved(): boolean {
    return this.#isResolved;
  }

  /** Whether all legs hold, and match, all that was planned. */
  get isWhole(): boolean {
    return this.legs.every(({ held, planned }) => held >= planned.quantity);
  }

  /** Whether the legs match in anything. */
  get hasMatched(): boolean {
    return this.legs.every(({ held }) => held > 0n);
  }

  add(order: ExecutionOrder): void {
    this.orders.push(order);
    const leg = this.legs[order.leg];
    if (leg !== undefined && order.purpose === 'leg') leg.isSent = true;
  }

  fill({ leg: index, purpose }: ExecutionOrder, quantity: bigint): void {
    const leg = this.legs[index];
    if (leg !== undefined) leg.held += purpose === 'leg' ? quantity : -quantity;
  }

  /** What it holds is taken care of: only fills that are still to come count from now on. */
  resolve(): void {
    this.#isResolved = true;
    for (const leg of this.legs) leg.held = 0n;
  }

  /** How much of its plan a leg may be sent with, when the others hold what they hold: in whole lots. */
  shareOf(index: number, of: readonly number[]): bigint {
    const leg = this.#leg(index);
    let quantity = leg.planned.quantity;
    for (const other of of) {
      const { held, planned } = this.#leg(other);
      const share = (leg.planned.quantity * held) / planned.quantity;
      if (share < quantity) quantity = share;
    }
    return quantity - (quantity % leg.planned.terms.lot);
  }

  /** What each leg holds beyond what the others match, as orders that would give it back: at any price, in whole lots. */
  excesses(): readonly Excess[] {
    const excesses: Excess[] = [];
    for (const [leg, { planned }] of this.legs.entries()) {
      const beyond = this.#beyond(leg);
      const quantity = beyond - (beyond % planned.terms.lot);
      if (quantity <= 0n) continue;
      const side = planned.side === 'BUY' ? 'SELL' : 'BUY';
      excesses.push({ leg, order: { terms: planned.terms, side, limit: undefined, quantity } });
    }
    return excesses;
  }

  /** What it holds or owes and nothing of its own matches. */
  unmatched(): readonly UnmatchedPosition[] {
    const reason = this.isInDoubt ? 'inDoubt' : 'notUnwound';
    const positions: UnmatchedPosition[] = [];
    for (const [leg, { planned }] of this.legs.entries()) {
      const beyond = this.#beyond(leg);
      if (beyond === 0n) continue;
      const quantity = formatFixed(planned.side === 'BUY' ? beyond : -beyond, PLACES);
      positions.push({ opportunityId: this.id, base: planned.terms.row.base, quantity, reason });
    }
    if (positions.length > 0 || !this.isInDoubt || this.#isResolved) return positions;
    // All that is known of it matches, and more may come.
    const base = this.#leg(0).planned.terms.row.base;
    return [{ opportunityId: this.id, base, quantity: '0', reason }];
  }

  reports(): readonly OrderReport[] {
    return this.orders.map((order) => ({
      clientOrderId: order.clientOrderId,
      venue: order.terms.row.venue,
      symbol: order.terms.row.symbol,
      side: order.side,
      purpose: order.purpose,
      quantity: formatFixed(order.quantity, PLACES),
      filled: formatFixed(order.filled, PLACES),
      state: order.isClosed ? 'closed' : 'inDoubt',
    }));
  }

  /** What a leg holds beyond its share of the leg that is filled least. Negative where more was unwound than it holds: a late fill of both. */
  #beyond(index: number): bigint {
    const { held, planned } = this.#leg(index);
    let least = this.#leg(0);
    for (const leg of this.legs) {
      if (leg.held * least.planned.quantity < least.held * leg.planned.quantity) least = leg;
    }
    const share = (planned.quantity * least.held) / least.planned.quantity;
    const beyond = held - share;
    const isSpread = this.legs.every(({ planned: { quantity } }) => quantity === planned.quantity);
    return isSpread || beyond >= planned.terms.lot ? beyond : 0n;
  }

  #leg(index: number): LegProgress {
    const leg = this.legs[index];
    if (leg === undefined) throw new RangeError(`Expected a leg below ${this.legs.length}, received ${index}.`);
    return leg;
  }
}
