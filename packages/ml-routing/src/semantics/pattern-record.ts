import { LatencyHistogram } from './latency-histogram.ts';
import { wilsonInterval } from './wilson.ts';

/** When a pattern counts as dead, slow or demoted. */
export interface PatternLimits {
  readonly deadAfter: number;
  readonly slowMs: number;
  readonly demoteBelow: number;
  readonly minimumOutcomes: number;
}

/** `new`: too few outcomes to judge. `dead`: nothing came for long. `slow`: one of a hundred takes too long. `demoted`: it fails too often. */
export type PatternStatus = 'new' | 'live' | 'dead' | 'slow' | 'demoted';

/** How one pattern has done. */
export interface PatternReport {
  readonly pattern: string;
  readonly status: PatternStatus;
  readonly hits: number;
  readonly successes: number;
  readonly failures: number;
  /** In which the true share of successes lies, at 95 % (Wilson). */
  readonly success: { readonly lower: number; readonly upper: number };
  /** From publish to the end of the handler; undefined before the first success. */
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  readonly p99Ms: number | undefined;
  /** Deliveries to any pattern since the last to this one. */
  readonly idleFor: number;
}

/** The counts of one pattern. */
export class PatternRecord {
  readonly pattern: string;
  readonly latencies: LatencyHistogram = new LatencyHistogram();
  successes = 0;
  failures = 0;
  lastHitAt: number;
  isDemoted = false;

  constructor(pattern: string, at: number) {
    this.pattern = pattern;
    this.lastHitAt = at;
  }

  hit(succeeded: boolean, latencyMs: number, at: number): void {
    this.lastHitAt = at;
    if (succeeded) {
      this.successes += 1;
      this.latencies.observe(latencyMs);
    } else this.failures += 1;
  }

  /** Demoted once it is certain that it succeeds less often than it must; not lifted by a good day, but by somebody who looked. */
  judge({ demoteBelow, minimumOutcomes }: PatternLimits): boolean {
    const trials = this.successes + this.failures;
    if (this.isDemoted || trials < minimumOutcomes) return false;
    this.isDemoted = wilsonInterval(this.successes, trials, Z).upper < demoteBelow;
    return this.isDemoted;
  }

  report(at: number, limits: PatternLimits): PatternReport {
    const { pattern, successes, failures, latencies } = this;
    const trials = successes + failures;
    return {
      pattern,
      status: this.#status(at, limits),
      hits: trials,
      successes,
      failures,
      success: wilsonInterval(successes, trials, Z),
      p50Ms: latencies.quantileMs(0.5),
      p95Ms: latencies.quantileMs(0.95),
      p99Ms: latencies.quantileMs(0.99),
      idleFor: at - this.lastHitAt,
    };
  }

  #status(at: number, { deadAfter, slowMs, minimumOutcomes }: PatternLimits): PatternStatus {
    if (this.isDemoted) return 'demoted';
    if (at - this.lastHitAt >= deadAfter) return 'dead';
    if (this.successes + this.failures < minimumOutcomes) return 'new';
    return (this.latencies.quantileMs(0.99) ?? 0) > slowMs ? 'slow' : 'live';
  }
}

/** 95 %, both sides. */
const Z = 1.96;
