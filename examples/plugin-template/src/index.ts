import type {
  PathId,
  PluginState,
  RoutableMessage,
  RoutingContext,
  RoutingDecision,
  RoutingPlugin,
} from '@tradewind/core-types';

export interface CheapestVenueOptions {
  /** Fee of each path in basis points: at least 0, finite. Paths that are not named are never chosen. */
  readonly feeBps: Readonly<Record<PathId, number>>;
  /** Only topics with this beginning are routed. Default `commands.order.`. */
  readonly topicPrefix?: string | undefined;
}

/**
 * Sends orders over the path with the lowest known fee, and learns from failures: a path whose last message failed costs
 * `FAILURE_PENALTY_BPS` more until one is stored again.
 *
 * @throws RangeError when a fee is negative or not finite.
 */
export function cheapestVenue(options: CheapestVenueOptions): RoutingPlugin {
  const fees = new Map(Object.entries(options.feeBps));
  for (const [path, fee] of fees) {
    if (!(Number.isFinite(fee) && fee >= 0)) {
      throw new RangeError(
        `feeBps.${path}: expected a finite number of at least 0, received ${fee}. Give the venue's taker fee in basis points.`,
      );
    }
  }
  const prefix = options.topicPrefix ?? 'commands.order.';
  const failing = new Set<PathId>();
  // One object per path, made once: a decision is read at once and never kept, so it can be returned again and again.
  const decisions = new Map<PathId, RoutingDecision>();
  for (const [path, fee] of fees) decisions.set(path, { path, reason: `${path} has the lowest cost: fee ${fee} bp` });

  function costOf(path: PathId): number {
    return (fees.get(path) ?? Number.POSITIVE_INFINITY) + (failing.has(path) ? FAILURE_PENALTY_BPS : 0);
  }

  return {
    name: 'cheapest-venue',
    route(message: RoutableMessage, context: RoutingContext) {
      if (!message.topic.startsWith(prefix)) return undefined;
      let best: PathId | undefined;
      for (const path of context.paths) {
        if (fees.has(path) && (best === undefined || costOf(path) < costOf(best))) best = path;
      }
      return best === undefined ? undefined : decisions.get(best);
    },
    observe(outcome) {
      if (outcome.path === undefined) return;
      if (outcome.kind === 'failed') failing.add(outcome.path);
      if (outcome.kind === 'sent') failing.delete(outcome.path);
    },
    state: {
      snapshot: (): PluginState => ({ version: STATE_VERSION, data: [...failing] }),
      restore(state) {
        if (state.version !== STATE_VERSION || !Array.isArray(state.data)) {
          throw new TypeError(
            `state: expected version ${STATE_VERSION} with a list of paths. Start without a state instead.`,
          );
        }
        failing.clear();
        for (const path of state.data) if (typeof path === 'string') failing.add(path);
      },
    },
  };
}

/** Ten basis points: more than the fees of two venues usually differ by. */
const FAILURE_PENALTY_BPS = 10;
const STATE_VERSION = 1;
