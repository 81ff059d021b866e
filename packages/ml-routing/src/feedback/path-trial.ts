import type {
  Health,
  HealthSource,
  JsonValue,
  MetricsSink,
  MetricsSource,
  Outcome,
  PathId,
  PathLoad,
  PluginState,
  Remediable,
  Remedy,
  RoutableMessage,
  RoutingContext,
  RoutingDecision,
  RoutingPlugin,
  StateOwner,
} from '@tradewind/core-types';
import { KillSwitch, switchRemedies } from '../kill-switch.ts';
import { switchedBy } from '../switchable.ts';
import { PATH_HEADER } from '../paths/path-headers.ts';
import { MARKET_REGIME } from '../regimes/market-regime.ts';
import { STANDS_STILL_MS } from '../paths/stands-still.ts';
import { ChoiceLog } from './choice-log.ts';
import { OffPolicyLog, type PolicyGain } from './off-policy.ts';
import { readPathTrialOptions, type PathTrialOptions, type PathTrialSettings } from './path-trial-options.ts';
import { readTrialState } from './path-trial-state.ts';
import { PolicyGate } from './policy-gate.ts';

/** What the trial knows by now. */
export interface TrialReport {
  /** Whether the candidate decides. */
  readonly adopted: boolean;
  /** Why it was let in, put out, or left as it was; empty before the first judgement. */
  readonly reason: string;
  /** The last comparison; undefined before the first judgement. */
  readonly evidence: PolicyGain | undefined;
}

/**
 * Tries a plugin that chooses paths beside the path that messages take anyway, and lets it decide only while it is shown to earn more.
 *
 * Where the two agree nothing is tried. Where they differ, a small part of the messages goes the way that is not in force, by a chance whose probability is logged; the
 * outcomes are joined to these choices, and what each of the two would have earned on all of them is estimated doubly robustly, with the load of the paths and the market
 * regime as features. What else the candidate decides about a message (its lane, its expiry) goes with its path.
 *
 * - `disable()` is the kill switch: the path is the one that messages take anyway from the next message on. The candidate goes on learning from that path.
 * - A candidate is told when a message goes by another path than it chose (`redirected` of the options), so that its books are of what is really under way.
 * - The chance comes from the seed and the message's sequence alone: the same messages, the same choices.
 * - Messages of one ordering key may go by two paths at a time: try paths only where a receiver bears that.
 * - Nothing is tried on a path that stands still: one that is down, or whose oldest batch has been under way for 5 seconds. Those messages go the way that is in force; and where that is what
 *   stands still, and the other way does not, they go the other way, whether the candidate is adopted or not. What came of them counts for neither.
 * - A path of the client that a publisher names in the header `tradewind-path` is no matter of trial: the message goes there, whether the trial is on or off.
 * - A candidate that throws is not caught here: the client's circuit breaker cuts the trial off, and messages go on by the default path.
 *
 * Cost: less than a microsecond per message beside the candidate's own, which is asked twice where it is not followed, without an object; some milliseconds per judgement, outside of
 * `publish`.
 */
export class PathTrial implements HealthSource, MetricsSource, Remediable {
  readonly name: string;
  /** Give it to `plugins` of a client with several `paths`. */
  readonly plugin: RoutingPlugin & HealthSource & MetricsSource & Remediable;
  /** The verdict and the candidate's own state; the log of choices is not part of it. */
  readonly state: StateOwner;
  readonly #settings: PathTrialSettings;
  readonly #gate: PolicyGate;
  #log: ChoiceLog | undefined = undefined;
  #features = new Float64Array();
  #reason = '';
  readonly #switch = new KillSwitch();
  /** The way in force that messages are kept off, and the one that they take instead; empty while there is none. */
  #avoided: PathId = '';
  #instead: PathId = '';
  #sinceJudged = 0;
  #judging = false;
  #lastMs = 0;
  readonly #decisions = { candidate: 0, incumbent: 0, agreed: 0, rescued: 0 };
  readonly #actions = { candidate: 0, incumbent: 0 };
  readonly #named: { path: PathId; readonly reason: string } = { path: '', reason: 'path named by the publisher' };
  readonly #chance = { takesCandidate: false, candidateShare: 0 };

