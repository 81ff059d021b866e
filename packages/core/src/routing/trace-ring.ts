import {
  parsePattern,
  patternMatches,
  type DecisionTrace,
  type Priority,
  type RoutedDecision,
  type RoutingStep,
  type TraceQuery,
} from '@tradewind/core-types';
import { queryLimit } from '../platform/query-limit.ts';
import type { RoutingInput, RoutingVerdict } from './routing-message.ts';

/** A decision that is being recorded; `deferred` and `priority` may change until the next one. */
type OpenDecision = { -readonly [Member in keyof RoutedDecision]: RoutedDecision[Member] };

/**
 * The last sampled decisions, in a ring.
 *
 * Workload: one message of `every` allocates a record; all others cost a decrement. Asked by people, a few times a minute.
 */
export class TraceRing implements DecisionTrace {
  readonly #size: number;
  readonly #every: number;
  readonly #ring: OpenDecision[] = [];
  #next = 0;
  #untilSample = 1;
  #steps: RoutingStep[] | undefined;
  #last: OpenDecision | undefined;

  constructor(size: number, every: number) {
    this.#size = size;
    this.#every = every;
  }

  /** Starts a message. Returns whether its steps are to be told. */
  begin(): boolean {
    this.#last = undefined;
    this.#untilSample -= 1;
    if (this.#untilSample > 0 || this.#size === 0) return false;
    this.#untilSample = this.#every;
    this.#steps = [];
    return true;
  }

  step(plugin: string, reason: string): void {
    this.#steps?.push({ plugin, reason });
  }

  /** Records the message that was begun. */
  end(message: RoutingInput, verdict: RoutingVerdict): void {
    this.#last = {
      sequence: message.sequence,
      topic: message.topic,
      atMs: message.publishedAtMs,
      declaredPriority: message.declaredPriority,
      priority: verdict.priority,
      path: verdict.path,
      dropped: verdict.dropped,
      deferred: false,
      steps: this.#steps ?? [],
    };
    this.#steps = undefined;
    this.#ring[this.#next] = this.#last;
    this.#next = (this.#next + 1) % this.#size;
  }

  /** The message just recorded, if it was, stays in `lane` for now. */
  defer(lane: Priority): void {
    if (this.#last === undefined) return;
    this.#last.deferred = true;
    this.#last.priority = lane;
  }

  /** @throws ValidationError `INVALID_PATTERN`, `INVALID_OPTIONS` */
  recent(query: TraceQuery): readonly RoutedDecision[] {
    const pattern = query.pattern === undefined ? undefined : parsePattern(query.pattern);
    const limit = queryLimit(query.limit, 'newest');
    const found: RoutedDecision[] = [];
    for (let age = 1; age <= this.#ring.length && found.length < limit; age += 1) {
      const decision = this.#ring[(this.#next - age + this.#ring.length) % this.#ring.length];
      if (decision === undefined || (pattern !== undefined && !patternMatches(pattern, decision.topic))) continue;
      found.push({ ...decision });
    }
    return found;
  }
}
