import { POLICIES, STRICT } from '../scheduling/policy.ts';
import { MARKET_REGIMES } from '../regimes/market-regime.ts';
import { BACKLOG_STATES } from '../scheduling/backlog-state.ts';
import { HindsightQ } from './hindsight-q.ts';
import { PairedCosts, type PairedGain } from './paired-costs.ts';
import { PRIOR_WINDOWS, RegimeDeviations } from './regime-deviations.ts';
import { ReplayTotals } from './replayed-gain.ts';

/** When another policy is adopted. */
export interface AdoptionRule {
  /** The part of the incumbent's cost that must be saved at least. */
  readonly leastGain: number;
  /** How many standard errors the gain must be above nothing. */
  readonly leastT: number;
  /** Windows of evidence before which nothing is adopted. */
  readonly leastWindows: number;
}

/** Under which circumstances a window came. */
export interface LearningContext {
  /** How long the queues were when it began. */
  readonly state: number;
  /** The place of the market's regime; -1 where nothing is known of it. */
  readonly regime: number;
}

interface PolicyPair {
  readonly candidate: number;
  readonly incumbent: number;
}

/**
 * Which policy is in force in which state of the queues, and by what evidence.
 *
 * Q-learning proposes, the paired costs of the shadows decide: the action of the highest value is adopted only when, on the same
 * traffic, it would have cost clearly less than the policy in force. While a state has been seen too seldom, the evidence of all
 * states together speaks for it. In a regime of the market other policies may be in force, where its own evidence says so.
 */
export class Adoption {
  readonly q: HindsightQ = new HindsightQ({
    states: BACKLOG_STATES,
    actions: POLICIES.length,
    discount: DISCOUNT,
    leastRate: LEAST_RATE,
  });
  /** By state; the last one of all states together. */
  readonly evidence: readonly PairedCosts[] = Array.from(
    { length: BACKLOG_STATES + 1 },
    () => new PairedCosts(POLICIES.length, REMEMBERED),
  );
  /** By state, the place in {@link POLICIES} of the policy in force. */
  readonly adopted: Uint8Array<ArrayBuffer> = new Uint8Array(BACKLOG_STATES).fill(STRICT);
  /** What a window typically costs under strict priority; 0 before the first one. */
  readonly typicalCost: Float64Array<ArrayBuffer> = new Float64Array(1);
  /** By state, the policy that was in force before; 255: none. */
  readonly left: Uint8Array<ArrayBuffer> = new Uint8Array(BACKLOG_STATES).fill(NONE);
  /** Where it is different in single regimes. */
  readonly deviations: RegimeDeviations = new RegimeDeviations(REMEMBERED);
  /** What the policies in force have saved in replays since the start. */
  readonly replayed: ReplayTotals = new ReplayTotals();
  /** Changes of policy, and those among them that went back to what had been left before. */
  changes = 0;
  reversals = 0;
  readonly #rule: AdoptionRule;
  readonly #rewards = new Float64Array(POLICIES.length);

  constructor(rule: AdoptionRule) {
    this.#rule = rule;
  }

