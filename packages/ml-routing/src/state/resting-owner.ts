import type { PluginState, StateOwner } from '@tradewind/core-types';

/** Owner of a state that is too large to be taken in one turn of the event loop. */
export interface RestingOwner extends StateOwner {
  /** The snapshot; at each yield messages may be handled before it goes on. */
  snapshotParts(): Generator<void, PluginState, undefined>;
}

/** Whether the owner of a state can take it in several turns. */
export function isResting(owner: StateOwner): owner is RestingOwner {
  return 'snapshotParts' in owner && typeof owner.snapshotParts === 'function';
}
