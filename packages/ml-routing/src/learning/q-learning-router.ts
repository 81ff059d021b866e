import {
  type Health,
  type HealthSource,
  type LaneScheduler,
  type LanesView,
  type MetricsSink,
  type MetricsSource,
  type Priority,
  type Remediable,
  type Remedy,
  type RoutingPlugin,
  type SchedulingEvent,
  type StateOwner,
} from '@tradewind/core-types';
import { KillSwitch, switchRemedies } from '../kill-switch.ts';
import { BACKLOG_NAMES, BACKLOG_STATES, backlogState } from '../scheduling/backlog-state.ts';
import { PolicyLearner, type LearningPace } from './policy-learner.ts';
import { Baseline } from './baseline.ts';
import { complaintOf } from './cost-complaint.ts';
import type { BaselineGain, ReplayedGain } from './replayed-gain.ts';
import type { AdoptedPolicy, AlternativePolicy, LaneCorrection, PolicyChanges } from './policy-readings.ts';
import { NO_REGIME, regimePlace } from './regime-deviations.ts';
import { StaticAccount, type GainOverStatic } from './static-account.ts';
import { collectQLearning } from './q-learning-metrics.ts';
import { readQLearningOptions, type QLearningRouterOptions } from './q-learning-options.ts';
import { QLearningState } from './q-learning-state.ts';
import { MARKET_REGIMES, type MarketRegime, type RegimeReading } from '../regimes/market-regime.ts';
import { Ageing } from '../scheduling/ageing.ts';
import { Concurrency } from '../scheduling/concurrency.ts';
import { CostBook } from '../scheduling/cost-rule.ts';
import { CAUSE, DecisionLog, type PickExplanation } from '../scheduling/decision-log.ts';
import { ImaginedFifo } from '../scheduling/imagined-fifo.ts';
import { LaneCorrections } from '../scheduling/lane-corrections.ts';
import { LaneIndex, firstRunnable } from '../scheduling/lane-index.ts';
import { POLICIES, STRICT, type Policy } from '../scheduling/policy.ts';
import { RegimeTimes } from '../scheduling/regime-times.ts';
import { TopicBook } from '../scheduling/topic-book.ts';

/**
 * A lane scheduler that learns which lane to serve next, so that waiting costs as little as possible.
 *
 * It starts as strict priority. It learns how long the handlers of each topic take, replays windows of the traffic under every policy
 * of its own besides the real one, and adopts another policy when that would clearly have cost less on the same traffic. What is in force is always one
 * of a few known policies; nothing is tried out on live messages.
 *
 * - CRITICAL goes before everything else, always.
 * - A message that waits far longer than it would have under first-in first-out is served for its age, within a budget.
 * - A running account says what it really saves over strict priority on the same messages: `gain()`.
 * - `disable()` is the kill switch: strict priority from the next pick on.
 * - Same events, same decisions: no clock, no chance, no timer.
 *
 * `corrections` is a routing plugin for the same client: it moves topics to the lane in which they belong. Without it priorities stay as declared.
 *
 * Cost: a pick takes some hundred nanoseconds, and so do the three events of a message; while a window is replayed each event
 * takes up to a microsecond more, for most of the first 96 windows, then for about a window in ten. No object is made for either.
 * `npm run bench -- ml-routing` prints the figures.
 */
export class QLearningRouter implements LaneScheduler, HealthSource, MetricsSource, Remediable {
  readonly name = 'q-learning';
  /** Give it to `plugins` of the same client. CRITICAL messages and those that another plugin has moved are left alone. */
  readonly corrections: RoutingPlugin;
  /**
   * What was learned. A snapshot gives up the window of traffic at hand (of some hundred messages), and what waits leaves the account: take one every minute, not every second.
   * Costs are configuration and not part of it. Restoring throws a `ValidationError` `INVALID_OPTIONS` on a state that it cannot read.
   */
  readonly state: StateOwner;
  readonly #topics: TopicBook;
  readonly #index: LaneIndex;
  readonly #ageing: Ageing;
  readonly #fifo: ImaginedFifo;
  readonly #account: StaticAccount;
  readonly #learner: PolicyLearner;
  readonly #log = new DecisionLog();
  readonly #moves: LaneCorrections;
  readonly #baseline: Baseline | undefined;
  readonly #switch = new KillSwitch();
  readonly #regimeTimes: RegimeTimes;
  readonly #regimeNow: (() => RegimeReading | undefined) | undefined;
  #untilRegime = 0;
  #lastEventMs = 0;