  /** @throws ValidationError `INVALID_OPTIONS` with what is wrong. */
  constructor(options: PathTrialOptions) {
    this.#settings = readPathTrialOptions(options);
    this.#gate = new PolicyGate(options.gate);
    this.name = `trial-of-${this.#settings.candidate.name}`;
    this.state = { snapshot: () => this.#snapshot(), restore: (state) => this.#restore(state) };
    this.plugin = {
      name: this.name,
      state: this.state,
      route: (message, context) => this.#route(message, context),
      observe: (outcome) => this.#observe(outcome),
      health: () => this.health(),
      collect: (into) => this.collect(into),
      remedies: () => this.remedies(),
      [Symbol.asyncDispose]: async () => this.#settings.candidate[Symbol.asyncDispose]?.(),
    };
    switchedBy(this.plugin, this);
  }

  /** Judges by what was logged so far. Called by itself every `judgedEvery` outcomes; takes some milliseconds. */
  judge(): TrialReport {
    this.#sinceJudged = 0;
    const { choices, candidate, incumbent } = this.#log?.read() ?? NOTHING;
    if (choices.length > 0) {
      const evidence = new OffPolicyLog(choices).compare(candidate, incumbent);
      const verdict = this.#gate.consider(evidence);
      this.#reason = verdict.reason;
      if (verdict.changed) {
        this.#switch.sinceMs = this.#lastMs;
        // Another way is in force now; whether messages are kept off that one is seen with the next of them.
        this.#keepOff('', '');
      }
    }
    return this.report();
  }

  report(): TrialReport {
    return { adopted: this.#gate.adopted, reason: this.#reason, evidence: this.#gate.evidence };
  }

  /** The kill switch. The candidate goes on learning from the path that messages take anyway. */
  disable(reason = 'switched off'): void {
    this.#switch.turnOff(reason, this.#lastMs);
  }

  enable(): void {
    this.#switch.turnOn(this.#lastMs);
  }

  /** Degraded while it is switched off, and while it keeps messages off the way that is in force. */
  health(): Health {
    const complaint =
      this.#avoided === ''
        ? ''
        : `${this.#avoided} stands still: what would go there goes by ${this.#instead} until it answers again`;
    return this.#switch.health(complaint);
  }

  remedies(): readonly Remedy[] {
    return switchRemedies(this, 'path-trial', {
      off: 'Send everything by the path that it takes anyway, until the trial is enabled again.',
      on: 'Try the candidate, or let it decide, as far as was found out.',
    });
  }

  collect(into: MetricsSink): void {
    into.describe(
      'tradewind_path_trial_choices_total',
      'Messages on which the two policies agreed, whose way the others went, and those that were kept off a path that stands still.',
    );
    for (const [way, count] of Object.entries(this.#decisions)) {
      into.counter('tradewind_path_trial_choices_total', count, { way });
    }
    into.describe('tradewind_path_trial_outcomes_total', 'Choices by whether their outcome was joined.');
    into.counter('tradewind_path_trial_outcomes_total', this.#log?.join.joined ?? 0, { kind: 'joined' });
    into.counter('tradewind_path_trial_outcomes_total', this.#log?.join.unjoined ?? 0, { kind: 'unjoined' });
    into.counter('tradewind_path_trial_outcomes_total', this.#log?.withoutReward ?? 0, { kind: 'withoutReward' });
    into.describe(
      'tradewind_path_trial_changes_total',
      'Changes of the policy in force, and adoptions after a withdrawal among them.',
    );
    into.counter('tradewind_path_trial_changes_total', this.#gate.adoptions, { kind: 'adoption' });
    into.counter('tradewind_path_trial_changes_total', this.#gate.withdrawals, { kind: 'withdrawal' });
    into.counter('tradewind_path_trial_changes_total', this.#gate.reversals, { kind: 'reversal' });
    into.describe('tradewind_path_trial_adopted', 'Whether the candidate decides.');
    into.gauge('tradewind_path_trial_adopted', this.#gate.adopted && this.#switch.reason === undefined ? 1 : 0);
    const gain = this.#gate.evidence?.gain;
    if (gain === undefined || !Number.isFinite(gain.low)) return;
    into.describe(
      'tradewind_path_trial_gain',
      'Reward per message that the candidate earns more, and the bounds of its 95 % interval.',
    );
    for (const bound of ['low', 'value', 'high'] as const)
      into.gauge('tradewind_path_trial_gain', gain[bound], { bound });
  }

  #route(message: RoutableMessage, context: RoutingContext): RoutingDecision | undefined {
    this.#lastMs = context.nowMs;
    const { candidate, redirected } = this.#settings;
    const decision = candidate.route?.(message, context);
    const chosen = decision?.path;
    const isOn = this.#switch.reason === undefined;
    if (this.#avoided !== '' && !standsStill(context.load(this.#avoided), context.nowMs)) this.#keepOff('', '');
    const named = pathNamedBy(message, context);
    if (named !== undefined) {
      if (chosen !== undefined && chosen !== named) redirected(named, message, context);
      if (isOn && chosen === named) return decision;
      this.#named.path = named;
      return this.#named;
    }
    const usual = message.path ?? context.paths[0];
    if (chosen === undefined || usual === undefined) return undefined;
    if (chosen === usual) {
      if (isOn) this.#decisions.agreed += 1;
      return undefined;
    }
    if (isOn && this.#takesCandidate(chosen, usual, message, context)) return decision;
    redirected(usual, message, context);
    return undefined;
  }

  /** Whether a message goes the way of the candidate, where that is not the usual one; what is left to chance is logged. */
  #takesCandidate(chosen: PathId, usual: PathId, message: RoutableMessage, context: RoutingContext): boolean {
    const { paths } = context;
    const actions = this.#actions;
    actions.candidate = paths.indexOf(chosen);
    actions.incumbent = paths.indexOf(usual);
    if (actions.candidate < 0 || actions.incumbent < 0) return false;
    const { adopted } = this.#gate;
    const { nowMs } = context;
    // What goes there would not come back soon: there is nothing to be found out.
    if (standsStill(context.load(adopted ? usual : chosen), nowMs)) return adopted;
    const inForce = adopted ? chosen : usual;
    if (standsStill(context.load(inForce), nowMs)) {
      this.#decisions.rescued += 1;
      this.#keepOff(inForce, adopted ? usual : chosen);
      return !adopted;
    }
    const chance = this.#chance;
    const { share, seed } = this.#settings;
    chance.candidateShare = adopted ? 1 - share : share;
    chance.takesCandidate = chanceOf(seed, message.sequence) < chance.candidateShare;
    this.#write(message, context);
    this.#decisions[chance.takesCandidate ? 'candidate' : 'incumbent'] += 1;
    return chance.takesCandidate;
  }

  /** Notes for `health()` which way messages are kept off. */
  #keepOff(path: PathId, instead: PathId): void {
    if ((this.#avoided === '') !== (path === '')) this.#switch.sinceMs = this.#lastMs;
    this.#avoided = path;
    this.#instead = instead;
  }

  #observe(outcome: Outcome): void {
    this.#settings.candidate.observe?.(outcome);
    // A retry may follow: what came of the message is not known yet.
    if (outcome.kind === 'failed' || this.#log?.settle(outcome) !== true) return;
    this.#sinceJudged += 1;
    if (this.#sinceJudged < this.#settings.judgedEvery || this.#judging) return;
    this.#judging = true;
    this.#settings.later(() => {
      this.#judging = false;
      try {
        this.judge();
      } catch (error) {
        // Outside of the client's circuit breaker: a judgement that fails must not take the process with it.
        this.disable(`the judgement failed: ${String(error)}`);
      }
    });
  }

  #write(message: RoutableMessage, context: RoutingContext): void {
    const { paths } = context;
    if (this.#log === undefined) {
      this.#features = new Float64Array(paths.length + 1);
      const { remembered, reward } = this.#settings;
      const shape = { actions: paths.length, features: paths.length + 1, capacity: remembered, reward };
      this.#log = new ChoiceLog(shape);
    }
    for (let at = 0; at < paths.length; at += 1) {
      const load = context.load(paths[at] as string);
      this.#features[at] = load === undefined ? 0 : Math.log1p(load.waiting + load.inFlight);
    }
    const regime = context.fact(MARKET_REGIME);
    this.#features[paths.length] = regime !== undefined && (regime.newsEvent || regime.regime === 'VOLATILE') ? 1 : 0;
    this.#log.choose(message, this.#actions, this.#chance, this.#features);
  }

  #snapshot(): PluginState {
    const { adopted, adoptions, withdrawals, reversals } = this.#gate;
    const own = this.#settings.candidate.state?.snapshot();
    const candidate: JsonValue = own === undefined ? null : { version: own.version, data: own.data };
    return { version: 1, data: { adopted, adoptions, withdrawals, reversals, candidate } };
  }

  #restore(state: PluginState): void {
    const { candidate, adopted, ...counts } = readTrialState(state);
    // The candidate goes first: where it refuses, nothing has been changed.
    if (candidate !== undefined) this.#settings.candidate.state?.restore(candidate);
    this.#gate.restore(adopted);
    Object.assign(this.#gate, counts);
  }
}

/** The path that the publisher asks for, where the client has it and no earlier plugin has chosen one. */
function pathNamedBy({ path, headers }: RoutableMessage, { paths }: RoutingContext): PathId | undefined {
  const named = headers?.[PATH_HEADER];
  return path === undefined && named !== undefined && paths.includes(named) ? named : undefined;
}

function standsStill(load: PathLoad | undefined, nowMs: number): boolean {
  return load !== undefined && (load.status === 'down' || nowMs - load.oldestInFlightAtMs >= STANDS_STILL_MS);
}

/** A number from 0 to 1 that depends on seed and sequence only: the mixing function of splitmix32. */
function chanceOf(seed: number, sequence: number): number {
  let mixed = (Math.imul(seed | 0, 0x9e37_79b9) ^ Math.imul((sequence | 0) + 1, 0x85eb_ca6b)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0_aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}

const NOTHING = { choices: [], candidate: () => [], incumbent: () => [] };
