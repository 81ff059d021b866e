import type {
  Clock,
  Composite,
  DecisionTrace,
  Health,
  HealthSource,
  MetricsSink,
  MetricsSource,
  Outcome,
  Part,
  PathId,
  PathLoad,
  Priority,
  RoutedDecision,
  RoutingDecision,
  RoutingPlugin,
  TraceQuery,
} from '@tradewind/core-types';
import type { EventLogger } from '../platform/event-logger.ts';
import { ignoreRejection, onRejection } from '../platform/on-rejection.ts';
import { DecisionReader } from './decision-reader.ts';
import { PluginSlot, describePluginMetrics } from './plugin-slot.ts';
import { ChainContext } from './routing-facts.ts';
import { MutableVerdict, RoutingMessage, type RoutingInput, type RoutingVerdict } from './routing-message.ts';
import { TraceRing } from './trace-ring.ts';
import { validatePlugins } from './validate-plugins.ts';

/** The plugins of a client, what they may know of it, and how much of what they do is watched. */
export interface PluginChainOptions {
  readonly plugins: readonly RoutingPlugin[];
  /** The names of the client's transports; the first is the default. Empty when it has none. */
  readonly paths: readonly PathId[];
  /** The load of a path, for the plugins' context; one object may be reused. Default: unknown. */
  readonly load?: ((path: PathId) => PathLoad | undefined) | undefined;
  readonly clock: Clock;
  readonly logger: EventLogger;
  /** How long one call of a plugin may take, in microseconds; sampled. Default 50. */
  readonly budgetMicros?: number | undefined;
  /** How many decisions the trace keeps. 0 turns it off. Default 1,000. */
  readonly traceSize?: number | undefined;
  /** Every how many messages one is traced, beginning with the first. Default 100. */
  readonly traceEvery?: number | undefined;
}

/**
 * The plugins of a client, in the order given: a later one sees what an earlier one decided, and a drop ends the chain.
 *
 * Whatever a plugin does, a message goes on. A throw, a decision of no valid form or an overrun budget counts as that plugin's fault and opens
 * its circuit breaker (see {@link CircuitBreaker}); what it decided for this message is ignored as a whole. The budget is looked at in one
 * call of 64 (see {@link CallSampler}). A plugin that publishes from inside `route` is at fault as well; the message it published is not routed.
 *
 * A CRITICAL message that is not `demotable` is never lowered, dropped or conflated, nor expired sooner; the attempt is counted, it is no fault.
 *
 * Cost: no object per message, and no clock except for sampled calls; times are those of the message. The benchmark `plugin-chain` has the figures.
 */
export class PluginChain implements MetricsSource, HealthSource, Composite, DecisionTrace {
  readonly name = 'plugins';
  /** Whether some plugin routes: otherwise `route` need not be called. */
  readonly routes: boolean;
  /** Whether some plugin observes: otherwise `observe` need not be called. */
  readonly observes: boolean;
  readonly #slots: readonly PluginSlot[];
  readonly #routing: readonly PluginSlot[];
  readonly #observing: readonly PluginSlot[];
  readonly #clock: Clock;
  readonly #logger: EventLogger;
  readonly #context: ChainContext;
  readonly #reader: DecisionReader;
  readonly #trace: TraceRing;
  readonly #startedMs: number;
  readonly #message = new RoutingMessage();
  readonly #verdict = new MutableVerdict();
  readonly #unrouted = new MutableVerdict();
  /** The time of the message. Not read back from what the plugins get, which a plugin could have changed. */
  #nowMs = 0;
  #running: PluginSlot | undefined;
  #deferredMoves = 0;
  #closing: Promise<void> | undefined;

  /**
   * @throws ValidationError `INVALID_OPTIONS` when a plugin is none; BusError `DUPLICATE_PLUGIN` for two of one name.
   */
  constructor(options: PluginChainOptions) {
    validatePlugins(options.plugins);
    const { clock, logger, budgetMicros = 50 } = options;
    this.#clock = clock;
    this.#logger = logger;
    this.#startedMs = clock.now();
    this.#slots = options.plugins.map((plugin) => new PluginSlot({ plugin, clock, logger, budgetMicros }));
    this.#routing = this.#slots.filter(({ plugin }) => plugin.route !== undefined);
    this.#observing = this.#slots.filter(({ plugin }) => plugin.observe !== undefined);
    this.routes = this.#routing.length > 0;
    this.observes = this.#observing.length > 0;
    this.#context = new ChainContext(options.paths, options.load);
    this.#reader = new DecisionReader(options.paths, logger);
    this.#trace = new TraceRing(options.traceSize ?? 1_000, options.traceEvery ?? 100);
  }