  /** @throws ValidationError `INVALID_OPTIONS` with everything that is wrong. */
  constructor(options: QLearningRouterOptions = {}) {
    const settings = readQLearningOptions(options);
    const topics = new TopicBook(new CostBook(options.costs, options.priorityCosts), settings.maxTopics);
    const { leastGain, leastT } = settings;
    const concurrency = new Concurrency(settings.workers);
    this.#regimeNow = settings.regime;
    this.#regimeTimes = new RegimeTimes(topics);
    this.#topics = topics;
    this.#index = new LaneIndex(topics);
    this.#fifo = new ImaginedFifo(concurrency);
    this.#account = new StaticAccount(topics, concurrency);
    this.#ageing = new Ageing(topics, this.#fifo, { concurrency, factor: settings.ageingFactor });
    this.#baseline = options.baseline === undefined ? undefined : new Baseline(options.baseline);
    this.#learner = new PolicyLearner({
      baseline: this.#baseline,
      topics,
      fifo: this.#fifo,
      concurrency,
      pace: PACE,
      rule: { leastGain, leastT, leastWindows: LEAST_WINDOWS },
    });
    this.#moves = new LaneCorrections(topics, this.#learner, () => this.#switch.reason === undefined);
    this.corrections = this.#moves.plugin;
    this.state = new QLearningState({
      topics,
      learner: this.#learner,
      ageing: this.#ageing,
      fifo: this.#fifo,
      account: this.#account,
      concurrency,
      regimeTimes: this.#regimeTimes,
    });
  }

  /** Whether it may decide otherwise than strict priority. */
  get enabled(): boolean {
    return this.#switch.reason === undefined;
  }

  pick(lanes: LanesView, nowMs: number): Priority {
    if (this.#switch.reason !== undefined) {
      const lane = firstRunnable(lanes);
      this.#log.write(nowMs, lane, CAUSE.disabled, STRICT);
      return lane;
    }
    this.#learner.beforePick(lanes, nowMs);
    const waiting = lanes.depth(0) + lanes.depth(1) + lanes.depth(2) + lanes.depth(3);
    const policy = this.#learner.adoption.inForce(this.#learner.regime, backlogState(waiting));
    if (lanes.runnable(0) > 0) {
      this.#log.write(nowMs, 0, policy === STRICT ? CAUSE.strict : CAUSE.critical, policy);
      return 0;
    }
    const overdue = this.#ageing.overdue(lanes, nowMs, this.#account.room(nowMs));
    if (overdue >= 0) {
      this.#log.write(nowMs, overdue as Priority, CAUSE.aged, policy);
      return overdue as Priority;
    }
    const lane = this.#index.choose(POLICIES[policy] as Policy, lanes, nowMs);
    if (policy === STRICT) {
      this.#log.write(nowMs, lane, CAUSE.strict, policy);
      return lane;
    }
    this.#log.writeValues(this.#index.values);
    this.#log.write(nowMs, lane, CAUSE.index, policy);
    return lane;
  }

  observe(event: SchedulingEvent): void {
    // The stamp of an arrival may come from another machine's clock; all others are the client's own.
    if (event.kind !== 'arrival' && Number.isFinite(event.atMs)) {
      this.#lastEventMs = event.atMs;
      this.#fifo.passed(event.atMs);
    }
    if (event.kind === 'start') {
      this.#account.left(event);
      this.#waited(event, this.#topics.row(event.topicId, event.lane));
      return;
    }
    const row = this.#topics.arrive(event.topicId, event.topic, event.declaredPriority);
    if (event.kind === 'arrival') {
      this.#arrived(event, row);
      return;
    }
    if (event.kind === 'end') {
      const { times } = this.#topics;
      this.#account.ended(event);
      this.#fifo.ended(event.servedMs, times.meanMs[row] as number);
      times.judge(row, event.servedMs);
      times.observe(row, event.servedMs);
      times.observe(event.lane, event.servedMs);
    } else {
      this.#account.left(event);
      if (event.kind === 'expired') this.#waited(event, row);
    }
    this.#learner.ended(event.ticket, event.kind === 'end' ? event.servedMs : Number.NaN);
  }

  /** The kill switch: strict priority and no corrections from the next pick and message on. Service times are still learned, policies are not. */
  disable(reason = 'switched off'): void {
    this.#switch.turnOff(reason, this.#lastEventMs);
  }

  /** Takes the policies in force up again. */
  enable(): void {
    this.#switch.turnOn(this.#lastEventMs);
  }

  /** Why the last lanes were picked, newest first: at most 256, by default 16. */
  explain(limit = 16): readonly PickExplanation[] {
    return this.#log.recent(limit, nameOf);
  }

  /**
   * The shares of the lanes as they have come about: by priority, CRITICAL first, which part of the last some thousand picks each lane got where there was a choice; together 1, zeros
   * before the first. They follow what waits and what it costs, and are no guarantee.
   */
  shares(): readonly [number, number, number, number] {
    return this.#log.shares();
  }

  /** Which policy is in force, by how much waits, and the evidence for it: now, or in a regime of the market. */
  adopted(regime?: MarketRegime): readonly AdoptedPolicy[] {
    const { adoption } = this.#learner;
    const place = regime === undefined ? this.#learner.regime : MARKET_REGIMES.indexOf(regime);
    return Array.from({ length: BACKLOG_STATES }, (_, state) => {
      const policy = adoption.inForce(place, state);
      const { gain, t } = adoption.gainIn(place, state, { candidate: policy, incumbent: STRICT });
      const windows = adoption.windowsIn(place, state);
      return { waiting: BACKLOG_NAMES[state] ?? '', policy: nameOf(policy), gain, t, windows };
    });
  }

  /** Why nothing else is in force: by how much waits, the best of the other policies, and how the evidence for it stands. */
  alternatives(): readonly AlternativePolicy[] {
    const { adoption, regime } = this.#learner;
    return Array.from({ length: BACKLOG_STATES }, (_, state) => {
      const incumbent = adoption.inForce(regime, state);
      const waiting = BACKLOG_NAMES[state] ?? '';
      const others = POLICIES.flatMap(({ name: policy }, candidate) =>
        candidate === incumbent
          ? []
          : [{ waiting, policy, ...adoption.gainIn(regime, state, { candidate, incumbent }) }],
      );
      return others.reduce((best, other) => (other.gain > best.gain ? other : best));
    });
  }

  /** How often another policy was adopted, and how often it was one that had been left before. */
  changes(): PolicyChanges {
    const { changes, reversals } = this.#learner.adoption;
    return { adopted: changes, reversals };
  }

  /** Topics that are sent to another lane than they were declared for, while a policy that corrects is in force and `corrections` is plugged in. */
  corrected(): readonly LaneCorrection[] {
    return this.#moves.list();
  }

  /**
   * What was really saved over strict priority, on the traffic of late: the account of what waiting has cost, beside that of an imagined client
   * that serves the very same messages by strict priority.
   */
  gain(): GainOverStatic {
    return this.#account.gain();
  }

  /**
   * What the policies in force have saved over strict priority in replays since the start: each window of traffic under both, judged by the policy that was in force when it
   * came. It knows nothing of what the client did otherwise, so it holds where {@link gain} cannot: with few messages waiting, and with handlers that mostly sleep.
   */
  replayedGain(): ReplayedGain {
    return this.#learner.adoption.replayed.read();
  }

  /**
   * What the policies in force have saved in the same replays over the `baseline`, the scheduler that would run without this router; undefined where none was given, and once it
   * has failed. Both sides choose lanes alone: the ageing of this router, a client's `maxStarvationMs` and what routing itself costs the processor are in neither.
   */
  baselineGain(): BaselineGain | undefined {
    return this.#baseline?.failure === undefined ? this.#baseline?.gain() : undefined;
  }

  /** Degraded while it is switched off, when its baseline has failed, and when what is in force has clearly cost more than strict priority or the baseline would have. */
  health(): Health {
    const compared = { gain: this.gain(), baseline: this.baselineGain(), failure: this.#baseline?.failure };
    return this.#switch.health(complaintOf(compared));
  }

  remedies(): readonly Remedy[] {
    return switchRemedies(this, 'learning', {
      off: 'Serve by strict priority and correct no lanes, until learning is enabled again.',
      on: 'Take the learned policies up again.',
    });
  }

  collect(into: MetricsSink): void {
    collectQLearning(into, {
      picksByCause: this.#log.byCause,
      shares: this.#log.shares(),
      learner: this.#learner,
      times: this.#topics.times,
      adopted: this.adopted(),
      gain: this.gain(),
      baseline: this.baselineGain(),
      corrected: this.#moves.list().length,
      enabled: this.enabled,
    });
  }

  /** A regime lasts for seconds at least: not every message needs to ask. A reading that throws, or makes no sense, is none. */
  #readRegime(): void {
    this.#untilRegime = REGIME_EVERY;
    if (this.#regimeNow === undefined) return;
    let place = NO_REGIME;
    try {
      place = regimePlace(this.#regimeNow());
    } catch {
      // As if nobody knew: whoever made the function has its error, and messages go on.
    }
    if (place === this.#learner.regime) return;
    this.#regimeTimes.change(this.#learner.regime, place);
    this.#learner.regime = place;
  }

  #arrived(event: SchedulingEvent, row: number): void {
    this.#untilRegime -= 1;
    if (this.#untilRegime < 0) this.#readRegime();
    const topics = this.#topics;
    topics.weight[row] = (topics.weight[row] as number) + 1;
    const allowanceMs = event.deadlineMs - event.atMs;
    if (allowanceMs > 0 && allowanceMs < Infinity) {
      const known = topics.allowanceMs[row] as number;
      topics.allowanceMs[row] = known === 0 ? allowanceMs : known + ALLOWANCE_RATE * (allowanceMs - known);
    }
    this.#fifo.arrived(event.atMs, topics.times.meanMs[row] as number, allowanceMs);
    // Where it waits because of a correction, it would wait where it was declared.
    const moved = event.lane === topics.lane[row] && event.lane !== event.declaredPriority;
    const lane = moved ? event.declaredPriority : event.lane;
    this.#account.arrived(event, row, lane);
    this.#learner.arrived(event, row, lane);
  }

  #waited(event: SchedulingEvent, row: number): void {
    const missed = event.kind === 'expired' ? (this.#topics.missed[row] as number) : 0;
    this.#ageing.waited(event.lane, this.#topics.holdingCost(row, event.waitedMs) + missed, event.waitedMs);
  }
}

function nameOf(policy: number): string {
  return POLICIES[policy]?.name ?? 'strict';
}

const LEAST_WINDOWS = 4;
/** Arrivals between two looks at the market. */
const REGIME_EVERY = 31;
const ALLOWANCE_RATE = 1 / 64;
const PACE: LearningPace = {
  windowMessages: 128,
  stepsPerEvent: 8,
  patience: 1,
  eagerWindows: 96,
  restMessages: 1_024,
};
