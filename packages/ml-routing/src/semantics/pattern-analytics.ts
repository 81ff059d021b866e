import type {
  Health,
  HealthSource,
  MetricsSink,
  MetricsSource,
  Outcome,
  Remediable,
  Remedy,
  RoutingPlugin,
} from '@tradewind/core-types';
import { readNumbers } from '../options.ts';
import { PatternRecord, type PatternLimits, type PatternReport } from './pattern-record.ts';

/** When {@link PatternAnalytics} speaks up, and how much it keeps. */
export interface PatternAnalyticsOptions {
  /** A pattern is dead when so many deliveries went to others since its last. Default 100,000; 1 to 1,000,000,000. */
  readonly deadAfter?: number | undefined;
  /** A pattern is slow when one of a hundred of its deliveries takes longer than this from publish to end, in milliseconds. Default 100. */
  readonly slowMs?: number | undefined;
  /** A pattern is demoted when its share of successes is below this with 97.5 % certainty. Default 0.5. */
  readonly demoteBelow?: number | undefined;
  /** Outcomes before a pattern is judged. Default 20; 1 to 1,000,000. */
  readonly minimumOutcomes?: number | undefined;
  /** Patterns that are counted; further ones are not. Default 1,024; 1 to 100,000. About 4 kB each. */
  readonly maxPatterns?: number | undefined;
}

/** How a delivery ended, for {@link PatternAnalytics.count}. */
export interface CountedDelivery {
  readonly succeeded: boolean;
  /** From publish to the end of the handler, in milliseconds. */
  readonly latencyMs: number;
  /** In milliseconds since the epoch: health says since when a pattern is ill. */
  readonly endedAtMs: number;
}

/**
 * How the patterns in use are doing: hits, successes with their Wilson interval, latency percentiles; which are dead, slow, or fail so often that
 * they are demoted. A demoted pattern keeps what it has and follows no new topics until it is reinstated.
 *
 * On a buffered client its `plugin` sees every outcome; on a `MessageBus`, which has none, give the semantic subscription a `clock`.
 * Cost: a look-up and three increments a delivery; nothing is allocated.
 */
export class PatternAnalytics implements HealthSource, MetricsSource, Remediable {
  readonly name = 'semantic-analytics';
  /** Give it to `plugins` of the client whose outcomes are to be counted. */
  readonly plugin: RoutingPlugin;
  readonly #limits: PatternLimits;
  readonly #maxPatterns: number;
  readonly #patterns = new Map<string, PatternRecord>();
  readonly #bySubscription = new Map<string, PatternRecord>();
  #deliveries = 0;
  #uncounted = 0;
  #sinceMs = 0;
  #lastMs = 0;
  /** As health was last told. */
  #ailing = false;
  /** Written anew for each outcome. */
  readonly #delivery = { succeeded: true, latencyMs: 0, endedAtMs: 0 };

  /** @throws ValidationError `INVALID_OPTIONS` with every number that is wrong. */
  constructor(options: PatternAnalyticsOptions = {}) {
    const numbers = readNumbers<keyof PatternAnalyticsOptions>(options, 'PatternAnalyticsOptions', {
      deadAfter: { usual: 100_000, min: 1, max: 1_000_000_000, whole: true },
      slowMs: { usual: 100, min: 0, max: 3_600_000 },
      demoteBelow: { usual: 0.5, min: 0, max: 1 },
      minimumOutcomes: { usual: 20, min: 1, max: 1_000_000, whole: true },
      maxPatterns: { usual: 1_024, min: 1, max: 100_000, whole: true },
    });
    this.#limits = numbers;
    this.#maxPatterns = numbers.maxPatterns;
    this.plugin = {
      name: this.name,
      observe: (outcome) => this.#observe(outcome),
    };
  }

  /** Counts the deliveries of a subscription under a pattern, until it is given up by {@link detach}. */
  attach(subscriptionId: string, pattern: string): void {
    const record = this.#record(pattern);
    if (record !== undefined) this.#bySubscription.set(subscriptionId, record);
  }

  /** The subscription has ended. What was counted stays. */
  detach(subscriptionId: string): void {
    this.#bySubscription.delete(subscriptionId);
  }

  /** One delivery, where no plugin sees it; it is read at once and not kept. */
  count(subscriptionId: string, delivery: CountedDelivery): void {
    const record = this.#bySubscription.get(subscriptionId);
    if (record !== undefined) this.#hit(record, delivery);
  }

