import type { PathId, RoutableMessage, RoutingContext, RoutingPlugin } from '@tradewind/core-types';

/**
 * A routing plugin that chooses paths for somebody who may send a message by another one: what a `PathTrial` tries.
 *
 * Whoever keeps books of what is under way, as every plugin of `pathPlugin` does, has to hear of that. Otherwise what it believes to be on its own choice is on another path:
 * the path that it chose seems to stand still, and one that does stand still is never noticed.
 */
export interface PathCandidate extends RoutingPlugin {
  /**
   * The message, for which `route` chose a path a moment ago, goes by this one instead. Called at most once per message, right after its `route`, with the same arguments; the
   * outcome comes by `observe` as always.
   */
  redirected?(path: PathId, message: RoutableMessage, context: RoutingContext): void;
}
