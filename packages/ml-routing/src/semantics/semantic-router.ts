import {
  type Health,
  type HealthSource,
  type MetricsSink,
  type MetricsSource,
  type Remediable,
  type Remedy,
  type RoutableMessage,
  type RoutingContext,
  type RoutingDecision,
  type RoutingPlugin,
} from '@tradewind/core-types';
import { KillSwitch, switchRemedies } from '../kill-switch.ts';
import { switchedBy } from '../switchable.ts';
import { MARKET_REGIME, MARKET_REGIMES, SESSION_PHASES, type RegimeReading } from '../regimes/market-regime.ts';
import { isProtected } from './protected-topics.ts';
import { CONTEXT_PLACES, contextAt, type KnownContext, type QueryContext } from './query-context.ts';
import type { SemanticPatternMatcher } from './semantic-pattern-matcher.ts';
import {
  readSemanticRouterOptions,
  type SemanticCondition,
  type SemanticRouterOptions,
  type SemanticRule,
} from './semantic-router-options.ts';

/** A rule that a topic falls under. */
export interface MatchedRule {
  readonly rule: string;
  readonly confidence: number;
  readonly explanation: string;
}

type WritableDecision = { -readonly [Key in keyof RoutingDecision]: RoutingDecision[Key] };

/** A rule that a topic falls under, with the decision it leads to. */
interface Route {
  readonly at: number;
  readonly confidence: number;
  readonly explanation: string;
  readonly decision: WritableDecision;
}

const NO_ROUTES: readonly Route[] = [];

/**
 * Routes the messages of a topic by what the topic means and by the moment: the same topic goes one way at the open and another in a quiet market.
 *
 * Rules name topics in words; session and regime are the facts that a regime detector before it has set. They decide twice: which rules hold, and what
 * learned words mean. Every decision says which rule, under which condition, at which confidence, and in which session and regime its words were learned;
 * `explain(topic, when)` says why the topic falls under it.
 *
 * - Topics of orders, executions and commands are never routed, and CRITICAL messages are left as they are.
 * - A topic is looked up once per session and regime; then a message costs a look-up and the conditions of its rules.
 * - `disable()` is the kill switch: no opinion on any message.
 */
export class SemanticRouter implements HealthSource, MetricsSource, Remediable {
  readonly name = 'semantic-router';
  /** Give it to `plugins` of a client, after the one that sets the regime. Its state is that of the matcher. */
  readonly plugin: RoutingPlugin & HealthSource & MetricsSource & Remediable;
  readonly #matcher: SemanticPatternMatcher;
  readonly #rules: readonly SemanticRule[];
  readonly #maxTopics: number;
  readonly #hits: Float64Array;
  #routes: Map<string, readonly Route[]>[] = emptyRoutes();
  readonly #switch = new KillSwitch();
  #lastMs = 0;

  /** @throws ValidationError `INVALID_OPTIONS` with everything that is wrong; SemanticError `ORDERS_ARE_EXACT` for a rule about orders. */
  constructor(options: SemanticRouterOptions) {
    const { matcher, rules, maxTopics } = readSemanticRouterOptions(options);
    for (const { match } of rules) matcher.explain(match);
    this.#matcher = matcher;
    this.#rules = rules;
    this.#maxTopics = maxTopics;
    this.#hits = new Float64Array(rules.length);
    matcher.onChange(() => {
      this.#routes = emptyRoutes();
    });
    this.plugin = {
      name: this.name,
      route: (message, context) => this.#route(message, context),
      state: {
        snapshot: () => matcher.state.snapshot(),
        restore: (state) => matcher.state.restore(state),
      },
      health: () => this.health(),
      collect: (into) => this.collect(into),
      remedies: () => this.remedies(),
    };
    switchedBy(this.plugin, this);
  }

  get enabled(): boolean {
    return this.#switch.reason === undefined;
  }

