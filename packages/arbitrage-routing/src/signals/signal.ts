import type { Urgency } from '../lifecycle/opportunity.ts';

/** What the signals of a `SignalDetector` are called, on topics and in transitions. */
export const SIGNAL_TYPES = ['LATENCY_ARBITRAGE', 'STATISTICAL', 'FUNDING_RATE', 'CALENDAR_SPREAD'] as const;
export type SignalType = (typeof SIGNAL_TYPES)[number];

/** One order that a signal asks for. Exact decimals. */
export interface SignalLeg {
  readonly venue: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  /** Base currency; contracts where the instrument is inverse or quanto. Whole lots. */
  readonly qty: string;
  /** Quote currency. */
  readonly notional: string;
  /** The worst price that `qty` needs: the limit of the order. */
  readonly limit: string;
}

/** What is reported of every signal. Exact decimals in canonical text; money in quote currency. */
export interface SignalFigures {
  /** What to enter now: bought before sold. None: nothing more to enter, hold what was entered before. */
  readonly legs: readonly SignalLeg[];
  /** Expected, after all costs, for what `legs` take. */
  readonly profit: string;
  /** `profit` relative to the first leg's notional, floored to parts per million. */
  readonly edgePpm: string;
  readonly urgency: Urgency;
  /** Nanoseconds since 1970. Just after it the signal is decided anew, or ends. */
  readonly expiresAtNs: string;
}

/** Of a pair that earns funding. */
export interface FundingFigures extends SignalFigures {
  /** What funding is expected to bring while the pair is held, at the rates of now; part of `profit`. */
  readonly funding: string;
  /** Trading fees on the way in and out; taken off in `profit`. */
  readonly fees: string;
  /** How often each leg pays or is paid in that time, bought before sold. */
  readonly payments: readonly number[];
  /**
   * The share of what the profit stands on that is known by now: each payment whose rate the venue has named, and the price at the end where a contract
   * settles it, of all payments and that price. From 0 to 1, six places, cut off. No probability.
   */
  readonly confidence: string;
}

/** Of a pair with different expiries. */
export interface CalendarFigures extends FundingFigures {
  /** When the pair ends: the expiry of the nearer contract, or of the later one when the other has none. Nanoseconds since 1970. */
  readonly holdUntilNs: string;
  /** The later price less the nearer one, between the middles: quote currency for one base currency. */
  readonly basis: string;
  /** `profit` over the notional that is bought, for a year of 365 days, floored to parts per million. */
  readonly annualPpm: string;
}

/** Of an instrument that follows another. */
export interface LatencyFigures extends SignalFigures {
  readonly leader: string;
  /** By how much it follows, in nanoseconds. */
  readonly lagNs: string;
  /** Hayashi and Yoshida's correlation at that lag, with its sign, six places towards zero. */
  readonly correlation: string;
  /** By how much the follower's price is expected to move, with its sign. */
  readonly move: string;
  /** The square of the correlation, at most 1: how much of the follower's movement the leader explains. Six places. */
  readonly confidence: string;
}

/** Of a cointegrated pair. */
export interface StatisticalFigures extends SignalFigures {
  /** Base currency of `x` for one of `y`, 18 places, floored. */
  readonly hedgeRatio: string;
  /** How many standard deviations `y` is above what `x` says, six places towards zero. */
  readonly zScore: string;
  /** The augmented Dickey-Fuller statistic of the estimate, six places towards zero, and MacKinnon's probability of it. */
  readonly statistic: string;
  readonly pValue: string;
  /** 1 less the probability. */
  readonly confidence: string;
  /** How long half of a deviation takes to go back, in whole milliseconds. */
  readonly halfLifeMs: string;
}

/** All that is reported, by type. */
export interface SignalFiguresByType {
  readonly LATENCY_ARBITRAGE: LatencyFigures;
  readonly STATISTICAL: StatisticalFigures;
  readonly FUNDING_RATE: FundingFigures;
  readonly CALENDAR_SPREAD: CalendarFigures;
}

type Opened<T extends SignalType> = {
  readonly op: 'open' | 'update';
  readonly type: T;
  /** The same whenever the same signal opens; what it begins with tells its type. See docs/signals.md. */
  readonly id: string;
} & SignalFiguresByType[T];

/** A signal appeared (`open`), or something that is reported of it changed (`update`). */
export type SignalFiguresTransition = { readonly [T in SignalType]: Opened<T> }[SignalType];

/** A signal is no longer there. */
export interface SignalCloseTransition {
  readonly op: 'close';
  readonly type: SignalType;
  readonly id: string;
}

/** What one event did to one signal. An event causes at most one transition of each id. */
export type SignalTransition = SignalFiguresTransition | SignalCloseTransition;
