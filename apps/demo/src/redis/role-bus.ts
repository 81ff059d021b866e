import { BufferedMessageBusClient } from '@tradewind/core';
import type { Loss } from '@tradewind/core-types';
import { redisStreamTransport } from '@tradewind/redis-streams';
import { Journal } from './journal.ts';
import type { FromRole, RoleTask } from './roles.ts';

/** The bus as a process of the demo uses it: one client that handles, in the group of its role, and one that publishes. */
export interface RoleBus {
  readonly inbox: BufferedMessageBusClient;
  /**
   * Publishes only. A handler that leads to another message awaits this client's `flush` before it returns: it is not acknowledged until
   * what it led to is stored, and a process that is killed in between does it again.
   */
  readonly outbox: BufferedMessageBusClient;
  readonly journal: Journal;
  close(): Promise<number>;
}

/** What a role does once it is connected; `stop` ends what it does by itself. */
export interface RunningRole {
  stop(): void;
}

/** Connects a process to its streams. */
export function openRoleBus({ role, redisUrl, streamsPrefix, folder }: RoleTask): RoleBus {
  const options = { connection: redisUrl, streamsPrefix, claimIdleMs: CLAIM_IDLE_MS };
  const inbox = new BufferedMessageBusClient({
    name: `${role}-in`,
    group: role,
    from: 'oldest',
    paths: { redis: redisStreamTransport(options) },
  });
  const outbox = new BufferedMessageBusClient({ name: `${role}-out`, paths: { redis: redisStreamTransport(options) } });
  inbox.events.on('loss', ({ loss }) => tell({ kind: 'lost', what: describe(loss) }));
  return {
    inbox,
    outbox,
    journal: new Journal(folder, role),
    async close() {
      const handled = await inbox.close({ deadlineMs: CLOSE_MS });
      const sent = await outbox.close({ deadlineMs: CLOSE_MS });
      return (
        handled.unsettled + sent.unsettled + [...handled.queued, ...sent.queued].reduce((sum, one) => sum + one, 0)
      );
    },
  };
}

/** Says something to the demo that started this process. */
export function tell(message: FromRole): void {
  process.send?.(message);
}

function describe({ kind, count }: Loss): string {
  return `${kind}: ${count === 'unknown' ? 'an unknown number of' : count} messages`;
}

/** How long the messages of a killed process wait for the one that takes its place. */
const CLAIM_IDLE_MS = 2000;
const CLOSE_MS = 10_000;
