import { MARKET_REGIMES, type RegimeReading } from '../regimes/market-regime.ts';
import { POLICIES } from '../scheduling/policy.ts';
import { BACKLOG_STATES } from '../scheduling/backlog-state.ts';
import { PairedCosts } from './paired-costs.ts';

/**
 * What is different in single regimes of the market: evidence by regime and backlog, and the policies in force there instead of those that are in force elsewhere.
 *
 * A regime comes and goes, so of each there is far less evidence than of all together. So a regime's gains are shrunk towards the pooled ones: these count as eight windows of its own
 * (an empirical Bayes estimate with a fixed prior weight; the pooled evidence holds the regime's windows too, which makes it a little surer than it is). A regime goes by what is in
 * force elsewhere until its shrunk gains clearly speak against that, and again as soon as both agree.
 */
export class RegimeDeviations {
  /** By regime, then backlog. */
  readonly evidence: readonly PairedCosts[];
  /** By regime, then backlog: the place of a policy; 255 where the regime goes by what is in force elsewhere. */
  readonly adopted: Uint8Array<ArrayBuffer> = new Uint8Array(REGIMES * BACKLOG_STATES).fill(FOLLOWS);

  /** `remembered`: what a window of a regime weighs when its next one comes. */
  constructor(remembered: number) {
    this.evidence = Array.from(
      { length: REGIMES * BACKLOG_STATES },
      () => new PairedCosts(POLICIES.length, remembered),
    );
  }

  /** The policy in force in a regime, `elsewhere` being the one in force where nothing is different; `NO_REGIME` is elsewhere. */
  inForce(regime: number, state: number, elsewhere: number): number {
    if (regime < 0) return elsewhere;
    const own = this.adopted[regime * BACKLOG_STATES + state] as number;
    return own === FOLLOWS ? elsewhere : own;
  }

  observe(regime: number, state: number, costs: ArrayLike<number>): void {
    if (regime >= 0) this.evidence[regime * BACKLOG_STATES + state]?.observe(costs);
  }

  /** Takes a policy up in a regime. True when something else was in force there. */
  adopt(
    regime: number,
    state: number,
    { policy, elsewhere }: { readonly policy: number; readonly elsewhere: number },
  ): boolean {
    const changes = this.inForce(regime, state, elsewhere) !== policy;
    this.adopted[regime * BACKLOG_STATES + state] = policy === elsewhere ? FOLLOWS : policy;
    return changes;
  }
}

/** The place of a regime, by what is known of it: `NO_REGIME` without a reading, and from a detector that is switched off. */
export function regimePlace(reading: RegimeReading | undefined): number {
  return reading === undefined || !(reading.confidence > 0) ? NO_REGIME : MARKET_REGIMES.indexOf(reading.regime);
}

/** Nothing is known of the market. */
export const NO_REGIME = -1;
/** How many windows the pooled evidence counts as, in that of a regime. */
export const PRIOR_WINDOWS = 8;
const REGIMES = MARKET_REGIMES.length;
const FOLLOWS = 255;
