import { PRIORITIES, PRIORITY_NAMES, type MetricLabels, type MetricsSink } from '@tradewind/core-types';
import type { Engine } from '../engine.ts';
import type { Lane } from '../lanes/lane.ts';
import { DROP_REASONS } from '../lanes/lane-counters.ts';
import type { Latencies } from './latencies.ts';

const HELP: Readonly<Record<string, string>> = {
  tradewind_messages_accepted_total: 'Messages that were taken into a lane.',
  tradewind_messages_refused_total: 'Messages for which the lane had no room.',
  tradewind_messages_invalid_total: 'Messages refused by the schema of their topic.',
  tradewind_messages_dispatched_total: 'Messages handed to at least one subscription.',
  tradewind_messages_unrouted_total: 'Messages that nobody was subscribed to.',
  tradewind_messages_sent_total: 'Messages stored by a transport.',
  tradewind_messages_dead_lettered_total: 'Messages that no transport could store.',
  tradewind_messages_expired_total: 'Messages whose time was over before they left their lane.',
  tradewind_messages_superseded_total: 'Queued messages replaced by a newer one.',
  tradewind_messages_dropped_total: 'Messages given up before they became deliveries, by reason.',
  tradewind_deliveries_opened_total: 'Deliveries: one for each subscription of a dispatched message.',
  tradewind_deliveries_handled_total: 'Deliveries whose handler returned or resolved.',
  tradewind_deliveries_failed_attempts_total: 'Attempts that threw, rejected or timed out.',
  tradewind_deliveries_retries_total: 'Attempts after the first.',
  tradewind_deliveries_dead_lettered_total: 'Deliveries put aside after their last attempt.',
  tradewind_deliveries_expired_total: 'Deliveries whose time was over before an attempt.',
  tradewind_deliveries_superseded_total: 'Waiting deliveries replaced by a newer one.',
  tradewind_deliveries_dropped_total: 'Deliveries given up, by reason.',
  tradewind_lane_queued: 'Messages in the lane.',
  tradewind_lane_parked: 'Messages that left the lane and wait for their key, a worker or a retry.',
  tradewind_lane_capacity: 'How many messages the lane holds at most.',
  tradewind_message_wait_seconds: 'From publishing to the start of the first attempt.',
  tradewind_handler_seconds:
    'From the start of a handler to its end; synchronous ones are measured in runs of up to 16.',
  tradewind_workers: 'How many handlers may run at once now.',
  tradewind_workers_max: 'How many handlers may run at once at most.',
  tradewind_workers_busy: 'How many asynchronous handlers run.',
  tradewind_workers_stuck: 'How many handlers have run for longer than stuckAfterMs.',
  tradewind_workers_replaced_total: 'Workers taken from handlers that were stuck.',
  tradewind_deliveries_open: 'Deliveries that are parked, buffered or running.',
  tradewind_deliveries_retrying: 'Deliveries that wait for a retry.',
  tradewind_subscriptions: 'Subscriptions in force.',
  tradewind_publish_waiters: 'Calls of publishWhenReady that wait for room.',
  tradewind_topics: 'Topics known for good.',
  tradewind_dead_letters: 'Dead letters in memory.',
  tradewind_dead_letters_evicted_total: 'Dead letters pushed out of memory by newer ones.',
  tradewind_dead_letters_unwritten_total: 'Dead letters that the dead-letter topic did not take.',
  tradewind_path_up: 'Whether the path works: its last answer was good, and its transport is not down.',
  tradewind_path_failures_total: 'Failed batches and consumptions of the path.',
  tradewind_scheduler_empty_picks_total: 'Picks of a lane without work; the default scheduler decided instead.',
  tradewind_scheduler_aged_picks_total: 'Picks made for a lane that the scheduler had passed over for too long.',
  tradewind_scheduler_circuit_openings_total: 'How often the scheduler was cut off.',
  tradewind_scheduler_circuit_open: 'Whether the scheduler is cut off, and the default one decides.',
  tradewind_path_sending: 'Messages given to the transport and not yet stored.',
};

/**
 * Writes the series of a client. Labels: `lane` (the priority's name), `direction` (`local` for a client without paths, otherwise `in`, or
 * `out` with `path`), `reason`.
 *
 * What a lane holds is in balance: see `LaneCounters` for the two laws of conservation, which these series allow to be checked.
 */
