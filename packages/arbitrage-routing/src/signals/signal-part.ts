import type { InstrumentTerms } from '../market/instrument-table.ts';
import type { EntryLimits } from './entry/entry-plan.ts';
import type { SignalMarket } from './market/signal-market.ts';
import type { SignalFiguresByType, SignalType } from './signal.ts';

/** A signal that there may be: it is decided anew after each event that concerns one of its slots, and never otherwise. */
export interface SignalCandidate {
  readonly id: string;
  readonly type: SignalType;
  readonly slots: readonly number[];
  /** What is to be reported of it now; undefined when there is nothing. Called once for each event that concerns it. */
  decide(): SignalFiguresByType[SignalType] | undefined;
}

/**
 * One kind of signal: the candidates that it looks at, and what it has to know before they are decided.
 *
 * The optional members are called by a `SignalDetector`, in the order of the input; they must not throw.
 */
export interface SignalPart {
  readonly candidates: readonly SignalCandidate[];
  /** The clock goes on to a moment; the market is still as it was. Candidates that are to be decided anew because of it are given to `mark`. */
  advance?(toNs: bigint, mark: (candidate: SignalCandidate) => void): void;
  /** A slot has a new bid below a new ask; `eventNs` is the venue's time of it, where it gives one. */
  observe?(slot: number, receivedNs: bigint, eventNs: bigint | undefined): void;
  /** What was known of a slot is forgotten. */
  lose?(slot: number): void;
}

/** What every kind of signal is made with. */
export interface SignalContext {
  readonly market: SignalMarket;
  readonly limits: EntryLimits;
  /** The fee of an order that takes, and of one that closes, by slot: a fraction in 1e-18. */
  readonly entryFee: readonly bigint[];
  readonly exitFee: readonly bigint[];
  /** @throws ValidationError `INVALID_OPTIONS` for a key without a row. */
  readonly termsOfKey: (path: string, key: string) => InstrumentTerms;
}
