import {
  PRIORITY_NAMES,
  type Priority,
  type PriorityName,
  type RoutableMessage,
  type RoutingDecision,
  type RoutingPlugin,
} from '@tradewind/core-types';
import { BACKLOG_STATES } from './backlog-state.ts';
import { POLICIES } from './policy.ts';
import type { TopicBook } from './topic-book.ts';

/** What the corrections need of the learner: which policies are in force, and a place to say that corrections can be carried out. */
export interface CorrectionSource {
  withCorrections: boolean;
  /** The place of the market's regime; -1: none. */
  readonly regime: number;
  readonly adoption: { inForce(regime: number, state: number): number };
}

/** Sends topics to the lane in which they belong, while a policy that corrects is in force. */
export class LaneCorrections {
  /** The door through which it comes into a client. */
  readonly plugin: RoutingPlugin = {
    name: 'q-learning-corrections',
    route: (message) => this.#route(message),
  };
  readonly #topics: TopicBook;
  readonly #source: CorrectionSource;
  readonly #enabled: () => boolean;
  /** One decision for each lane, returned again and again. */
  readonly #decisions: readonly RoutingDecision[];

  constructor(topics: TopicBook, source: CorrectionSource, enabled: () => boolean) {
    this.#topics = topics;
    this.#source = source;
    this.#enabled = enabled;
    this.#decisions = PRIORITY_NAMES.map((name, priority) => ({
      priority: priority as Priority,
      reason: `learned: by what it costs and takes, it belongs in ${name}`,
    }));
  }

  /** Topics that are moved at the moment. */
  list(): readonly { readonly topic: string; readonly declared: PriorityName; readonly lane: PriorityName }[] {
    if (!this.#inForce() || !this.#source.withCorrections) return [];
    const topics = this.#topics;
    return topics.names
      .map((topic, row) => ({
        topic,
        declared: PRIORITY_NAMES[topics.declared[row] as Priority],
        lane: PRIORITY_NAMES[topics.lane[row] as Priority],
      }))
      .filter(({ declared, lane }) => declared !== lane);
  }

  #route(message: RoutableMessage): RoutingDecision | undefined {
    this.#source.withCorrections = true;
    if (message.declaredPriority === 0 || message.priority !== message.declaredPriority) return undefined;
    if (!this.#inForce()) return undefined;
    const row = this.#topics.rowOf(message.topic);
    if (row === undefined || this.#topics.declared[row] !== message.declaredPriority) return undefined;
    const lane = this.#topics.lane[row] as Priority;
    return lane === message.priority ? undefined : this.#decisions[lane];
  }

  /** Whether any state's policy corrects: a topic must not change lanes with every change of the backlog. */
  #inForce(): boolean {
    if (!this.#enabled()) return false;
    const { adoption, regime } = this.#source;
    for (let state = 0; state < BACKLOG_STATES; state += 1) {
      if (POLICIES[adoption.inForce(regime, state)]?.corrects === true) return true;
    }
    return false;
  }
}
