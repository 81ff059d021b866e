/** What is reported of a spread between two instruments. Exact decimals in canonical text; amounts of money in quote currency. */
export interface PairFigures {
  /** Base currency, a multiple of both lots. */
  readonly qty: string;
  readonly buyNotional: string;
  readonly sellNotional: string;
  /** The worst price of each side that `qty` needs: the limits of the two orders. */
  readonly buyLimit: string;
  readonly sellLimit: string;
  /** After both fees, for `qty`. */
  readonly profit: string;
  /** Of the best levels, relative to the cost of buying, floored to parts per million. */
  readonly edgePpm: string;
}

/** What is reported of a cycle, in units of its first asset. */
export interface CycleFigures {
  /** How much can go round at the best levels. */
  readonly capacity: string;
  /** What `capacity` gains, after all fees. */
  readonly profit: string;
  /** Of the whole round, floored to parts per million. */
  readonly edgePpm: string;
}

/** What a transition names: the same spread or cycle has the same id whenever it opens. */
export interface TransitionHeader {
  /** `P|group|buyVenue:symbol>sellVenue:symbol`, or `C|venue or *|A>B>C|venue:symbol+,…` with `+` for bought and `-` for sold. */
  readonly id: string;
}

/** An opportunity appeared (`open`), or a figure of a live one changed (`update`). */
export type FiguresTransition = TransitionHeader & { readonly op: 'open' | 'update' } & (PairFigures | CycleFigures);

/** An opportunity is no longer there. */
export type CloseTransition = TransitionHeader & { readonly op: 'close' };

/** What one event did to one opportunity. An event causes at most one transition of each id. */
export type Transition = FiguresTransition | CloseTransition;
