// What does my routing plugin cost, and what becomes of latency with it?
import { burstyLoad, loadTest, runComparison } from '@tradewind/benchmarks';
import { contender as routed } from './08-benchmark-a-plugin/routed.ts';

// Each run has a process of its own, so contenders are modules: the client with the plugin and without.
const contenders = ['plain', 'routed'].map((name) => import.meta.resolve(`./08-benchmark-a-plugin/${name}.ts`));
const comparison = await runComparison({ contenders, workloads: ['throughput'], rounds: 2, measureMs: 50 });
for (const { contender, outcome, metrics } of comparison.workloads.flatMap(({ cells }) => cells)) {
  const cost = metrics['cpuNsPerMessage']?.median ?? Number.NaN;
  console.log(`${contender}: ${cost.toFixed(0)} ns of CPU time a message, ${outcome}`);
}

// In this process, with arrivals as markets have them; latency counts from when a message was meant to be sent.
const load = await loadTest({ contender: routed, shape: burstyLoad({ perSecond: 5000, durationMs: 500 }) });
const { received, sent } = load.receipts;
console.log(
  `${routed.name} at 5000/s in bursts: ${received} of ${sent} messages, ${load.problems.join('; ') || 'no problems'}, ` +
    `P99 ${load.metrics['p99Us']?.toFixed(0)} µs`,
);
