import type { Priority } from '@tradewind/core-types';
import type { Lanes } from '../lanes/lanes.ts';

/** Where published messages wait, and what takes them on: the client's own subscriptions, or the transport of a path. */
export interface Outlet {
  readonly lanes: Lanes;
  /** The name of the path; undefined for the client's own subscriptions. */
  readonly path: string | undefined;
  /** Whether it will look into its lanes before the event loop goes on. */
  readonly isImminent: boolean;
  /** Something was put into a lane. */
  wake(priority: Priority): void;
}
