// One process of the demo over Redis: the feed, the strategy or the risk check. Started by the demo, with its task as JSON.
import { runFeed } from './feed-role.ts';
import { runRisk } from './risk-role.ts';
import { openRoleBus, tell, type RoleBus, type RunningRole } from './role-bus.ts';
import type { Role, RoleTask, ToRole } from './roles.ts';
import { runStrategy } from './strategy-role.ts';

const START: Readonly<Record<Role, (bus: RoleBus, task: RoleTask) => RunningRole>> = {
  feed: runFeed,
  strategy: runStrategy,
  risk: runRisk,
};

// Ctrl-C reaches every process of the terminal; the demo says when it is time.
process.on('SIGINT', () => undefined);
process.once('disconnect', () => process.exit(1));
process.once('uncaughtException', fail);

const task = JSON.parse(process.argv[2] ?? '') as RoleTask;
const bus = openRoleBus(task);
const running = START[task.role](bus, task);
process.on('message', (message: ToRole) => {
  if (message.kind === 'stop') running.stop();
  else close().catch(fail);
});
await bus.inbox.ready();
tell({ kind: 'ready' });

async function close(): Promise<void> {
  running.stop();
  tell({ kind: 'closed', unsettled: await bus.close() });
  process.disconnect();
}

/** A fault of the demo itself: it is told, and the process ends, to be started again. */
function fail(error: unknown): void {
  tell({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.exit(1);
}
