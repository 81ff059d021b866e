import {
  ValidationError,
  showValue,
  type MetricsSink,
  type MetricsSource,
  type OpportunityBook,
} from '@tradewind/core-types';
import type { ArbitrageDetector } from '../detection/arbitrage-detector.ts';
import type { CloseReason, OpportunitySink, OpportunitySource } from '../detection/opportunity-sink.ts';
import type { CycleFigures, PairFigures } from '../detection/transition.ts';
import { PLACES, formatFixed } from '../money/fixed-point.ts';
import type { AssessedOpportunity, OpportunityAssessor } from './opportunity-assessor.ts';
import { isEnded, urgencyOf, type Opportunity, type OpportunityLeg, type OpportunityState } from './opportunity.ts';
import { planLegs, type PlannedLeg } from './planned-leg.ts';

/**
 * Receives each state and update of each opportunity, in order, inside the call that causes it; with an assessor an update comes with the next `tick`, when its
 * figures are assessed. It must not throw, nor feed the detector.
 */
export type OpportunityListener = (opportunity: Opportunity) => void;

/** What makes a tracker. */
export interface OpportunityTrackerOptions {
  /** Begins the ids: unique among the processes whose opportunities meet, and different after a restart. No `#`. */
  readonly producer: string;
  /** How long an opportunity has to be there, by the detector's clock, to be confirmed. Default 0: at once. */
  readonly confirmAfterMs?: number | undefined;
  /** Says how likely each is to be there when its orders arrive: a `SurvivalEstimator`. Default none: then time alone confirms. */
  readonly assessor?: OpportunityAssessor | undefined;
  /** The probability from which one is confirmed, where there is an assessor. Above 0, at most 1. Default 0.8. */
  readonly confirmAbove?: number | undefined;
  /** How long an assessment of unchanged figures stands, by the detector's clock. Default 1 ms; above 0. */
  readonly reassessAfterMs?: number | undefined;
  readonly listener: OpportunityListener;
}

/** How many opportunities entered each state. Those detected and not ended are live. */
export type TrackerCounts = Readonly<Record<OpportunityState, number>>;

/** A live opportunity and what is known of it besides. */
interface Life {
  opportunity: Opportunity;
  readonly source: OpportunitySource;
  plan: readonly PlannedLeg[];
  /** When it is to be assessed next. */
  assessAtNs: bigint;
  /** Its figures changed, and it is told when they are assessed. */
  isUpdateDue: boolean;
}

/**
 * Follows opportunities from `detected` to the one end that each has. Give it to a detector as its `observer`, then `attach` the detector.
 *
 * Confirmation is checked when the detector's clock moves: call `tick` after each event, or from a timer after `advance`. An `OpportunityPipeline`
 * does all of it in the right order.
 */
export class OpportunityTracker implements OpportunitySink, OpportunityBook, MetricsSource {
  readonly #producer: string;
  readonly #confirmAfterNs: bigint;
  readonly #reassessAfterNs: bigint;
  readonly #assessor: OpportunityAssessor | undefined;
  readonly #confirmAbove: number;
  readonly #listener: OpportunityListener;
  readonly #byKey = new Map<string, Life>();
  /** Oldest first: a Map keeps the order of insertion, which is that of the clock. */
  readonly #byId = new Map<string, Life>();
  readonly #unconfirmed = new Set<Life>();
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
  /** No live opportunity is to be assessed before it. */
  #nextAssessAtNs = 0n;

