import type { WatchedBus } from '../sources/watched-bus.ts';
import type { Body } from './body.ts';

/** One act: who does it, on what, with which words. */
export interface Acting {
  readonly by: string;
  readonly body: Body;
  readonly buses: readonly WatchedBus[];
}

/** What an act does, and what it is answered with. Throws, or rejects with, a `MonitoringError` where it cannot be done. */
export type Action = (acting: Acting) => object | Promise<object>;
