import type { Outcome } from './outcome.ts';
import type { HealthStatus } from './operations.ts';
import type { StateOwner } from './state.ts';
import type { Headers } from '../vocabulary/message.ts';
import type { Priority } from '../vocabulary/priority.ts';

/** The name of one of the client's transports, as given in its `paths`. */
export type PathId = string;

/** Names a typed fact that plugins share: the market regime, the session. Keys of one name are one key, in whichever copy of this package they were made. */
export type FactKey<T> = string & { readonly __tradewindFact: T };

/** Makes the key of a fact. Prefix the name with your package: `ml-routing.regime`. */
export function factKey<T>(name: string): FactKey<T> {
  return name as FactKey<T>;
}

/** A message before its lane. The object is reused: copy what you keep. */
export interface RoutableMessage {
  readonly topic: string;
  readonly payload: unknown;
  /** Unique on its client; the outcome carries the same. */
  readonly sequence: number;
  /** As declared by the publisher, or as an earlier plugin decided. */
  readonly priority: Priority;
  /** As declared by the publisher. */
  readonly declaredPriority: Priority;
  readonly publishedAtMs: number;
  readonly orderingKey: string | undefined;
  readonly expiresAtMs: number | undefined;
  readonly headers: Headers | undefined;
  /** The path as decided so far; undefined: the client's default. */
  readonly path: PathId | undefined;
}

/** How busy a path is. */
export interface PathLoad {
  /** Messages routed to it that wait in their lanes. */
  readonly waiting: number;
  /** Messages given to the transport and not yet settled. */
  readonly inFlight: number;
  /** When the oldest of these was given to it; `Infinity` when there is none. */
  readonly oldestInFlightAtMs: number;
  /** Whether its last batch was stored (`up`) or is being tried again (`down`). */
  readonly status: HealthStatus;
}

/** What a plugin may know besides the message. Reused: keep nothing. */
export interface RoutingContext {
  readonly nowMs: number;
  /** The client's named transports; empty when it has none. */
  readonly paths: readonly PathId[];
  /** A fact that this or an earlier plugin has set; facts stay until they are set again. */
  fact<T>(key: FactKey<T>): T | undefined;
  set<T>(key: FactKey<T>, value: T): void;
  /** The load of a path; undefined for an unknown one. Reused: read it before the next call. */
  load(path: PathId): PathLoad | undefined;
}

/** What shall be different for this message. It is read at once and never kept: a plugin may return the same object again. */
export interface RoutingDecision {
  /** The lane. Never lowers CRITICAL unless the publisher said `demotable`. A key of which messages wait or run keeps its lane until then; the deferral is counted. */
  readonly priority?: Priority | undefined;
  /** An unknown path falls back to the default one and is counted. */
  readonly path?: PathId | undefined;
  readonly expiresAtMs?: number | undefined;
  /** In its lane, a newer message with the same text takes its place. */
  readonly conflateBy?: string | undefined;
  /** Gives the message up: counted under the reason `plugin`, with `reason` as its explanation. */
  readonly drop?: boolean | undefined;
  /** For people: `regime=VOLATILE: quotes lifted to HIGH`. Shown in the decision trace. */
  readonly reason: string;
}

/**
 * A part that decides how messages travel, and learns from what became of them. At most five members, all but the name optional.
 *
 * The client calls its plugins in the order given; a later one sees what an earlier one decided. A plugin that throws, returns a
 * non-finite number or overruns its time budget is cut off by a circuit breaker, with a log line and a metric; messages go on by the
 * default route, and it is tried again later. `route` and `observe` must not publish, block or keep the objects they are given; a part
 * that publishes on its own does so from its own handlers and timers.
 */
export interface RoutingPlugin {
  /** Unique on its client; in logs and metrics. */
  readonly name: string;
  /** Called once per message, synchronously inside `publish`, before its lane. Undefined: no opinion. Budget: microseconds. */
  readonly route?: ((message: RoutableMessage, context: RoutingContext) => RoutingDecision | undefined) | undefined;
  /** Called once per outcome of this client's deliveries and sendings, synchronously, after the counters. Joined to its message by (`producer`, `sequence`). Same budget. */
  readonly observe?: ((outcome: Outcome) => void) | undefined;
  /** Restored, where that is wanted, before the first message. */
  readonly state?: StateOwner | undefined;
  /** Called once when the client closes. */
  readonly [Symbol.asyncDispose]?: (() => PromiseLike<void>) | undefined;
}
