import { ValidationError, showValue } from '@tradewind/core-types';
import type { ArbitrageDetector } from '../detection/arbitrage-detector.ts';
import type { CloseReason, OpportunitySink, OpportunitySource } from '../detection/opportunity-sink.ts';
import type { CycleFigures, PairFigures } from '../detection/transition.ts';
import { isEnded, urgencyOf, type Opportunity, type OpportunityLeg, type OpportunityState } from './opportunity.ts';

/** Receives each state and update of each opportunity, in order, inside the call that causes it. It must not throw, nor feed the detector. */
export type OpportunityListener = (opportunity: Opportunity) => void;

/** What makes a tracker. */
export interface OpportunityTrackerOptions {
  /** Begins the ids: unique among the processes whose opportunities meet, and different after a restart. No `#`. */
  readonly producer: string;
  /** How long an opportunity has to be there, by the detector's clock, to be confirmed. Default 0: at once. */
  readonly confirmAfterMs?: number | undefined;
  readonly listener: OpportunityListener;
}

/** How many opportunities entered each state. Those detected and not ended are live. */
export type TrackerCounts = Readonly<Record<OpportunityState, number>>;

/**
 * Follows opportunities from `detected` to the one end that each has. Give it to a detector as its `observer`, then `attach` the detector.
 *
 * Confirmation is checked when the detector's clock moves: call `tick` after each event, or from a timer after `advance`.
 */
