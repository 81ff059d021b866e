import type { LanesView, Priority, SchedulingEvent } from '@tradewind/core-types';
import type { Concurrency } from '../scheduling/concurrency.ts';
import type { ImaginedFifo } from '../scheduling/imagined-fifo.ts';
import { LaneLayout } from '../scheduling/lane-layout.ts';
import { POLICIES, STRICT } from '../scheduling/policy.ts';
import type { TopicBook } from '../scheduling/topic-book.ts';
import { Adoption, type AdoptionRule } from './adoption.ts';
import { backlogState } from '../scheduling/backlog-state.ts';
import type { Baseline } from './baseline.ts';
import { ShadowScheduler } from './shadow-scheduler.ts';
import { NO_REGIME } from './regime-deviations.ts';
import { TrafficWindow } from './traffic-window.ts';

/** How much is replayed, and when. */
export interface LearningPace {
  /** Arrivals in a window. */
  readonly windowMessages: number;
  /** Steps of a replay per scheduling event: a bound on what learning costs. */
  readonly stepsPerEvent: number;
  /** Events after a window for which messages that have not ended are waited for, in windows. */
  readonly patience: number;
  /** Windows before learning slows down, and the arrivals that then go by between two windows. */
  readonly eagerWindows: number;
  readonly restMessages: number;
}

export interface PolicyLearnerOptions {
  readonly topics: TopicBook;
  /** Says how long messages wait when it matters. */
  readonly fifo: ImaginedFifo;
  readonly concurrency: Pick<Concurrency, 'workers'>;
  readonly pace: LearningPace;
  readonly rule: AdoptionRule;
  /** What would run otherwise: replayed too, compared with, never adopted. */
  readonly baseline?: Baseline | undefined;
}

/**
 * Records windows of traffic, replays each under every policy, and hands the costs to the adoption.
 *
 * One window at a time: rest, record, wait until most of its messages have ended, replay, learn, rest. Everything happens within the events of the
 * client, a bounded part of it in each: no timer, no worker thread, the same result in every run.
 */
export class PolicyLearner {
  readonly adoption: Adoption;
  /** Windows that were replayed. */
  windows = 0;
  /** Whether somebody can move topics to other lanes; policies that need that are adopted only then. */
  withCorrections = false;
  /** The place of the market's regime, as it is now. */
  regime: number = NO_REGIME;

  readonly #topics: TopicBook;
  readonly #lanes: LaneLayout;
  readonly #fifo: ImaginedFifo;
  readonly #pace: LearningPace;
  readonly #window: TrafficWindow;
  /** One for each policy, and behind them that of the baseline, if there is one. */
  readonly #shadows: readonly ShadowScheduler[];
  readonly #baseline: Baseline | undefined;
  readonly #costs = new Float64Array(POLICIES.length);
  readonly #nextStates = new Uint8Array(POLICIES.length);
  readonly #rowOf: (topicId: number, lane: Priority) => number;
  #phase: 'rest' | 'record' | 'wait' | 'replay' = 'rest';
  #countdown: number;
  #replaying = 0;
  #startState = 0;
  #startRegime: number = NO_REGIME;

  constructor({ topics, fifo, concurrency, pace, rule, baseline }: PolicyLearnerOptions) {
    this.adoption = new Adoption(rule);
    this.#topics = topics;
    this.#lanes = new LaneLayout(topics);
    this.#fifo = fifo;
    this.#pace = pace;
    this.#window = new TrafficWindow(pace.windowMessages);
    const shadows = POLICIES.map((policy) => new ShadowScheduler(this.#window, topics, { concurrency, policy }));
    const [strict] = POLICIES;
    if (baseline !== undefined) {
      shadows.push(new ShadowScheduler(this.#window, topics, { concurrency, policy: strict, chooser: baseline }));
    }
    this.#shadows = shadows;
    this.#baseline = baseline;
    this.#rowOf = (topicId, lane) => topics.row(topicId, lane);
    this.#countdown = pace.windowMessages;
  }

  /** Called at each pick, before it: a window may begin here. */
  beforePick(lanes: LanesView, nowMs: number): void {
    if (this.#phase !== 'rest' || this.#countdown > 0) return;
    this.#window.begin(lanes, nowMs, this.#rowOf);
    this.#startState = backlogState(this.#window.backlog);
    this.#startRegime = this.regime;
    this.#phase = 'record';
  }

  /** Called for each message that came, with its row and the lane in which it would wait without corrections. */
  arrived(event: SchedulingEvent, row: number, lane: Priority): void {
    if (this.#phase === 'record') {
      this.#window.arrive(event, row, lane);
      if (this.#window.isFull) {
        this.#phase = 'wait';
        this.#countdown = this.#pace.patience * this.#pace.windowMessages;
      }
    } else {
      if (this.#phase === 'rest' && this.#countdown > 0) this.#countdown -= 1;
      this.#advance();
    }
  }

  /** Called for each message that ended; NaN where it was not served. */
  ended(ticket: number, servedMs: number): void {
    if (this.#phase === 'record' || this.#phase === 'wait') this.#window.end(ticket, servedMs);
    this.#advance();
  }

  /** Gives up the window at hand, and rests. */
  restart(): void {
    this.#phase = 'rest';
    this.#countdown = this.#pace.windowMessages;
  }

  #advance(): void {
    if (this.#phase === 'wait') {
      this.#countdown -= 1;
      if (this.#window.open > 0 && this.#countdown > 0) return;
      this.#phase = 'replay';
      this.#replaying = 0;
      this.#shadows[0]?.begin(POLICIES[0]);
    }
    if (this.#phase !== 'replay') return;
    for (let step = 0; step < this.#pace.stepsPerEvent; step += 1) {
      if (this.#shadows[this.#replaying]?.step() === true) continue;
      if (this.#nextShadow()) continue;
      this.#learn();
      return;
    }
  }

  #nextShadow(): boolean {
    this.#replaying += 1;
    const shadow = this.#shadows[this.#replaying];
    // A baseline leaves lanes as they were declared, as strict priority does.
    shadow?.begin(POLICIES[this.#replaying] ?? POLICIES[STRICT]);
    return shadow !== undefined;
  }

  #learn(): void {
    for (let policy = 0; policy < POLICIES.length; policy += 1) {
      const shadow = this.#shadows[policy] as ShadowScheduler;
      this.#costs[policy] = shadow.cost;
      this.#nextStates[policy] = shadow.endState;
    }
    this.windows += 1;
    const at = { state: this.#startState, regime: this.#startRegime };
    const inForce = this.adoption.inForce(at.regime, at.state);
    this.#baseline?.observe(this.#shadows[POLICIES.length]?.cost ?? 0, this.#costs[inForce] as number);
    this.adoption.learn(at, this.#costs, this.#nextStates, this.withCorrections);
    this.#lanes.update(this.#fifo.typicalMs);
    this.#topics.fade();
    this.#phase = 'rest';
    this.#countdown = this.windows < this.#pace.eagerWindows ? 0 : this.#pace.restMessages;
  }
}
