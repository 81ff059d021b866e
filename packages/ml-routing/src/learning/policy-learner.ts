import type { LanesView, Priority, SchedulingEvent } from '@tradewind/core-types';
import type { Concurrency } from '../scheduling/concurrency.ts';
import type { ImaginedFifo } from '../scheduling/imagined-fifo.ts';
import { LaneCorrection } from '../scheduling/lane-correction.ts';
import { POLICIES, type Policy } from '../scheduling/policy.ts';
import type { TopicBook } from '../scheduling/topic-book.ts';
import { Adoption, type AdoptionRule } from './adoption.ts';
import { backlogState } from './backlog-state.ts';
import { ShadowScheduler } from './shadow-scheduler.ts';
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

  readonly #topics: TopicBook;
  readonly #lanes: LaneCorrection;
  readonly #fifo: ImaginedFifo;
  readonly #pace: LearningPace;
  readonly #window: TrafficWindow;
  readonly #shadows: readonly ShadowScheduler[];
  readonly #costs = new Float64Array(POLICIES.length);
  readonly #nextStates = new Uint8Array(POLICIES.length);
  readonly #rowOf: (topicId: number, lane: Priority) => number;
  #phase: 'rest' | 'record' | 'wait' | 'replay' = 'rest';
  #countdown: number;
  #replaying = 0;
  #startState = 0;

  constructor({ topics, fifo, concurrency, pace, rule }: PolicyLearnerOptions) {
    this.adoption = new Adoption(rule);
    this.#topics = topics;
    this.#lanes = new LaneCorrection(topics);
    this.#fifo = fifo;
    this.#pace = pace;
    this.#window = new TrafficWindow(pace.windowMessages);
    this.#shadows = POLICIES.map((policy) => new ShadowScheduler(this.#window, topics, { concurrency, policy }));
    this.#rowOf = (topicId, lane) => topics.row(topicId, lane);
    this.#countdown = pace.windowMessages;
  }

  /** Called at each pick, before it: a window may begin here. */
  beforePick(lanes: LanesView, nowMs: number): void {
    if (this.#phase !== 'rest' || this.#countdown > 0) return;
    this.#window.begin(lanes, nowMs, this.#rowOf);
    this.#startState = backlogState(this.#window.backlog);
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
    if (this.#replaying >= POLICIES.length) return false;
    this.#shadows[this.#replaying]?.begin(POLICIES[this.#replaying] as Policy);
    return true;
  }

  #learn(): void {
    for (const [policy, shadow] of this.#shadows.entries()) {
      this.#costs[policy] = shadow.cost;
      this.#nextStates[policy] = shadow.endState;
    }
    this.windows += 1;
    this.adoption.learn(this.#startState, this.#costs, this.#nextStates, this.withCorrections);
    this.#lanes.update(this.#fifo.typicalMs);
    this.#topics.fade();
    this.#phase = 'rest';
    this.#countdown = this.windows < this.#pace.eagerWindows ? 0 : this.#pace.restMessages;
  }
}
