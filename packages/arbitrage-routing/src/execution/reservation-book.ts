import type { DeskOrder } from './order-desk.ts';

/** What an order has taken of a book, or may take. */
export interface Reservation {
  readonly order: DeskOrder;
  /** While the order is under way what it asks for, afterwards what it was filled. */
  quantity: bigint;
  /** When its order ended; undefined while it is under way. */
  endedAtMs: number | undefined;
}

/**
 * What orders of ours take of books that others look at too.
 *
 * Two opportunities may share a leg: the same offer cannot be bought twice. What was filled stays reserved against legs whose quote was received before the end of
 * the order became known, since it still shows what is gone. That a later one does not is an assumption: a venue may tell of fills sooner than its feed does.
 */
export class ReservationBook {
  readonly #bySide = new Map<string, Reservation[]>();

  add(order: DeskOrder): Reservation {
    const reservation: Reservation = { order, quantity: order.quantity, endedAtMs: undefined };
    const key = keyOf(order);
    this.#bySide.set(key, [...(this.#bySide.get(key) ?? []), reservation]);
    return reservation;
  }

  /** Its order has ended, or will not be sent. */
  end(reservation: Reservation, filled: bigint, nowMs: number): void {
    reservation.quantity = filled;
    reservation.endedAtMs = nowMs;
    const key = keyOf(reservation.order);
    const kept = (this.#bySide.get(key) ?? []).filter((each) => each !== reservation && isRemembered(each, nowMs));
    // It may have ended before, with nothing, and have been forgotten: late fills count from now.
    if (isRemembered(reservation, nowMs)) kept.push(reservation);
    if (kept.length === 0) this.#bySide.delete(key);
    else this.#bySide.set(key, kept);
  }

  /** What is reserved of the book that an order would take from, as it was quoted at a moment. */
  reserved(order: Pick<DeskOrder, 'terms' | 'side'>, quotedAtMs: number): bigint {
    let sum = 0n;
    for (const { quantity, endedAtMs } of this.#bySide.get(keyOf(order)) ?? []) {
      if (endedAtMs === undefined || endedAtMs >= quotedAtMs) sum += quantity;
    }
    return sum;
  }
}

function keyOf({ terms, side }: Pick<DeskOrder, 'terms' | 'side'>): string {
  return `${terms.key} ${side}`;
}

/** What was filled so long ago is forgotten with the next end of an order: no quote is that old, unless the detector is allowed it by `maxAgeMs`. */
const REMEMBERED_MS = 5000;

function isRemembered({ quantity, endedAtMs }: Reservation, nowMs: number): boolean {
  return endedAtMs === undefined || (quantity > 0n && nowMs - endedAtMs < REMEMBERED_MS);
}
