import type { RoutingPlugin } from '@tradewind/core-types';

/** A plugin that drops the n-th message of a family of topics, and no other. */
export function dropsOne(topicPrefix: string, nth: number): RoutingPlugin {
  let seen = 0;
  return {
    name: 'thief',
    route: ({ topic }) => {
      if (!topic.startsWith(topicPrefix)) return undefined;
      seen += 1;
      return seen === nth ? { drop: true, reason: 'planted loss' } : undefined;
    },
  };
}
