/** How much is shown. Each level has all of the one before it. */
export const LEVELS = ['MINIMAL', 'STANDARD', 'DETAILED', 'DEBUG'] as const;

/** `MINIMAL`: is it alive, does it lose anything. `STANDARD`: what an operator watches. `DETAILED`: to look for a cause. `DEBUG`: everything. */
export type MonitoringLevel = (typeof LEVELS)[number];

/** Whether a level shows a family. One that stands in no list, as an outside plugin's own, is shown from `STANDARD` on. */
export function isInLevel(name: string, level: MonitoringLevel): boolean {
  if (level === 'DEBUG') return true;
  if (MINIMAL.has(name)) return true;
  if (level === 'MINIMAL') return false;
  if (DEBUG_ONLY.has(name)) return false;
  return level === 'DETAILED' || !DETAILED.has(name);
}

/** Bounds of histograms of seconds that a level shows; undefined: all of them. */
export function boundsInLevel(level: MonitoringLevel): readonly number[] | undefined {
  return BOUNDS[level];
}

/** Shown at every level. Whoever looks only at these sees that something is wrong, if not what; a limit stands beside what it limits. */
const MINIMAL: ReadonlySet<string> = new Set([
  'tradewind_up',
  'tradewind_health_status',
  'tradewind_bus_published_total',
  'tradewind_bus_handler_errors_total',
  'tradewind_messages_accepted_total',
  'tradewind_messages_refused_total',
  'tradewind_messages_dropped_total',
  'tradewind_messages_dead_lettered_total',
  'tradewind_deliveries_handled_total',
  'tradewind_deliveries_dead_lettered_total',
  'tradewind_deliveries_dropped_total',
  'tradewind_lane_queued',
  'tradewind_lane_parked',
  'tradewind_lane_capacity',
  'tradewind_message_wait_seconds',
  'tradewind_workers',
  'tradewind_workers_busy',
  'tradewind_workers_max',
  'tradewind_dead_letters',
  'tradewind_path_up',
  'tradewind_transport_published_messages_total',
  'tradewind_transport_received_messages_total',
  'tradewind_transport_lost_messages_total',
  'tradewind_transport_lag_entries',
  'tradewind_transport_dead_letters_total',
  'tradewind_plugin_circuit_open',
  'tradewind_process_event_loop_busy_seconds_total',
  'tradewind_process_heap_used_bytes',
  'tradewind_process_heap_limit_bytes',
]);

/** Shown from `DETAILED` on: the parts' inner works. */
const DETAILED: ReadonlySet<string> = new Set([
  'tradewind_bus_topics_listed',
  'tradewind_bus_topics_unlisted_total',
  'tradewind_deliveries_opened_total',
  'tradewind_topics',
  'tradewind_scheduler_empty_picks_total',
  'tradewind_scheduler_aged_picks_total',
  'tradewind_plugin_calls_total',
  'tradewind_plugin_decisions_total',
  'tradewind_plugin_unknown_paths_total',
  'tradewind_plugin_sampled_seconds',
  'tradewind_transport_published_entries_total',
  'tradewind_transport_filtered_messages_total',
  'tradewind_transport_claimed_entries_total',
  'tradewind_process_gc_runs_total',
]);

/** Shown at `DEBUG` alone: of use to who works on the bus itself. */
const DEBUG_ONLY: ReadonlySet<string> = new Set([
  'tradewind_bus_topics_kept',
  'tradewind_bus_topics_cached',
  'tradewind_monitoring_source_seconds_total',
  'tradewind_process_external_bytes',
  'tradewind_process_array_buffers_bytes',
]);

/** Near the latency targets of the lanes (0.5, 2, 10 and 50 ms); the layout of core has a bound within 3 % of each. */
const BOUNDS: Readonly<Record<MonitoringLevel, readonly number[] | undefined>> = {
  MINIMAL: [512e-6, 2.048e-3, 10.24e-3, 49.152e-3, 1.048576],
  STANDARD: [
    16e-6, 64e-6, 128e-6, 256e-6, 512e-6, 1.024e-3, 2.048e-3, 5.12e-3, 10.24e-3, 24.576e-3, 49.152e-3, 98.304e-3,
    262.144e-3, 1.048576, 8.388608,
  ],
  DETAILED: undefined,
  DEBUG: undefined,
};
