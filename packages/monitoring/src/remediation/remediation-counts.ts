import type { MetricsSink } from '@tradewind/core-types';
import { REMEDIATION_RESULTS, type RemediationResult } from './remediation-entry.ts';

/**
 * How often each rule came to each result.
 *
 * All of them are told from the start, as 0: the increase of a series that begins at 1 misses its first run, and the first runs that fail are what
 * opens a circuit.
 */
export class RemediationCounts {
  readonly #byRule: ReadonlyMap<string, Map<RemediationResult, number>>;

  constructor(rules: readonly string[]) {
    this.#byRule = new Map(rules.map((rule) => [rule, new Map(REMEDIATION_RESULTS.map((result) => [result, 0]))]));
  }

  add(rule: string, result: RemediationResult): void {
    const counts = this.#byRule.get(rule);
    counts?.set(result, (counts.get(result) ?? 0) + 1);
  }

  collect(into: MetricsSink): void {
    into.describe('tradewind_remediation_runs_total', 'Diagnoses by rule and what became of them.');
    for (const [rule, counts] of this.#byRule) {
      for (const [result, count] of counts) into.counter('tradewind_remediation_runs_total', count, { rule, result });
    }
  }
}
