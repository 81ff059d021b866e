import type { PathId } from './routing-plugin.ts';
import type { Priority } from '../vocabulary/priority.ts';

/** What one plugin said about one message. */
export interface RoutingStep {
  readonly plugin: string;
  readonly reason: string;
}

/** Why a message went where it went. */
export interface RoutedDecision {
  readonly sequence: number;
  readonly topic: string;
  readonly atMs: number;
  readonly declaredPriority: Priority;
  /** The lane it got. */
  readonly priority: Priority;
  readonly path: PathId | undefined;
  readonly dropped: boolean;
  /** The move to another lane waits until nothing of the ordering key waits or runs. */
  readonly deferred: boolean;
  readonly steps: readonly RoutingStep[];
}

/** Which sampled decisions to look at. All conditions that are given must hold. */
export interface TraceQuery {
  /** Only topics that match this pattern. Default: all. */
  readonly pattern?: string | undefined;
  /** At most so many, newest first. Default 100. */
  readonly limit?: number | undefined;
}

/** A bounded ring of sampled decisions. */
export interface DecisionTrace {
  recent(query?: TraceQuery): readonly RoutedDecision[];
}