  /** @throws ValidationError `INVALID_OPTIONS` */
  constructor(options: OpportunityTrackerOptions) {
    const { producer, confirmAfterMs = 0, reassessAfterMs = 1, confirmAbove = DEFAULT_CONFIRM_ABOVE } = options;
    if (producer === '' || producer.includes('#')) throw invalid('producer', 'a name without #', producer);
    if (!(confirmAfterMs >= 0 && confirmAfterMs < MAX_CONFIRM_MS)) {
      throw invalid('confirmAfterMs', `from 0 to below ${MAX_CONFIRM_MS}`, confirmAfterMs);
    }
    if (!(reassessAfterMs > 0 && reassessAfterMs < MAX_CONFIRM_MS)) {
      throw invalid('reassessAfterMs', `above 0, below ${MAX_CONFIRM_MS}`, reassessAfterMs);
    }
    if (!(confirmAbove > 0 && confirmAbove <= 1)) throw invalid('confirmAbove', 'above 0, at most 1', confirmAbove);
    this.#producer = producer;
    this.#confirmAfterNs = BigInt(Math.round(confirmAfterMs * NS_PER_MS));
    this.#reassessAfterNs = BigInt(Math.max(1, Math.round(reassessAfterMs * NS_PER_MS)));
    this.#assessor = options.assessor;
    this.#confirmAbove = confirmAbove;
    this.#listener = options.listener;
  }

  /** Says whose observer this is: names of legs and times come from it. Before its first event. */
  attach(detector: ArbitrageDetector): void {
    this.#detector = detector;
    this.#assessor?.attach(detector);
  }

