import { relative } from 'node:path';

import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take ten seconds and more, of computing or of waiting, the longest first: paths from the root. They begin before all others, so that at the end of a run
 * no core is left alone with one of them. A file that is missing here still runs; only the end of the run comes later.
 */
export const LONGEST: readonly string[] = [
  'packages/benchmarks/test/regression/compare-builds.test.ts',
  'packages/monitoring/test/ui/page.test.ts',
  'packages/redis-streams/test/faults/consumer-kill.test.ts',
  'packages/redis-streams/test/faults/sentinel.test.ts',
  'packages/benchmarks/test/faults/losses.test.ts',
  'packages/redis-streams/test/publishing/topologies.test.ts',
  'apps/demo/test/injection/injection.test.ts',
  'packages/redis-streams/test/faults/cluster.test.ts',
  'apps/demo/test/redis/redis-demo.test.ts',
  'packages/benchmarks/test/contenders/contenders.test.ts',
  'apps/demo/test/command-line.test.ts',
  'packages/redis-streams/test/faults/slow-handlers.test.ts',
  'packages/arbitrage-routing/test/signals/hostile-agreement.test.ts',
  'packages/redis-streams/test/faults/server-restart.test.ts',
  'packages/benchmarks/test/running/comparison.test.ts',
  'packages/core/test/delivery/delivery-model.test.ts',
  'packages/benchmarks/test/network/transfer.test.ts',
  'packages/monitoring/test/prometheus/live.test.ts',
  'examples/test/examples.test.ts',
  'packages/benchmarks/test/faults/scenario-faults.test.ts',
  'packages/redis-streams/test/conformance.test.ts',
  'packages/arbitrage-routing/test/hostile-agreement.test.ts',
  'packages/redis-streams/test/faults/poison.test.ts',
  'apps/demo/test/report.test.ts',
  'packages/benchmarks/test/faults/faults.test.ts',
  'tooling/test/api.test.ts',
  'packages/redis-streams/test/faults/graceful-stops.test.ts',
  'packages/redis-streams/test/faults/two-processes.test.ts',
  'packages/monitoring/test/rules/promtool.test.ts',
  'packages/redis-streams/test/faults/server-pause.test.ts',
  'packages/monitoring/test/serving/server.test.ts',
  'packages/redis-streams/test/faults/lost-group.test.ts',
  'packages/redis-streams/test/consuming/takeover.test.ts',
  'packages/redis-streams/test/testing/redis-sets.test.ts',
  'packages/arbitrage-routing/test/signals/cointegration.test.ts',
];

/** Vitest's own order, projects by name and large files first, behind the files that are known to take long. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await super.sort(files);
    // Sorting keeps the order of equals.
    return usual.sort((a, b) => this.#rank(a) - this.#rank(b));
  }

  #rank({ moduleId }: TestSpecification): number {
    const rank = LONGEST.indexOf(relative(this.ctx.config.root, moduleId));
    return rank === -1 ? LONGEST.length : rank;
  }
}
