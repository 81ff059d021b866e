import type { Clock, Health, MetricsSink, Part, Remedy, RoutingPlugin } from '@tradewind/core-types';
import type { EventLogger } from '../platform/event-logger.ts';
import { facesOf } from '../platform/faces-of.ts';
import { CallSampler } from './call-sampler.ts';
import { CircuitBreaker, type FaultCause } from './circuit-breaker.ts';

/** A plugin, and how long one call of it may take in microseconds. Its health counts from now on. */
export interface PluginSlotOptions {
  readonly plugin: RoutingPlugin;
  readonly clock: Clock;
  readonly logger: EventLogger;
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
  readonly #clock: Clock;
  readonly #startedMs: number;
  readonly #faults: Record<FaultCause, number> = { threw: 0, invalid: 0, slow: 0 };

  constructor({ plugin, clock, logger, budgetMicros }: PluginSlotOptions) {
    this.#clock = clock;
    this.#startedMs = clock.now();
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

  /** Degraded while it is cut off or on trial. */
  health(): Health {
    const { sinceMs, cause, closedAtMs } = this.breaker;
    if (sinceMs === undefined) return { status: 'up', reason: '', sinceMs: Math.max(this.#startedMs, closedAtMs) };
    if (cause === 'disabled') return { status: 'degraded', reason: 'disabled by an operator', sinceMs };
    return { status: 'degraded', reason: `cut off by its circuit breaker (${cause ?? 'unknown cause'})`, sinceMs };
  }

  /** The plugin as an operator sees it: its slot, with what it says of itself. */
  part(): Part {
    const own: RoutingPlugin & Partial<Part> = this.plugin;
    return {
      ...facesOf(own),
      name: this.name,
      standsFor: own.standsFor ?? own,
      health: () => (this.breaker.closed && own.health !== undefined ? own.health() : this.health()),
      collect: (into) => {
        this.collect(into);
        own.collect?.(into);
      },
      remedies: () => [...this.#remedies(), ...(own.remedies?.() ?? [])],
    };
  }

  #remedies(): readonly Remedy[] {
    return [
      {
        name: 'disable',
        description: 'Leave the plugin out: messages go on without it.',
        run: async () => this.breaker.hold(this.#clock.now()),
      },
      {
        name: 'enable',
        description: 'Try the plugin again now; when 16 calls in a row go well it is back.',
        run: async () => this.breaker.release(),
      },
    ];
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

/** Describes the metrics that the slots share: once a chain, because a name is described once and not per plugin. */
export function describePluginMetrics(into: MetricsSink): void {
  for (const [name, help] of PLUGIN_METRICS) into.describe(name, help);
}

const PLUGIN_METRICS = [
  ['tradewind_plugin_calls_total', 'Calls of a plugin.'],
  ['tradewind_plugin_decisions_total', 'Decisions that were taken over.'],
  ['tradewind_plugin_drops_total', 'Messages that a plugin gave up.'],
  ['tradewind_plugin_skipped_calls_total', 'Calls left out because the circuit breaker was open.'],
  ['tradewind_plugin_demotions_denied_total', 'Attempts to lower, drop, conflate or sooner expire a CRITICAL message.'],
  ['tradewind_plugin_unknown_paths_total', 'Decisions for a path that the client does not have.'],
  ['tradewind_plugin_faults_total', 'Faults by cause: threw, invalid answer, slower than its budget.'],
  ['tradewind_plugin_circuit_openings_total', 'How often the circuit breaker opened.'],
  ['tradewind_plugin_circuit_open', 'Whether the circuit breaker is open or on trial.'],
  ['tradewind_plugin_sampled_seconds', 'Duration of the sampled calls.'],
  ['tradewind_plugin_deferred_moves_total', 'Lane moves that waited for the messages of their key.'],
] as const;
