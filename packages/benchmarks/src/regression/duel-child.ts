// One side of a duel: warms up, then does a slice whenever it is asked to, and tells what it cost. Ends when its parent lets go of it.
import { loadContender, loadWorkload } from '../running/modules.ts';
import type { ChildTask } from '../running/run-child.ts';
import type { DuelAnswer } from './duel.ts';

const task = JSON.parse(process.argv[2] ?? '') as ChildTask & { readonly metric: string };
const contender = await loadContender(task.contender);
const workload = await loadWorkload(task.workload);
const bus = await contender.create();
const run = await workload.prepare(bus, { measureMs: task.measureMs, seed: task.seed });

process.on('message', () => {
  void slice();
});
process.on('disconnect', () => process.exit(0));
tell({ figure: 0, problems: [] });

async function slice(): Promise<void> {
  const { metrics, problems } = await run();
  tell({ figure: metrics[task.metric] ?? Number.NaN, problems });
}

function tell(answer: DuelAnswer): void {
  process.send?.(answer);
}