export function collectClientMetrics(into: MetricsSink, engine: Engine): void {
  for (const [name, help] of Object.entries(HELP)) into.describe(name, help);
  const { egresses } = engine.paths;
  const direction = egresses.length === 0 ? 'local' : 'in';
  for (const lane of engine.lanes.all) collectLane(into, lane, { lane: PRIORITY_NAMES[lane.priority], direction });
  collectLatencies(into, engine.latencies, { direction });
  for (const egress of egresses) {
    const { path, lanes, latencies, status } = egress;
    for (const lane of lanes.all) {
      const labels = { lane: PRIORITY_NAMES[lane.priority], direction: 'out', path };
      collectLane(into, lane, labels);
      into.gauge('tradewind_path_sending', egress.sending(lane.priority), labels);
    }
    collectLatencies(into, latencies, { direction: 'out', path });
    into.gauge('tradewind_path_up', status.isUp ? 1 : 0, { path });
    into.counter('tradewind_path_failures_total', status.failures, { path });
  }
  collectClient(into, engine);
  engine.guard.collect(into);
}

function collectClient(into: MetricsSink, engine: Engine): void {
  const { pool, clock, openWork, registry, admission, topics, letters, office } = engine;
  into.gauge('tradewind_workers', pool.size);
  into.gauge('tradewind_workers_max', pool.max);
  into.gauge('tradewind_workers_busy', pool.running);
  into.gauge('tradewind_workers_stuck', pool.stuck(clock.now()).length);
  into.counter('tradewind_workers_replaced_total', pool.replaced);
  into.gauge('tradewind_deliveries_open', openWork.total);
  into.gauge('tradewind_deliveries_retrying', openWork.retrying);
  into.gauge('tradewind_subscriptions', registry.size);
  into.gauge('tradewind_publish_waiters', admission.waiting);
  into.gauge('tradewind_topics', topics.size);
  into.gauge('tradewind_dead_letters', letters.size);
  into.counter('tradewind_dead_letters_evicted_total', letters.evicted);
  into.counter('tradewind_dead_letters_unwritten_total', office.unwritten);
}

function collectLane(into: MetricsSink, lane: Lane, labels: MetricLabels): void {
  const { counters } = lane;
  const { deliveries } = counters;
  into.counter('tradewind_messages_accepted_total', counters.accepted, labels);
  into.counter('tradewind_messages_refused_total', counters.refused, labels);
  into.counter('tradewind_messages_invalid_total', counters.invalid, labels);
  into.counter('tradewind_messages_dispatched_total', counters.dispatched, labels);
  into.counter('tradewind_messages_unrouted_total', counters.unrouted, labels);
  into.counter('tradewind_messages_sent_total', counters.sent, labels);
  into.counter('tradewind_messages_dead_lettered_total', counters.deadLettered, labels);
  into.counter('tradewind_messages_expired_total', counters.expired, labels);
  into.counter('tradewind_messages_superseded_total', counters.superseded, labels);
  into.counter('tradewind_deliveries_opened_total', deliveries.opened, labels);
  into.counter('tradewind_deliveries_handled_total', deliveries.handled, labels);
  into.counter('tradewind_deliveries_failed_attempts_total', deliveries.failedAttempts, labels);
  into.counter('tradewind_deliveries_retries_total', deliveries.retries, labels);
  into.counter('tradewind_deliveries_dead_lettered_total', deliveries.deadLettered, labels);
  into.counter('tradewind_deliveries_expired_total', deliveries.expired, labels);
  into.counter('tradewind_deliveries_superseded_total', deliveries.superseded, labels);
  for (const [column, reason] of DROP_REASONS.entries()) {
    into.counter('tradewind_messages_dropped_total', counters.dropped[column] as number, { ...labels, reason });
    into.counter('tradewind_deliveries_dropped_total', deliveries.dropped[column] as number, { ...labels, reason });
  }
  into.gauge('tradewind_lane_queued', lane.depth, labels);
  into.gauge('tradewind_lane_parked', lane.parked, labels);
  into.gauge('tradewind_lane_capacity', lane.capacity, labels);
}

function collectLatencies(into: MetricsSink, latencies: Latencies, labels: MetricLabels): void {
  for (const priority of PRIORITIES) {
    const withLane = { ...labels, lane: PRIORITY_NAMES[priority] };
    into.histogram('tradewind_message_wait_seconds', latencies.waits[priority].view, withLane);
    into.histogram('tradewind_handler_seconds', latencies.handles[priority].view, withLane);
  }
}