  /** The rules that a topic falls under in a session (default `main`) and a regime (default NORMAL), in order; which of them holds is a matter of the moment. */
  explain(topic: string, when: QueryContext = {}): readonly MatchedRule[] {
    return this.#lookUp(topic, momentOf(when)).map(({ at, confidence, explanation }) => ({
      rule: this.#rules[at]?.name ?? '',
      confidence,
      explanation,
    }));
  }

  /** The kill switch: from the next message on it has no opinion. */
  disable(reason = 'switched off'): void {
    this.#switch.turnOff(reason, this.#lastMs);
  }

  enable(): void {
    this.#switch.turnOn(this.#lastMs);
  }

  /** Degraded while it, or its matcher, is switched off. */
  health(): Health {
    if (this.#switch.reason !== undefined) return this.#switch.health();
    const health = this.#matcher.health();
    const { sinceMs } = this.#switch.health();
    return { ...health, sinceMs: health.status === 'up' ? Math.max(health.sinceMs, sinceMs) : health.sinceMs };
  }

  remedies(): readonly Remedy[] {
    return switchRemedies(this, 'semantic-routes', {
      off: 'Route nothing by meaning until it is enabled again.',
      on: 'Route by meaning again.',
    });
  }

  collect(into: MetricsSink): void {
    into.describe('tradewind_semantic_routed_total', 'Messages that a semantic rule has decided about.');
    for (const [at, { name }] of this.#rules.entries()) {
      into.counter('tradewind_semantic_routed_total', this.#hits[at] ?? 0, { rule: name });
    }
  }

  #route(message: RoutableMessage, context: RoutingContext): RoutingDecision | undefined {
    this.#lastMs = context.nowMs;
    if (this.#switch.reason !== undefined || message.declaredPriority === CRITICAL) return undefined;
    const reading = context.fact(MARKET_REGIME);
    const moment = momentOf(reading);
    const routes = this.#lookUp(message.topic, moment);
    for (let i = 0; i < routes.length; i += 1) {
      const route = routes[i] as Route;
      const rule = this.#rules[route.at] as SemanticRule;
      if (!holds(rule.when, moment, reading)) continue;
      this.#hits[route.at] = (this.#hits[route.at] as number) + 1;
      return decide(route.decision, rule, message, context);
    }
    return undefined;
  }

  #lookUp(topic: string, moment: KnownContext): readonly Route[] {
    return this.#routes[moment.place]?.get(topic) ?? this.#find(topic, moment);
  }

  #find(topic: string, moment: KnownContext): readonly Route[] {
    if (!this.#matcher.enabled) return NO_ROUTES;
    // Kept like any other: orders are what must not wait for a topic to be taken apart again and again.
    const routes = isProtected(topic) ? NO_ROUTES : this.#match(topic, moment);
    const known = this.#routes[moment.place] as Map<string, readonly Route[]>;
    if (known.size >= this.#maxTopics) known.clear();
    known.set(topic, routes);
    return routes;
  }

  #match(topic: string, moment: KnownContext): readonly Route[] {
    const routes: Route[] = [];
    for (const [at, { name, match }] of this.#rules.entries()) {
      const found = this.#matcher.accepts(match, topic, moment);
      if (found === undefined) continue;
      const { confidence, explanation, learnedIn } = found;
      const learned = learnedIn === undefined ? '' : `, learned in ${learnedIn}`;
      const reason = `${name}: "${match}", confidence ${confidence.toFixed(2)}${describe(this.#rules[at]?.when)}${learned}`;
      routes.push({ at, confidence, explanation, decision: { reason } });
    }
    return routes.length === 0 ? NO_ROUTES : routes;
  }
}

/** Whoever sets the fact may be of a later version: a session that is not known here is `main`, a regime NORMAL. */
function momentOf(reading: QueryContext | undefined): KnownContext {
  const session = reading?.session;
  const regime = reading?.regime;
  return contextAt(
    session !== undefined && SESSION_PHASES.includes(session) ? session : 'main',
    regime !== undefined && MARKET_REGIMES.includes(regime) ? regime : 'NORMAL',
  );
}

function holds(
  when: SemanticCondition | undefined,
  { session, regime }: KnownContext,
  reading: RegimeReading | undefined,
): boolean {
  if (when === undefined) return true;
  if (when.session !== undefined && !(session !== undefined && when.session.includes(session))) return false;
  if (when.regime !== undefined && !(regime !== undefined && when.regime.includes(regime))) return false;
  return when.newsEvent === undefined || when.newsEvent === (reading?.newsEvent ?? false);
}

/** Fills the decision of the topic anew; it is read at once and never kept. */
function decide(
  decision: WritableDecision,
  { decide: decided }: SemanticRule,
  { publishedAtMs, expiresAtMs, topic }: RoutableMessage,
  context: RoutingContext,
): RoutingDecision {
  decision.priority = decided.priority;
  decision.path = decided.path !== undefined && context.paths.includes(decided.path) ? decided.path : undefined;
  decision.conflateBy = decided.conflate === true ? topic : undefined;
  decision.expiresAtMs = undefined;
  if (decided.expiresAfterMs !== undefined) {
    // A publisher who allowed less knows why.
    decision.expiresAtMs = Math.min(publishedAtMs + decided.expiresAfterMs, expiresAtMs ?? Infinity);
  }
  return decision;
}

function describe(when: SemanticCondition | undefined): string {
  if (when === undefined) return '';
  const parts = [
    ...(when.session === undefined ? [] : [`session=${when.session.join('|')}`]),
    ...(when.regime === undefined ? [] : [`regime=${when.regime.join('|')}`]),
    ...(when.newsEvent === undefined ? [] : [`newsEvent=${when.newsEvent}`]),
  ];
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`;
}

function emptyRoutes(): Map<string, readonly Route[]>[] {
  return Array.from({ length: CONTEXT_PLACES }, () => new Map<string, readonly Route[]>());
}

const CRITICAL = 0;
