import type { LaneScheduler } from '@tradewind/core-types';

/** A lane scheduler to be checked. */
export interface LaneSchedulerSubject {
  /** Makes a new scheduler of the same configuration each time. */
  readonly create: () => LaneScheduler | Promise<LaneScheduler>;
  /** Whether it has a `state`. Default: whatever it has. */
  readonly stateful?: boolean | undefined;
}