export class OpportunityTracker implements OpportunitySink {
  readonly #producer: string;
  readonly #confirmAfterNs: bigint;
  readonly #listener: OpportunityListener;
  readonly #byKey = new Map<string, Opportunity>();
  readonly #byId = new Map<string, Opportunity>();
  readonly #sources = new Map<string, OpportunitySource>();
  /** Those to be confirmed, oldest first: a Map keeps the order of insertion, which is that of the clock. */
  readonly #unconfirmed = new Map<string, Opportunity>();
  readonly #counts: Record<OpportunityState, number> = {
    detected: 0,
    confirmed: 0,
    routed: 0,
    executed: 0,
    expired: 0,
    invalidated: 0,
  };
  #detector: ArbitrageDetector | undefined;
  #sequence = 0;

  /** @throws ValidationError `INVALID_OPTIONS` */
  constructor({ producer, confirmAfterMs = 0, listener }: OpportunityTrackerOptions) {
    if (producer === '' || producer.includes('#')) throw invalid('producer', 'a name without #', producer);
    if (!(confirmAfterMs >= 0 && confirmAfterMs < MAX_CONFIRM_MS)) {
      throw invalid('confirmAfterMs', `from 0 to below ${MAX_CONFIRM_MS}`, confirmAfterMs);
    }
    this.#producer = producer;
    this.#confirmAfterNs = BigInt(Math.round(confirmAfterMs * NS_PER_MS));
    this.#listener = listener;
  }

  /** Says whose observer this is: names of legs and times come from it. Before its first event. */
  attach(detector: ArbitrageDetector): void {
    this.#detector = detector;
  }

  /** A copy. */
  counts(): TrackerCounts {
    return { ...this.#counts };
  }

  /**
   * A live opportunity by its id; undefined for one that has ended or never was. Its expiry and urgency are those of now: a fresher quote at
   * the same price moves the end away, without being an update.
   */
  find(id: string): Opportunity | undefined {
    const opportunity = this.#byId.get(id);
    const source = this.#sources.get(id);
    if (opportunity === undefined || source === undefined) return undefined;
    return { ...opportunity, ...this.#timesOf(source, this.#now()), changedAtNs: opportunity.changedAtNs };
  }

  /** All live opportunities, as they were last told. */
  live(): readonly Opportunity[] {
    return [...this.#byId.values()];
  }

  /** Confirms what has been there long enough. Costs one comparison when there is nothing to confirm. */
  tick(): void {
    if (this.#unconfirmed.size === 0) return;
    const now = this.#now();
    for (const opportunity of this.#unconfirmed.values()) {
      if (now - opportunity.detectedAtNs < this.#confirmAfterNs) return;
      this.#enter(opportunity, 'confirmed');
    }
  }

  /** Somebody acts on it. False when it has ended, was never confirmed, or is routed already: whoever gets false must not act. */
  route(id: string): boolean {
    return this.#advance(id, 'confirmed', 'routed');
  }

  /** Its orders are filled: the good end. False when it has ended or was not routed. */
  execute(id: string): boolean {
    return this.#advance(id, 'routed', 'executed');
  }

  opened(source: OpportunitySource, figures: PairFigures | CycleFigures): void {
    this.#sequence += 1;
    const now = this.#now();
    const opportunity: Opportunity = {
      id: `${this.#producer}#${this.#sequence}`,
      key: source.id,
      type: source.type,
      state: 'detected',
      legs: source.legs.map(({ slot, side }) => this.#legOf(slot, side)),
      figures,
      ...this.#timesOf(source, now),
      detectedAtNs: now,
    };
    this.#sources.set(opportunity.id, source);
    this.#enter(opportunity, 'detected');
    if (this.#confirmAfterNs === 0n) this.tick();
  }

  updated(source: OpportunitySource, figures: PairFigures | CycleFigures): void {
    const before = this.#byKey.get(source.id);
    // An executed one is over, though the market may still show what is left of it.
    if (before === undefined) return;
    this.#keep({ ...before, figures, ...this.#timesOf(source, this.#now()) });
  }

  closed(source: OpportunitySource, reason: CloseReason): void {
    const opportunity = this.#byKey.get(source.id);
    if (opportunity !== undefined) this.#enter(opportunity, reason === 'stale' ? 'expired' : 'invalidated');
  }

  #advance(id: string, from: OpportunityState, to: OpportunityState): boolean {
    const opportunity = this.#byId.get(id);
    if (opportunity?.state !== from) return false;
    this.#enter(opportunity, to);
    return true;
  }

  #enter(opportunity: Opportunity, state: OpportunityState): void {
    this.#counts[state] += 1;
    this.#keep({ ...opportunity, state, changedAtNs: this.#now() });
  }

  #keep(opportunity: Opportunity): void {
    const { id, key, state } = opportunity;
    if (isEnded(state)) {
      this.#byKey.delete(key);
      this.#byId.delete(id);
      this.#sources.delete(id);
    } else {
      this.#byKey.set(key, opportunity);
      this.#byId.set(id, opportunity);
    }
    if (state === 'detected') this.#unconfirmed.set(id, opportunity);
    else this.#unconfirmed.delete(id);
    this.#listener(opportunity);
  }

  #timesOf(source: OpportunitySource, now: bigint) {
    const expiresAtNs = this.#attached().expiresAtNs(source);
    return { changedAtNs: now, expiresAtNs, urgency: urgencyOf(Number(expiresAtNs - now) / NS_PER_MS) };
  }

  #legOf(slot: number, side: 'BUY' | 'SELL'): OpportunityLeg {
    const row = this.#attached().termsOf(slot)?.row;
    return { venue: row?.venue ?? '', symbol: row?.symbol ?? '', side };
  }

  #now(): bigint {
    return this.#attached().nowNs ?? 0n;
  }

  #attached(): ArbitrageDetector {
    if (this.#detector === undefined) {
      throw invalid('detector', 'attach(detector) before its first event', undefined);
    }
    return this.#detector;
  }
}

function invalid(path: string, expected: string, received: unknown): ValidationError {
  const hint = 'Mend how the tracker is made: see OpportunityTracker.';
  return new ValidationError('INVALID_OPTIONS', { path, expected, received: showValue(received), hint });
}

const NS_PER_MS = 1e6;
const MAX_CONFIRM_MS = 1e9;