  /** A copy. */
  counts(): TrackerCounts {
    return { ...this.#counts };
  }

  /**
   * A live opportunity by its id; undefined for one that has ended or never was. Its expiry, its urgency and the times of its legs' quotes are those of now: a
   * fresher quote at the same price moves the end away, without being an update.
   */
  find(id: string): Opportunity | undefined {
    const life = this.#byId.get(id);
    if (life === undefined) return undefined;
    const { opportunity, source } = life;
    const legs = this.#quotedAnew(life);
    return { ...opportunity, legs, ...this.#timesOf(source, this.#now()), changedAtNs: opportunity.changedAtNs };
  }

  /** All live opportunities, as they were last told. */
  live(): readonly Opportunity[] {
    return [...this.#byId.values()].map(({ opportunity }) => opportunity);
  }

  collect(into: MetricsSink): void {
    into.describe('tradewind_arbitrage_opportunities', 'Opportunities that are alive.');
    into.gauge('tradewind_arbitrage_opportunities', this.#byId.size);
    into.describe('tradewind_arbitrage_opportunities_total', 'Opportunities that entered a state, by state.');
    for (const [state, count] of Object.entries(this.#counts)) {
      into.counter('tradewind_arbitrage_opportunities_total', count, { state });
    }
  }

  /** Assesses what is due and confirms what may be. Costs one comparison when there is nothing to do. */
  tick(): void {
    if (this.#assessor !== undefined) this.#assessAll(this.#assessor);
    else if (this.#unconfirmed.size > 0) this.#confirmByAge();
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
    const plan = planLegs(this.#attached(), source, figures);
    const opportunity: Opportunity = {
      id: `${this.#producer}#${this.#sequence}`,
      key: source.id,
      type: source.type,
      state: 'detected',
      legs: this.#legsOf(source, plan),
      figures,
      ...this.#timesOf(source, now),
      detectedAtNs: now,
    };
    const life: Life = { opportunity, source, plan, assessAtNs: now, isUpdateDue: false };
    this.#nextAssessAtNs = now;
    this.#enter(life, 'detected');
    if (this.#assessor === undefined && this.#confirmAfterNs === 0n) this.tick();
  }

  updated(source: OpportunitySource, figures: PairFigures | CycleFigures): void {
    const life = this.#byKey.get(source.id);
    // An executed one is over, though the market may still show what is left of it.
    if (life === undefined) return;
    const now = this.#now();
    life.plan = planLegs(this.#attached(), source, figures);
    life.assessAtNs = now;
    this.#nextAssessAtNs = now;
    const legs = this.#legsOf(source, life.plan);
    const opportunity = { ...life.opportunity, legs, figures, ...this.#timesOf(source, now), survival: undefined };
    if (this.#assessor === undefined) this.#keep(life, opportunity);
    else {
      // What was estimated of the figures before says nothing of these: it is told as soon as they are assessed.
      life.opportunity = opportunity;
      life.isUpdateDue = true;
    }
  }

  closed(source: OpportunitySource, reason: CloseReason): void {
    const life = this.#byKey.get(source.id);
    if (life !== undefined) this.#enter(life, reason === 'stale' ? 'expired' : 'invalidated');
  }

  #confirmByAge(): void {
    const now = this.#now();
    for (const life of this.#unconfirmed) {
      // The oldest come first: who follows is younger.
      if (now - life.opportunity.detectedAtNs < this.#confirmAfterNs) return;
      this.#enter(life, 'confirmed');
    }
  }

  #assessAll(assessor: OpportunityAssessor): void {
    const now = this.#now();
    if (this.#byId.size === 0 || now < this.#nextAssessAtNs) return;
    let next = now + this.#reassessAfterNs;
    for (const life of this.#byId.values()) {
      if (now >= life.assessAtNs) this.#assess(assessor, life, now);
      if (life.assessAtNs < next) next = life.assessAtNs;
    }
    this.#nextAssessAtNs = next;
  }

  #assess(assessor: OpportunityAssessor, life: Life, now: bigint): void {
    const { id, key, figures, detectedAtNs, state } = life.opportunity;
    const ageNs = now - detectedAtNs;
    const subject: AssessedOpportunity = {
      id,
      key,
      legs: life.plan,
      ageMs: Number(ageNs) / NS_PER_MS,
      edgePpm: Number(figures.edgePpm),
    };
    const probability = assessor.assess(subject);
    life.assessAtNs = now + this.#reassessAfterNs;
    life.opportunity = { ...life.opportunity, survival: { probability, arrivalMs: assessor.arrivalMs(subject) } };
    if (state !== 'detected' || probability < this.#confirmAbove || ageNs < this.#confirmAfterNs) {
      if (life.isUpdateDue) this.#keep(life, life.opportunity);
      return;
    }
    assessor.confirmed(subject);
    this.#enter(life, 'confirmed');
  }

  #advance(id: string, from: OpportunityState, to: OpportunityState): boolean {
    const life = this.#byId.get(id);
    if (life?.opportunity.state !== from) return false;
    this.#enter(life, to);
    return true;
  }

  #enter(life: Life, state: OpportunityState): void {
    this.#counts[state] += 1;
    const legs = isEnded(state) ? life.opportunity.legs : this.#quotedAnew(life);
    this.#keep(life, { ...life.opportunity, state, legs, changedAtNs: this.#now() });
  }

  #keep(life: Life, opportunity: Opportunity): void {
    const { id, key, state } = opportunity;
    life.opportunity = opportunity;
    life.isUpdateDue = false;
    if (isEnded(state)) {
      this.#byKey.delete(key);
      this.#byId.delete(id);
      this.#assessor?.ended(id);
    } else {
      this.#byKey.set(key, life);
      this.#byId.set(id, life);
    }
    if (state === 'detected') this.#unconfirmed.add(life);
    else this.#unconfirmed.delete(life);
    this.#listener(opportunity);
  }

  #timesOf(source: OpportunitySource, now: bigint) {
    const expiresAtNs = this.#attached().expiresAtNs(source);
    return { changedAtNs: now, expiresAtNs, urgency: urgencyOf(Number(expiresAtNs - now) / NS_PER_MS) };
  }

  #legsOf(source: OpportunitySource, plan: readonly PlannedLeg[]): readonly OpportunityLeg[] {
    return source.legs.map(({ slot, side }, index) => {
      const row = this.#attached().termsOf(slot)?.row;
      const quotedAtNs = this.#attached().quotedAtNs(slot);
      const leg = { venue: row?.venue ?? '', symbol: row?.symbol ?? '', side, quotedAtNs };
      const planned = plan[index];
      if (planned === undefined) return leg;
      return { ...leg, limit: formatFixed(planned.limit, PLACES), quantity: formatFixed(planned.quantity, PLACES) };
    });
  }

  /** Its legs with the times of their quotes as of now: a quote that changed no figure has shown once more what they say. */
  #quotedAnew({ opportunity, source }: Life): readonly OpportunityLeg[] {
    return opportunity.legs.map((leg, index) => {
      const slot = source.legs[index]?.slot;
      return { ...leg, quotedAtNs: slot === undefined ? undefined : this.#attached().quotedAtNs(slot) };
    });
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
const DEFAULT_CONFIRM_ABOVE = 0.8;
