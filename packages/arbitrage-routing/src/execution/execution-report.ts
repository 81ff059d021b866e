import type { OrderFault } from './order-check.ts';

/**
 * Why nothing was sent.
 *
 * `NOT_ROUTABLE`: it has ended, is not confirmed, or was taken before. `EXPIRED`: its time is over. `RESERVED`: orders that are under way, or that ended after
 * its legs were quoted, take what its books carry. `UNLIKELY`: its probability of survival is below what is asked for. `NO_PROFIT`: a cycle that in whole lots gains
 * nothing. `UNSUPPORTED_TYPE`: neither a spread nor a cycle, or a leg without a limit, a quantity or the time of its quote. `UNKNOWN_VENUE`, `UNKNOWN_INSTRUMENT`: no gateway or no row. The
 * others name what the first bad leg would be refused for.
 */
export type ExecutionRefusal =
  | 'NOT_ROUTABLE'
  | 'EXPIRED'
  | 'RESERVED'
  | 'UNLIKELY'
  | 'NO_PROFIT'
  | 'UNSUPPORTED_TYPE'
  | 'UNKNOWN_VENUE'
  | 'UNKNOWN_INSTRUMENT'
  | OrderFault;

/** What became of one order. Quantities in base currency, as decimal text. */
export interface OrderReport {
  readonly clientOrderId: string;
  readonly venue: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly purpose: 'leg' | 'unwind';
  readonly quantity: string;
  readonly filled: string;
  /** `closed`: filled, cancelled or refused for sure. `inDoubt`: its end was not heard of in time; fills may still come. */
  readonly state: 'closed' | 'inDoubt';
}

/** Base currency that an execution holds or owes, and that nothing of its own matches. A cycle may have one for each of its legs. */
export interface UnmatchedPosition {
  readonly opportunityId: string;
  readonly base: string;
  /** Positive: bought and not sold. Decimal text. */
  readonly quantity: string;
  /** `inDoubt`: an order's end is not known. `notUnwound`: below a minimum, or nobody took it. */
  readonly reason: 'inDoubt' | 'notUnwound';
}

/**
 * What became of an opportunity.
 *
 * `executed`: all legs in full. `partial`: less, but matched. `nothing`: no fill, or all of it unwound. `unmatched`: see `unmatched`.
 * `refused`: nothing was sent, see `refusal`.
 */
export interface ExecutionReport {
  readonly opportunityId: string;
  readonly outcome: 'executed' | 'partial' | 'nothing' | 'unmatched' | 'refused';
  readonly refusal?: ExecutionRefusal | undefined;
  readonly orders: readonly OrderReport[];
  readonly unmatched: readonly UnmatchedPosition[];
}
