import type { PathId } from '@tradewind/core-types';

/** What is known of a message when its path is chosen. Read at once and never kept. */
export interface PathRequest {
  /** Joins the choice to its settlement: unique among the messages that are under way, a safe integer. A client's `sequence` is one. */
  readonly ticket: number;
  /** Milliseconds, of any clock that does not go backwards. */
  readonly nowMs: number;
  /** Bytes, or any other unit in which the paths' cost is linear. 0 where it is not known. */
  readonly size: number;
  /** How volatile the market is, 0 to 1; 0 where it is not known. */
  readonly volatility: number;
}

/** What became of a message. Read at once and never kept. */
export interface PathSettlement {
  /** As given to `choose`. */
  readonly ticket: number;
  /** The path that it took, whichever was chosen. */
  readonly path: PathId;
  /** When it was settled, by the clock of `PathRequest`. */
  readonly atMs: number;
  /** From the choice to the settlement. A value that is no number, or negative, teaches nothing. */
  readonly latencyMs: number;
  /** `arrived`; `failed`: it was lost or refused on that path; `withdrawn`: it never went, which says nothing about the path. */
  readonly result: 'arrived' | 'failed' | 'withdrawn';
}

/**
 * Chooses one of several paths for each message, and learns from what became of it. The plain strategies and {@link PredictiveRouter} are
 * of this one form: for the transports of a client (see `pathPlugin`), and by hand for consumers and gateways of venues.
 *
 * Every `choose` is followed by one `settled`, in any order; what is never settled counts as under way until it is pushed out of a bounded table.
 */
export interface PathStrategy {
  /** In logs, metrics and reasons, in kebab-case. */
  readonly name: string;
  /**
   * @param paths - The candidates, at least one; the same array as the last time costs least.
   * @returns One of them.
   * @throws ValidationError `INVALID_OPTIONS` without candidates, in all strategies of this package.
   */
  choose(paths: readonly PathId[], request: PathRequest): PathId;
  settled(settlement: PathSettlement): void;
  /**
   * Whether a path stands still: what goes there is not to be expected back soon. Where another path does not, a key is free to leave it, and the message by which it is tried
   * holds no key. Asked once or twice per message, with the clock of {@link PathRequest}. Left away: no path ever does.
   */
  standsStill?(path: PathId, nowMs: number): boolean;
}