  get #pooled(): PairedCosts {
    return this.evidence[BACKLOG_STATES] as PairedCosts;
  }

  /**
   * Takes in what each policy would have cost in a window.
   *
   * @param at How long the queues were when it began, and the place of the market's regime.
   * @param costs By policy.
   * @param nextStates By policy, how long the queues were at its end.
   * @param withCorrections Whether policies that correct lanes may be adopted.
   */
  learn(at: LearningContext, costs: Float64Array, nextStates: ArrayLike<number>, withCorrections: boolean): void {
    const { state, regime } = at;
    const scale = costs[STRICT] as number;
    // A window in which nothing waited says nothing about policies.
    if (!(scale > 0) || !costs.every((cost) => Number.isFinite(cost))) return;
    // Before anything is learned from this window: what is adopted because of it gains nothing in it.
    const inForce = this.inForce(regime, state);
    const expected = this.gainIn(regime, state, { candidate: inForce, incumbent: STRICT }).gain;
    this.replayed.observe(scale, costs[inForce] as number, expected);
    for (let policy = 0; policy < POLICIES.length; policy += 1)
      this.#rewards[policy] = -(costs[policy] as number) / scale;
    this.q.update(state, this.#rewards, nextStates);
    // In the comparison a window weighs by its cost, but the dearest ones no more than a typical one: one burst must not decide alone.
    const known = this.typicalCost[0] as number;
    const typical = known === 0 ? scale : known + TYPICAL_RATE * (scale - known);
    this.typicalCost[0] = typical;
    const weight = 1 / Math.max(scale, typical);
    for (let policy = 0; policy < POLICIES.length; policy += 1)
      this.#rewards[policy] = (costs[policy] as number) * weight;
    this.evidence[state]?.observe(this.#rewards);
    this.#pooled.observe(this.#rewards);
    this.deviations.observe(regime, state, this.#rewards);
    for (let each = 0; each < BACKLOG_STATES; each += 1) {
      this.#consider(each, withCorrections);
      for (let other = 0; other < MARKET_REGIMES.length; other += 1) this.#deviate(other, each, withCorrections);
    }
  }

  /** The place of the policy in force, by the place of the regime and how much waits. */
  inForce(regime: number, state: number): number {
    return this.deviations.inForce(regime, state, this.adopted[state] as number);
  }

  /** What one policy would have saved over another, by the evidence for a regime and how much waits. */
  gainIn(regime: number, state: number, { candidate, incumbent }: PolicyPair): PairedGain {
    const own = this.deviations.evidence[regime * BACKLOG_STATES + state];
    const pooled = this.evidenceFor(state);
    if (own === undefined || own.windows < OWN_WINDOWS) return pooled.gain(candidate, incumbent);
    return own.shrunkGain(candidate, incumbent, { from: pooled, windows: PRIOR_WINDOWS });
  }

  /** Windows behind that. */
  windowsIn(regime: number, state: number): number {
    const own = this.deviations.evidence[regime * BACKLOG_STATES + state]?.windows ?? 0;
    const pooled = this.evidenceFor(state).windows;
    return own < OWN_WINDOWS ? pooled : own + Math.min(PRIOR_WINDOWS, pooled);
  }

  /** The evidence that speaks for a state. */
  evidenceFor(state: number): PairedCosts {
    const own = this.evidence[state] as PairedCosts;
    return own.windows >= OWN_WINDOWS ? own : this.#pooled;
  }

  #consider(state: number, withCorrections: boolean): void {
    const evidence = this.evidenceFor(state);
    if (evidence.windows < this.#rule.leastWindows) return;
    const incumbent = this.adopted[state] as number;
    const candidate = this.#candidate(state, evidence, withCorrections);
    if (candidate === incumbent) return;
    const { gain, t } = evidence.gain(candidate, incumbent);
    if (!(gain > this.#rule.leastGain && t > this.#rule.leastT * caution(evidence.windows))) return;
    this.changes += 1;
    if (this.left[state] === candidate) this.reversals += 1;
    this.left[state] = incumbent;
    this.adopted[state] = candidate;
  }

  /** The same for a regime, by its own evidence, once there is some: what costs the least there, if that is clearly less than what is in force there. */
  #deviate(regime: number, state: number, withCorrections: boolean): void {
    const { deviations } = this;
    const own = deviations.evidence[regime * BACKLOG_STATES + state] as PairedCosts;
    if (own.windows < OWN_WINDOWS) return;
    const incumbent = this.inForce(regime, state);
    let best = incumbent;
    let most: PairedGain = { gain: 0, t: 0 };
    for (let candidate = 0; candidate < POLICIES.length; candidate += 1) {
      if (candidate === incumbent || (POLICIES[candidate]?.corrects === true && !withCorrections)) continue;
      const each = this.gainIn(regime, state, { candidate, incumbent });
      if (each.gain <= most.gain) continue;
      most = each;
      best = candidate;
    }
    const isClear =
      most.gain > this.#rule.leastGain && most.t > this.#rule.leastT * caution(this.windowsIn(regime, state));
    const policy = isClear ? best : incumbent;
    if (deviations.adopt(regime, state, { policy, elsewhere: this.adopted[state] as number })) this.changes += 1;
  }

  /** What Q-learning proposes; where it has seen too little of the state, what cost the least in all. */
  #candidate(state: number, evidence: PairedCosts, withCorrections: boolean): number {
    const own = evidence === this.evidence[state];
    let best = STRICT;
    for (let policy = 0; policy < POLICIES.length; policy += 1) {
      if (POLICIES[policy]?.corrects === true && !withCorrections) continue;
      const better = own
        ? this.#value(state, policy) > this.#value(state, best)
        : (evidence.sums[policy] as number) < (evidence.sums[best] as number);
      if (better) best = policy;
    }
    return best;
  }

  #value(state: number, policy: number): number {
    return this.q.values[state * POLICIES.length + policy] as number;
  }
}

/** Deviations of a few windows are not well known: at 8 of them t must be 1.7 times as high, at 50 it is 1.1 times. */
function caution(windows: number): number {
  return 1 + SMALL_SAMPLE / (windows - 1);
}

const TYPICAL_RATE = 0.1;
const SMALL_SAMPLE = 5;
/** What a window is worth when the next one comes: the evidence reaches back about 50 windows. */
const REMEMBERED = 0.98;
/** Windows are long, and what a policy leaves behind is served within its own replay: little is left to look ahead for. */
const DISCOUNT = 0.3;
const LEAST_RATE = 0.05;
/** Windows of a state before it is judged by itself. */
const OWN_WINDOWS = 8;
const NONE = 255;
