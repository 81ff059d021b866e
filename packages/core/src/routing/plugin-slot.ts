import type { Logger, MetricsSink, RoutingPlugin } from '@tradewind/core-types';
import { CallSampler } from './call-sampler.ts';
import { CircuitBreaker, type FaultCause } from './circuit-breaker.ts';

export interface PluginSlotOptions {
  readonly plugin: RoutingPlugin;
  readonly logger: Logger;
  readonly budgetMicros: number;
}

/** One plugin in its chain: its breaker, its samplers and its counters. */
export class PluginSlot {
  readonly plugin: RoutingPlugin;
  /** Read once: the contract says that it does not change, and metrics rely on it. */
  readonly name: string;
  readonly breaker: CircuitBreaker;
  readonly routing: CallSampler;
  readonly observing: CallSampler;
  routed = 0;
  decided = 0;
  observed = 0;
  dropped = 0;
  skipped = 0;
  demotionsDenied = 0;
  unknownPaths = 0;
  readonly #faults: Record<FaultCause, number> = { threw: 0, invalid: 0, slow: 0 };

  constructor({ plugin, logger, budgetMicros }: PluginSlotOptions) {
    this.plugin = plugin;
    this.name = plugin.name;
    this.breaker = new CircuitBreaker({ kind: 'plugin', name: plugin.name, logger });
    this.routing = new CallSampler(budgetMicros);
    this.observing = new CallSampler(budgetMicros);
  }

  fault(cause: FaultCause, nowMs: number, error: unknown): void {
    this.#faults[cause] += 1;
    this.breaker.failed(cause, nowMs, error);
  }

  collect(into: MetricsSink): void {
    const plugin = this.name;
    into.counter('tradewind_plugin_calls_total', this.routed, { plugin, member: 'route' });
    into.counter('tradewind_plugin_calls_total', this.observed, { plugin, member: 'observe' });
    into.counter('tradewind_plugin_decisions_total', this.decided, { plugin });
    into.counter('tradewind_plugin_drops_total', this.dropped, { plugin });
    into.counter('tradewind_plugin_skipped_calls_total', this.skipped, { plugin });
    into.counter('tradewind_plugin_demotions_denied_total', this.demotionsDenied, { plugin });
    into.counter('tradewind_plugin_unknown_paths_total', this.unknownPaths, { plugin });
    for (const [cause, count] of Object.entries(this.#faults)) {
      into.counter('tradewind_plugin_faults_total', count, { plugin, cause });
    }
    into.counter('tradewind_plugin_circuit_openings_total', this.breaker.opened, { plugin });
    into.gauge('tradewind_plugin_circuit_open', this.breaker.closed ? 0 : 1, { plugin });
    into.histogram('tradewind_plugin_sampled_seconds', this.routing.histogram, { plugin, member: 'route' });
    into.histogram('tradewind_plugin_sampled_seconds', this.observing.histogram, { plugin, member: 'observe' });
  }
}
