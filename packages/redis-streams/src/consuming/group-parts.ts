import type { BatchReceiver } from '@tradewind/core-types';
import type { EntryOpening } from './entry-opening.ts';
import type { Failures } from './failures.ts';
import type { ConsumerIdentity, ConsumingParts } from './parts.ts';
import type { ShardStreams } from './shard-streams.ts';

/** What the rooms of one group consumer share. */
export interface GroupParts extends ConsumingParts {
  readonly identity: ConsumerIdentity & { readonly group: string };
  /** `consumer/token`: what its leases say. */
  readonly owner: string;
  readonly receiver: BatchReceiver;
  readonly opening: EntryOpening;
  readonly failures: Failures;
  readonly streams: ShardStreams;
}