  /** Asks every plugin about one message. Never throws. The verdict is reused: read it before the next call. */
  route(input: RoutingInput): RoutingVerdict {
    if (this.#running !== undefined) return this.#publishedInside(this.#running, input);
    const verdict = this.#verdict;
    this.#message.fill(input);
    verdict.reset(input);
    this.#nowMs = input.publishedAtMs;
    this.#context.nowMs = input.publishedAtMs;
    this.#reader.begin(input.declaredPriority, input.demotable);
    const traced = this.#trace.begin();
    for (let i = 0; i < this.#routing.length && !verdict.dropped; i += 1) {
      const slot = this.#routing[i];
      if (slot === undefined) continue;
      if (slot.breaker.allows(this.#nowMs)) this.#ask(slot, traced);
      else this.#skip(slot, traced);
    }
    if (traced) this.#trace.end(input, verdict);
    this.#message.release();
    return verdict;
  }

  /** Tells every plugin what became of a message. Never throws. */
  observe(outcome: Outcome): void {
    for (let i = 0; i < this.#observing.length; i += 1) {
      const slot = this.#observing[i];
      if (slot === undefined) continue;
      if (slot.breaker.closed || slot.breaker.allows(this.#clock.now())) this.#tell(slot, outcome);
      else slot.skipped += 1;
    }
  }

  /** The client keeps the message just routed in `lane` until nothing of its ordering key waits or runs elsewhere. Counted and traced. */
  noteDeferred(lane: Priority): void {
    this.#deferredMoves += 1;
    this.#trace.defer(lane);
  }

  recent(query: TraceQuery = {}): readonly RoutedDecision[] {
    return this.#trace.recent(query);
  }

  /** Degraded while a plugin is cut off or on trial. */
  health(): Health {
    const open = this.#slots.filter(({ breaker }) => !breaker.closed);
    if (open.length === 0) return { status: 'up', reason: '', sinceMs: this.#lastClosedMs() };
    const reason = open
      .map(({ name, breaker }) => `plugin ${name} is cut off (${breaker.cause ?? 'unknown cause'})`)
      .join('; ');
    return { status: 'degraded', reason, sinceMs: Math.min(...open.map(({ breaker }) => breaker.sinceMs ?? Infinity)) };
  }

  /** The plugins as an operator sees them: health, metrics, and the faces that a plugin itself has. */
  parts(): readonly Part[] {
    return this.#slots.map((slot) => slot.part());
  }

  /** What concerns no single plugin, and the explanations of what each of the {@link parts} writes. */
  collect(into: MetricsSink): void {
    describePluginMetrics(into);
    into.counter('tradewind_plugin_deferred_moves_total', this.#deferredMoves);
  }

  /** Disposes every plugin, all at once; a failure is logged. Resolves when all are done, and never rejects. Again: the same promise. */
  close(): Promise<void> {
    this.#closing ??= Promise.all(this.#slots.map((slot) => this.#dispose(slot))).then(() => undefined);
    return this.#closing;
  }

  #ask(slot: PluginSlot, traced: boolean): void {
    const nowMs = this.#nowMs;
    this.#running = slot;
    slot.routed += 1;
    let fault: string | undefined;
    try {
      const timed = slot.routing.isDue();
      const startedMs = timed ? this.#clock.now() : 0;
      const decision = slot.plugin.route?.(this.#message, this.#context);
      const slow = timed && slot.routing.overran(this.#clock.now() - startedMs);
      if (slow) slot.fault('slow', nowMs, OVER_BUDGET);
      if (decision !== undefined) fault = this.#take(slot, decision, traced);
      if (fault !== undefined) slot.fault('invalid', nowMs, fault);
      else if (!slow && !slot.breaker.closed) slot.breaker.succeeded(nowMs);
    } catch (error) {
      slot.fault('threw', nowMs, error);
      if (traced) this.#trace.step(slot.name, 'ignored: it threw');
    } finally {
      this.#running = undefined;
    }
  }

  /** Reads a decision and applies it. Returns what is wrong with it; then nothing of it was applied. */
  #take(slot: PluginSlot, decision: RoutingDecision, traced: boolean): string | undefined {
    const fault = this.#reader.read(decision);
    if (fault !== undefined) {
      // A promise where a decision belongs: its rejection, unhandled, would end the process.
      ignoreRejection(decision);
      if (traced) this.#trace.step(slot.name, `ignored: ${fault}`);
      return fault;
    }
    slot.decided += 1;
    this.#reader.apply(slot, this.#message, this.#verdict);
    if (traced) this.#trace.step(slot.name, this.#reader.reason);
    return undefined;
  }

  #skip(slot: PluginSlot, traced: boolean): void {
    slot.skipped += 1;
    if (traced) this.#trace.step(slot.name, 'skipped: cut off by its circuit breaker');
  }

  #tell(slot: PluginSlot, outcome: Outcome): void {
    slot.observed += 1;
    try {
      const timed = slot.observing.isDue();
      const startedMs = timed ? this.#clock.now() : 0;
      const result: unknown = slot.plugin.observe?.(outcome);
      if (result !== undefined) onRejection(result, (error) => slot.fault('threw', this.#clock.now(), error));
      if (timed) {
        const endedMs = this.#clock.now();
        if (slot.observing.overran(endedMs - startedMs)) return slot.fault('slow', endedMs, OVER_BUDGET);
      }
      if (!slot.breaker.closed) slot.breaker.succeeded(this.#clock.now());
    } catch (error) {
      slot.fault('threw', this.#clock.now(), error);
    }
  }

  #publishedInside(slot: PluginSlot, input: RoutingInput): RoutingVerdict {
    slot.fault('invalid', input.publishedAtMs, `it published ${input.topic} from inside route()`);
    this.#unrouted.reset(input);
    return this.#unrouted;
  }

  #lastClosedMs(): number {
    return Math.max(this.#startedMs, ...this.#slots.map(({ breaker }) => breaker.closedAtMs));
  }

  async #dispose({ plugin, name }: PluginSlot): Promise<void> {
    try {
      await plugin[Symbol.asyncDispose]?.();
    } catch (error) {
      this.#logger.error(
        { event: 'plugin.close-failed', plugin: name, error },
        `The plugin ${name} failed while it was closed.`,
      );
    }
  }
}

const OVER_BUDGET = 'it is slower than its time budget';
