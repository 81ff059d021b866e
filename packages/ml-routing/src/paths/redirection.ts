import type { PathId, RoutableMessage, RoutingContext } from '@tradewind/core-types';

/**
 * Hears that a message, for which a plugin's `route` chose a path a moment ago, goes by another one: called at most once per message, right after its `route`, with the same
 * message and context. The outcome comes by `observe` as always.
 *
 * Whoever keeps books of what is under way, as every plugin of `pathPlugin` does, has to hear of that. Otherwise what it believes to be on its own choice is on another path:
 * the path that it chose seems to stand still, and one that does stand still is never noticed.
 */
export type Redirected = (path: PathId, message: RoutableMessage, context: RoutingContext) => void;

/** Notes how a plugin hears of it: a routing plugin shows no members for that itself. */
export function redirectedBy(plugin: object, hear: Redirected): void {
  LISTENERS.set(plugin, hear);
}

/** How a plugin of this package hears of it; undefined for any other. */
export function redirectionOf(plugin: object): Redirected | undefined {
  return LISTENERS.get(plugin);
}

const LISTENERS = new WeakMap<object, Redirected>();
