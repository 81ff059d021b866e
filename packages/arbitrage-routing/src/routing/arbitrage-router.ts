import {
  ValidationError,
  compareDecimals,
  formatDecimal,
  isDecimalText,
  isPriority,
  multiplyDecimals,
  parseDecimal,
  showValue,
  type DecimalText,
  type MetricsSink,
  type MetricsSource,
  type Outcome,
  type PathId,
  type Priority,
  type RoutableMessage,
  type RoutingContext,
  type RoutingDecision,
  type RoutingPlugin,
} from '@tradewind/core-types';
import { DEFAULT_RULES, type ArbitrageRule } from './arbitrage-rule.ts';
import { ARBITRAGE_PREFIX } from './arbitrage-topic.ts';

/** What makes a router. */
export interface ArbitrageRouterOptions {
  /** What a profit is compared with, in quote currency: a decimal text above zero. */
  readonly profitThreshold: string;
  /** Default `DEFAULT_RULES`; to add to them give `[...DEFAULT_RULES, yours]`. At most 64. */
  readonly rules?: readonly ArbitrageRule[] | undefined;
  /** Chooses among the client's paths, where it has several: a `LatencyMonitor` that knows them by their names. Default: no opinion. */
  readonly paths?: PathRanks | undefined;
}

/** Ranks paths, and learns from what is sent over them. */
export interface PathRanks {
  /** Less is better. It must not change with every message. */
  rank(path: PathId): number;
  /** A message was stored at the other end of a path after so many milliseconds. */
  took(path: PathId, ms: number): void;
  /** One was not. */
  failed(path: PathId): void;
}

interface CompiledRule {
  readonly priority: Priority;
  readonly types: ReadonlySet<unknown> | undefined;
  readonly profitAbove: DecimalText | undefined;
  readonly survivalAtLeast: number;
  readonly urgencies: ReadonlySet<unknown> | undefined;
  readonly expiresWithinMs: number;
  readonly reason: string;
}

/**
 * Gets opportunities (messages on `arbitrage.*`) where they must be in time: chooses their lane by rules, bounds their life by their expiry, lets a
 * newer state of one take the place of an older one in its lane, and drops what has expired.
 *
 * All else passes without an opinion, for the cost of comparing a prefix. A payload that is no opportunity is left alone. With `paths` it takes the path of
 * the best rank, of equals the first; every outcome teaches the ranks. It keeps nothing else: two routers of the same options and ranks decide alike.
 */
