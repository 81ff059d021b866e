// One contender, one workload, once, in a process of its own: prints the result as a line of JSON.
import { loadContender, loadWorkload } from './modules.ts';
import { runBenchmark } from './run-benchmark.ts';
import type { ChildTask } from './run-child.ts';

const task = JSON.parse(process.argv[2] ?? '') as ChildTask;
const result = await runBenchmark({
  contender: await loadContender(task.contender),
  workload: await loadWorkload(task.workload),
  measureMs: task.measureMs,
  seed: task.seed,
});
// Whatever a peer keeps open is no reason to wait.
process.stdout.write(`\n${JSON.stringify(result)}\n`, () => process.exit(0));
