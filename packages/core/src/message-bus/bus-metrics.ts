import type { BusCounts, MetricsSink } from '@tradewind/core-types';
import type { RouteIndexSizes } from '../matching/route-index.ts';
import type { RequestOutcome } from './pending-request.ts';

/** What the metrics tell beside the counts of the bus. */
export interface BusInternals {
  readonly requests: { readonly outcomes: Readonly<Record<RequestOutcome, number>>; readonly lateResponses: number };
  readonly routes: RouteIndexSizes;
  readonly seen: { readonly size: number; unlisted(): number };
}

/**
 * Writes the series of a synchronous bus.
 *
 * | series | what |
 * |---|---|
 * | `tradewind_bus_published_total`, `tradewind_bus_delivered_total` | messages, calls of handlers |
 * | `tradewind_bus_handler_errors_total` | handlers that threw or rejected |
 * | `tradewind_bus_subscriptions`, `tradewind_bus_endpoints` | how many there are |
 * | `tradewind_bus_requests_pending`, `tradewind_bus_requests_total{outcome}` | requests that wait, and that ended |
 * | `tradewind_bus_late_responses_total` | responses for which nobody waited any more |
 * | `tradewind_bus_topics_kept`, `tradewind_bus_topics_cached` | topics whose route is kept, and those of them in the bounded cache |
 * | `tradewind_bus_topics_listed`, `tradewind_bus_topics_unlisted_total` | the catalog, and messages on topics beyond its bound |
 */
export function collectBusMetrics(into: MetricsSink, counts: BusCounts, { requests, routes, seen }: BusInternals): void {
  into.counter('tradewind_bus_published_total', counts.published);
  into.counter('tradewind_bus_delivered_total', counts.delivered);
  into.counter('tradewind_bus_handler_errors_total', counts.handlerErrors);
  into.gauge('tradewind_bus_subscriptions', counts.subscriptions);
  into.gauge('tradewind_bus_endpoints', counts.endpoints);
  into.gauge('tradewind_bus_requests_pending', counts.pendingRequests);
  for (const [outcome, count] of Object.entries(requests.outcomes)) into.counter('tradewind_bus_requests_total', count, { outcome });
  into.counter('tradewind_bus_late_responses_total', requests.lateResponses);
  into.gauge('tradewind_bus_topics_kept', routes.keptTopics);
  into.gauge('tradewind_bus_topics_cached', routes.cachedTopics);
  into.gauge('tradewind_bus_topics_listed', seen.size);
  into.counter('tradewind_bus_topics_unlisted_total', seen.unlisted());
}
