import type { Outcome, PathId, RoutableMessage, RoutingPlugin } from '@tradewind/core-types';

/** A routing plugin to be checked. */
export interface RoutingPluginSubject {
  /** Makes a new plugin of the same configuration each time. */
  readonly create: () => RoutingPlugin | Promise<RoutingPlugin>;
  /** Messages that make it decide something; ordinary ones of the market are added. Default: none. */
  readonly messages?: readonly Partial<RoutableMessage>[] | undefined;
  /** Outcomes that teach it something; ordinary ones are added. Default: none. */
  readonly outcomes?: readonly Partial<Outcome>[] | undefined;
  /** The client's paths, the default first. Default: `main` and `backup`. */
  readonly paths?: readonly PathId[] | undefined;
  /** Whether it has a `state`. Default: whatever it has. */
  readonly stateful?: boolean | undefined;
}
