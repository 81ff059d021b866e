import type { BusCounts, MetricsSink } from '@tradewind/core-types';
import type { RouteIndexSizes } from '../matching/route-index.ts';
import type { RequestOutcome } from './pending-request.ts';

/** What the metrics tell beside the counts of the bus. */
export interface BusInternals {
  readonly requests: { readonly outcomes: Readonly<Record<RequestOutcome, number>>; readonly lateResponses: number };
  readonly routes: RouteIndexSizes;
  readonly seen: { readonly size: number; unlisted(): number };
}

const HELP = {
  tradewind_bus_published_total: 'Messages published.',
  tradewind_bus_delivered_total: 'Calls of handlers of subscriptions.',
  tradewind_bus_handler_errors_total: 'Handlers, those of endpoints included, that threw or rejected.',
  tradewind_bus_subscriptions: 'Subscriptions in force.',
  tradewind_bus_endpoints: 'Registered endpoints.',
  tradewind_bus_requests_pending: 'Requests that wait for their response.',
  tradewind_bus_requests_total: 'Requests that ended, by outcome.',
  tradewind_bus_late_responses_total: 'Responses for which nobody waited any more.',
  tradewind_bus_topics_kept: 'Topics whose route is kept.',
  tradewind_bus_topics_cached: 'Topics that have a place in the bounded cache of routes.',
  tradewind_bus_topics_listed: 'Topics in the catalog; 0 while nobody uses it.',
  tradewind_bus_topics_unlisted_total: 'Sightings of topics beyond the bound of the catalog.',
};

/** Writes the series of a synchronous bus; `tradewind_bus_requests_total` has the label `outcome`. */
export function collectBusMetrics(
  into: MetricsSink,
  counts: BusCounts,
  { requests, routes, seen }: BusInternals,
): void {
  for (const [name, help] of Object.entries(HELP)) into.describe(name, help);
  into.counter('tradewind_bus_published_total', counts.published);
  into.counter('tradewind_bus_delivered_total', counts.delivered);
  into.counter('tradewind_bus_handler_errors_total', counts.handlerErrors);
  into.gauge('tradewind_bus_subscriptions', counts.subscriptions);
  into.gauge('tradewind_bus_endpoints', counts.endpoints);
  into.gauge('tradewind_bus_requests_pending', counts.pendingRequests);
  for (const [outcome, count] of Object.entries(requests.outcomes)) {
    into.counter('tradewind_bus_requests_total', count, { outcome });
  }
  into.counter('tradewind_bus_late_responses_total', requests.lateResponses);
  into.gauge('tradewind_bus_topics_kept', routes.keptTopics);
  into.gauge('tradewind_bus_topics_cached', routes.cachedTopics);
  into.gauge('tradewind_bus_topics_listed', seen.size);
  into.counter('tradewind_bus_topics_unlisted_total', seen.unlisted());
}
