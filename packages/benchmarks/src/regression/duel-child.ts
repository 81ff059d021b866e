// One side of a duel: warms up, then sends a portion whenever it is asked to, and tells what it cost. Ends when its parent lets go of it.
import { loadContender, loadWorkload } from '../running/modules.ts';
import type { DuelAnswer, DuelChildTask, DuelRequest } from './duel-messages.ts';
import { costOfPortion, scoutCost } from './portion.ts';

const task = JSON.parse(process.argv[2] ?? '') as DuelChildTask;
const contender = await loadContender(task.contender);
const workload = await loadWorkload(task.workload);
const bus = await contender.create();
const { portions } = await workload.prepare(bus, {
  measureMs: 1,
  seed: task.seed,
  warmUpMessages: task.warmUpMessages,
});

process.on('message', (request: DuelRequest) => {
  void answer(request);
});
process.on('disconnect', () => process.exit(0));
if (portions === undefined) tell({ figure: 0, problems: ['has a workload that cannot be done in portions'] });
else tell({ figure: await scoutCost(portions), problems: [] });

/** Sends a portion, or, asked for no messages, draws up the account. */
async function answer({ messages }: DuelRequest): Promise<void> {
  if (portions === undefined) return;
  if (messages === 0) {
    tell({ figure: 0, problems: (await portions.account()).problems });
    return;
  }
  tell({ figure: await costOfPortion(portions, messages), problems: [] });
}

function tell(message: DuelAnswer): void {
  process.send?.(message);
}
