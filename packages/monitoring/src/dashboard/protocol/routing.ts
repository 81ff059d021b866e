import type { PriorityName } from '@tradewind/core-types';
import type { Figure } from './transports.ts';

/** Why a message went where it went. */
export interface DecisionRow {
  readonly bus: string;
  readonly sequence: number;
  readonly topic: string;
  readonly atMs: number;
  readonly declaredPriority: PriorityName;
  readonly priority: PriorityName;
  readonly path: string | null;
  readonly dropped: boolean;
  readonly deferred: boolean;
  /**
   * What each plugin that decided something said, in their order; empty where it gave no reason. Null without the permission for payloads:
   * a reason may quote one.
   */
  readonly steps: readonly { readonly plugin: string; readonly reason: string | null }[];
}

/** What became of the messages of one topic, in the sampled decisions that are there. */
export interface LearnedPriority {
  readonly bus: string;
  readonly topic: string;
  readonly declaredPriority: PriorityName;
  readonly priority: PriorityName;
  readonly decisions: number;
}

/** One plugin or scheduler of the chain. */
export interface RoutingPluginRow {
  readonly bus: string;
  readonly component: string;
  readonly name: string;
  readonly status: 'up' | 'degraded' | 'down';
  readonly reason: string;
  readonly figures: readonly Figure[];
}

/** The state of the market as the routing sees it. */
export interface RegimeRow {
  readonly bus: string;
  /** Whoever says so. */
  readonly component: string;
  readonly regime: string;
  /** By regime; empty where none are told. */
  readonly probabilities: Readonly<Record<string, number>>;
  readonly newsEvent: boolean | null;
}

/** How much less waiting the learned priorities cost than the fixed ones, as the learner measures it. */
export interface LearnedGainRow {
  readonly bus: string;
  readonly component: string;
  readonly enabled: boolean | null;
  /** With the bounds of its confidence interval; 0.1 is a tenth less. */
  readonly gainRatio: number | null;
  readonly lowerRatio: number | null;
  readonly upperRatio: number | null;
}

/** `GET /api/routing?bus=&pattern=&limit=` */
export interface RoutingAnswer {
  readonly regimes: readonly RegimeRow[];
  readonly learned: readonly LearnedGainRow[];
  /** Where the lane is not the declared one, the most frequent first; at most 100. */
  readonly priorities: readonly LearnedPriority[];
  readonly plugins: readonly RoutingPluginRow[];
  /** Newest first, at most `limit` (100, up to 500). Null: nothing keeps a trace. */
  readonly decisions: readonly DecisionRow[] | null;
}