export class ArbitrageRouter implements RoutingPlugin, MetricsSource {
  readonly name = 'arbitrage-router';
  readonly #rules: readonly CompiledRule[];
  /** Returned again and again: the client reads a decision at once. */
  readonly #decision: {
    priority: Priority | undefined;
    path: PathId | undefined;
    expiresAtMs: number;
    conflateBy: string;
    reason: string;
  };
  readonly #paths: PathRanks | undefined;
  readonly #drop: RoutingDecision = { drop: true, reason: 'the opportunity has expired' };
  readonly #byPriority = new Float64Array(4);
  #expired = 0;

  /** @throws ValidationError `INVALID_OPTIONS` */
  constructor({ profitThreshold, rules = DEFAULT_RULES, paths }: ArbitrageRouterOptions) {
    if (!isDecimalText(profitThreshold) || compareDecimals(profitThreshold, ZERO) <= 0) {
      throw invalid('profitThreshold', 'a decimal text above zero', profitThreshold);
    }
    if (rules.length > MAX_RULES) throw invalid('rules', `at most ${MAX_RULES} rules`, rules);
    this.#rules = rules.map((rule, index) => compile(rule, `rules[${index}]`, profitThreshold));
    this.#decision = { priority: undefined, path: undefined, expiresAtMs: 0, conflateBy: '', reason: '' };
    this.#paths = paths;
  }

  route(message: RoutableMessage, context: RoutingContext): RoutingDecision | undefined {
    if (!message.topic.startsWith(ARBITRAGE_PREFIX)) return undefined;
    const facts = readOpportunity(message.payload);
    if (facts === undefined) return undefined;
    const remainingMs = facts.expiresAtMs - context.nowMs;
    if (remainingMs < 0) {
      this.#expired += 1;
      return this.#drop;
    }
    let best: CompiledRule | undefined;
    for (const rule of this.#rules) {
      if ((best === undefined || rule.priority < best.priority) && matches(rule, facts, remainingMs)) best = rule;
    }
    const decision = this.#decision;
    decision.priority = best?.priority;
    decision.path = this.#paths && bestPathOf(context, this.#paths);
    decision.expiresAtMs = facts.expiresAtMs;
    decision.conflateBy = facts.id;
    decision.reason = best?.reason ?? 'no rule matches';
    const priority = best?.priority ?? message.priority;
    this.#byPriority[priority] = (this.#byPriority[priority] ?? 0) + 1;
    return decision;
  }

  /** Every message over a path tells how the path does, opportunity or not. */
  observe(outcome: Outcome): void {
    const { kind, path } = outcome;
    if (this.#paths === undefined || path === undefined) return;
    if (kind === 'sent') this.#paths.took(path, outcome.handledMs);
    // What a subscription made of it says nothing of the way there.
    else if (kind === 'deadLettered' && outcome.subscriptionId === undefined) this.#paths.failed(path);
  }

  collect(into: MetricsSink): void {
    into.describe('tradewind_arbitrage_routed_total', 'Opportunities routed, by the lane that was chosen.');
    for (const [priority, name] of LANES.entries()) {
      into.counter('tradewind_arbitrage_routed_total', this.#byPriority[priority] ?? 0, { priority: name });
    }
    into.describe(
      'tradewind_arbitrage_expired_total',
      'Opportunities dropped because they had expired when they were published.',
    );
    into.counter('tradewind_arbitrage_expired_total', this.#expired);
  }
}

interface OpportunityFacts {
  readonly id: string;
  readonly type: unknown;
  readonly profit: unknown;
  readonly urgency: unknown;
  /** `NaN` without an estimate. */
  readonly survival: number;
  readonly expiresAtMs: number;
}

/** What the rules look at, from a payload that may be anything: an opportunity or signal of this process, or one that came over a wire as JSON. */
function readOpportunity(payload: unknown): OpportunityFacts | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  try {
    const {
      id,
      type,
      figures,
      survival,
      urgency,
      expiresAtNs,
      profit: own,
    } = payload as Readonly<Record<string, unknown>>;
    const expiresAtMs = millisecondsOf(expiresAtNs);
    if (typeof id !== 'string' || expiresAtMs === undefined) return undefined;
    // A signal is published as it is; the figures of an opportunity are apart from its life.
    const profit = typeof figures === 'object' && figures !== null ? (figures as { profit?: unknown }).profit : own;
    const probability = (survival as { readonly probability?: unknown } | null | undefined)?.probability;
    return {
      id,
      type,
      profit,
      urgency,
      survival: typeof probability === 'number' ? probability : Number.NaN,
      expiresAtMs,
    };
  } catch {
    // A getter or a revoked proxy threw: whatever it is, it is no opportunity.
    return undefined;
  }
}

/** From nanoseconds as a bigint, or as the text that it is in JSON. */
function millisecondsOf(ns: unknown): number | undefined {
  if (typeof ns === 'bigint') return finite(Number(ns) / NS_PER_MS);
  return typeof ns === 'string' && isDecimalText(ns) ? finite(Number(ns) / NS_PER_MS) : undefined;
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

/** Of the paths that are not down the one of the best rank, of equals the first; none when all are down, or there are none. */
function bestPathOf(context: RoutingContext, ranks: PathRanks): PathId | undefined {
  let best: PathId | undefined;
  let bestRank = Infinity;
  for (const path of context.paths) {
    if (context.load(path)?.status === 'down') continue;
    const rank = ranks.rank(path);
    if (rank < bestRank) {
      best = path;
      bestRank = rank;
    }
  }
  return best;
}

function matches(rule: CompiledRule, facts: OpportunityFacts, remainingMs: number): boolean {
  const { type, profit, survival, urgency } = facts;
  if (remainingMs >= rule.expiresWithinMs || (rule.types !== undefined && !rule.types.has(type))) return false;
  if (rule.urgencies !== undefined && !rule.urgencies.has(urgency)) return false;
  // Not a number is not enough.
  if (rule.survivalAtLeast > 0 && !(survival >= rule.survivalAtLeast)) return false;
  return rule.profitAbove === undefined || (isDecimalText(profit) && compareDecimals(profit, rule.profitAbove) > 0);
}

function compile(rule: ArbitrageRule, path: string, threshold: DecimalText): CompiledRule {
  const { name, priority, types, urgencies, profitAbove, survivalAtLeast = 0, expiresWithinMs = Infinity } = rule;
  if (typeof name !== 'string' || name === '') throw invalid(`${path}.name`, 'a name', name);
  if (!isPriority(priority)) throw invalid(`${path}.priority`, 'a priority', priority);
  if (!(expiresWithinMs > 0)) throw invalid(`${path}.expiresWithinMs`, 'a number above zero', expiresWithinMs);
  if (!(survivalAtLeast >= 0 && survivalAtLeast <= 1))
    throw invalid(`${path}.survivalAtLeast`, 'from 0 to 1', survivalAtLeast);
  if (profitAbove !== undefined && !isDecimalText(profitAbove)) {
    throw invalid(`${path}.profitAbove`, 'how many times the threshold, as a decimal text', profitAbove);
  }
  return {
    priority,
    types: types && new Set<unknown>(types),
    urgencies: urgencies && new Set<unknown>(urgencies),
    survivalAtLeast,
    profitAbove: profitAbove && formatDecimal(multiplyDecimals(threshold, profitAbove)),
    expiresWithinMs,
    reason: `rule: ${name}`,
  };
}

function invalid(path: string, expected: string, received: unknown): ValidationError {
  const hint = 'Mend the options of the router: see ArbitrageRouterOptions.';
  return new ValidationError('INVALID_OPTIONS', { path, expected, received: showValue(received), hint });
}

const ZERO = formatDecimal(parseDecimal('0'));
const NS_PER_MS = 1e6;
const MAX_RULES = 64;
const LANES = ['CRITICAL', 'HIGH', 'NORMAL', 'LOW'];