  isDemoted(pattern: string): boolean {
    return this.#patterns.get(pattern)?.isDemoted ?? false;
  }

  /** Lets a demoted pattern follow new topics again and counts it anew. */
  reinstate(pattern: string): void {
    const record = this.#patterns.get(pattern);
    if (record === undefined) return;
    record.isDemoted = false;
    record.successes = 0;
    record.failures = 0;
  }

  /** All patterns, the busiest first. */
  report(): readonly PatternReport[] {
    return [...this.#patterns.values()]
      .map((record) => record.report(this.#deliveries, this.#limits))
      .toSorted((a, b) => b.hits - a.hits);
  }

  /** Degraded while a pattern is demoted or slow, since the delivery by which that came about or was first seen. A dead one is no fault: a quiet market has many. */
  health(): Health {
    const ailing = this.report().filter(({ status }) => status === 'demoted' || status === 'slow');
    const shown = ailing.slice(0, MAX_SHOWN).map(({ pattern, status }) => `"${pattern}" is ${status}`);
    const reason = ailing.length > MAX_SHOWN ? [...shown, `and ${ailing.length - MAX_SHOWN} more`] : shown;
    // What comes about slowly, or is reinstated, has changed by the last delivery.
    if (ailing.length > 0 !== this.#ailing) this.#sinceMs = this.#lastMs;
    this.#ailing = ailing.length > 0;
    return { status: ailing.length > 0 ? 'degraded' : 'up', reason: reason.join(', '), sinceMs: this.#sinceMs };
  }

  remedies(): readonly Remedy[] {
    return [
      {
        name: 'reinstate-patterns',
        description: 'Let all demoted patterns follow new topics again, and count them anew.',
        run: async () => {
          for (const [pattern, { isDemoted }] of this.#patterns) if (isDemoted) this.reinstate(pattern);
        },
      },
    ];
  }

  collect(into: MetricsSink): void {
    const reports = this.report();
    into.describe('tradewind_semantic_patterns', 'Semantic patterns by how they do.');
    for (const status of ['new', 'live', 'dead', 'slow', 'demoted'] as const) {
      into.gauge('tradewind_semantic_patterns', reports.filter((report) => report.status === status).length, {
        status,
      });
    }
    into.describe('tradewind_semantic_deliveries_total', 'Deliveries of semantic patterns by how they ended.');
    const sum = (figure: (report: PatternReport) => number): number =>
      reports.reduce((total, report) => total + figure(report), 0);
    into.counter(
      'tradewind_semantic_deliveries_total',
      sum(({ successes }) => successes),
      { outcome: 'success' },
    );
    into.counter(
      'tradewind_semantic_deliveries_total',
      sum(({ failures }) => failures),
      { outcome: 'failure' },
    );
    into.describe('tradewind_semantic_patterns_uncounted_total', 'Patterns beyond the bound, which are not counted.');
    into.counter('tradewind_semantic_patterns_uncounted_total', this.#uncounted);
  }

  #observe({ kind, subscriptionId, waitedMs, handledMs, publishedAtMs }: Outcome): void {
    if (subscriptionId === undefined) return;
    if (kind !== 'handled' && kind !== 'failed' && kind !== 'deadLettered') return;
    const record = this.#bySubscription.get(subscriptionId);
    if (record === undefined) return;
    // The last attempt has been counted as failed before it was given up.
    if (kind === 'deadLettered') return;
    const delivery = this.#delivery;
    delivery.succeeded = kind === 'handled';
    delivery.latencyMs = waitedMs + handledMs;
    delivery.endedAtMs = publishedAtMs + delivery.latencyMs;
    this.#hit(record, delivery);
  }

  #hit(record: PatternRecord, { succeeded, latencyMs, endedAtMs }: CountedDelivery): void {
    this.#deliveries += 1;
    this.#lastMs = endedAtMs;
    record.hit(succeeded, latencyMs, this.#deliveries);
    if (!succeeded && record.judge(this.#limits)) {
      this.#ailing = true;
      this.#sinceMs = endedAtMs;
    }
  }

  #record(pattern: string): PatternRecord | undefined {
    const known = this.#patterns.get(pattern);
    if (known !== undefined) return known;
    if (this.#patterns.size >= this.#maxPatterns) {
      this.#uncounted += 1;
      return undefined;
    }
    const made = new PatternRecord(pattern, this.#deliveries);
    this.#patterns.set(pattern, made);
    return made;
  }
}

const MAX_SHOWN = 4;
