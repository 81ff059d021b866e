import type { EventEmitter } from 'eventemitter3';
import {
  PRIORITIES,
  PRIORITY_NAMES,
  type Clock,
  type ConsumeFrom,
  type Loss,
  type PathId,
  type Priority,
  type DeadLetter,
  type LaneScheduler,
  type OverflowPolicy,
  type Random,
} from '@tradewind/core-types';
import { InMemoryDeadLetters } from '../dead-letters/in-memory-dead-letters.ts';
import { RouteIndex } from '../matching/route-index.ts';
import { Deadlines } from '../platform/deadlines.ts';
import type { EventLogger } from '../platform/event-logger.ts';
import { FailureLog } from '../platform/failure-log.ts';
import { SeenTopics } from '../matching/seen-topics.ts';
import { PluginChain } from '../routing/plugin-chain.ts';
import { Admission } from './publishing/admission.ts';
import { BurstClock } from './draining/burst-clock.ts';
import { guardedLogger, type ClientEventMap, type EmitEvent } from './observing/client-events.ts';
import { GuardedEvents } from './observing/guarded-events.ts';
import type { ClientSubscription } from './subscribing/client-subscription.ts';
import { Closing } from './closing.ts';
import { Composer } from './publishing/composer.ts';
import { captureContext, clockInContext, type RunInContext } from './context.ts';
import { DeadLetterOffice } from './delivering/dead-letter-office.ts';
import { Deliveries } from './delivering/deliveries.ts';
import type { Delivery } from './delivering/delivery.ts';
import { MetaFactory } from './delivering/delivery-meta.ts';
import { Dispatcher } from './draining/dispatcher.ts';
import { Failures } from './delivering/failures.ts';
import { FlushBarrier } from './publishing/flush-barrier.ts';
import { Lanes } from './lanes/lanes.ts';
import { Latencies } from './observing/latencies.ts';
import { OpenWork } from './delivering/open-work.ts';
import type { ResolvedClientOptions } from './options-schema.ts';
import { OrderingKeys } from './delivering/ordering-keys.ts';
import type { Outlet } from './publishing/outlet.ts';
import { Overflow } from './publishing/overflow.ts';
import { Parking } from './delivering/parking.ts';
import { Paths } from './paths/paths.ts';
import { PayloadSchemas } from './publishing/payload-schemas.ts';
import { laneFullError } from './publishing/publish-errors.ts';
import { Reporter } from './observing/reporter.ts';
import { Room } from './publishing/room.ts';
import { SchedulerGuard } from './lanes/scheduler-guard.ts';
import { Settlement } from './delivering/settlement.ts';
import { SegmentPool } from './lanes/segment-ring.ts';
import type { ClientSettings } from './settings.ts';
import { SubscriptionRegistry } from './subscribing/subscription-registry.ts';
import type { TopicRecord } from './publishing/topic-record.ts';
import { TopicTable } from './publishing/topic-table.ts';
import { WeightedScheduler } from './lanes/weighted-scheduler.ts';
import { WorkerPool } from './delivering/worker-pool.ts';
import { WorkerScaling } from './delivering/worker-scaling.ts';

/**
 * The parts of a client, made in the order in which they need each other. What each does stands in its own file; here is who knows whom.
 *
 * A part gets the engine itself where it takes an options object: it sees of it what its own options interface names.
 */
export class Engine {
  readonly client: string;
  readonly capacities: readonly number[];
  readonly group: string | undefined;
  readonly from: ConsumeFrom;
  readonly producer: string;
  readonly policies: readonly OverflowPolicy[];
  readonly deadLetterTopic: string;
  readonly maxStarvationMs: number;
  readonly maxWaiters: number;
  readonly maxSubscriptions: number;
  readonly scheduler: LaneScheduler | undefined;
  readonly schedulerBudgetMicros: number;
  readonly random: Random;
  readonly settings: ClientSettings;
  readonly events: EventEmitter<ClientEventMap> = new GuardedEvents((error, name) => {
    this.failureLog.error(
      { event: 'listener.failed', clientEvent: name, error },
      `A listener of the client's event ${name} failed.`,
    );
  });
  readonly logger: EventLogger;
  readonly inContext: RunInContext = captureContext();
  /** Its callbacks run in whatever context they were asked for in. */
  readonly bareClock: Clock;
  /** Its callbacks run in the context in which the client was made. */
  readonly clock: Clock;
  readonly time: BurstClock;
  readonly deadlines: Deadlines;
  readonly failureLog: FailureLog;
  readonly segments: SegmentPool = new SegmentPool();
  readonly index: RouteIndex<ClientSubscription> = new RouteIndex<ClientSubscription>();
  readonly keys: OrderingKeys = new OrderingKeys();
  /** Those of what comes in: a plugin's moves concern what goes out. */
  readonly inboundKeys: OrderingKeys = new OrderingKeys();
  readonly latencies: Latencies = new Latencies();
  readonly openWork: OpenWork = new OpenWork(() => this.onDrained());
  readonly chain: PluginChain;
  readonly reporter: Reporter;
  readonly topics: TopicTable;
  readonly metas: MetaFactory;
  readonly lanes: Lanes;
  readonly pool: WorkerPool;
  readonly scaling: WorkerScaling;
  readonly weights: WeightedScheduler;
  readonly guard: SchedulerGuard;
  readonly room: Room;
  readonly parking: Parking;
  readonly letters: InMemoryDeadLetters;
  readonly office: DeadLetterOffice;
  readonly failures: Failures;
  readonly settlement: Settlement;
  readonly deliveries: Deliveries;
  readonly overflow: Overflow;
  readonly dispatcher: Dispatcher;
  readonly composer: Composer;
  readonly admission: Admission;
  readonly registry: SubscriptionRegistry;
  readonly paths: Paths;
  readonly barrier: FlushBarrier;
  readonly closing: Closing;

  constructor(options: ResolvedClientOptions) {
    this.client = options.name;
    this.producer = producerId(options);
    this.capacities = options.capacities;
    this.group = options.group;
    this.from = options.from;
    this.policies = options.policies;
    this.deadLetterTopic = options.deadLetterTopic;
    this.maxStarvationMs = options.maxStarvationMs;
    this.maxWaiters = options.maxWaiters;
    this.maxSubscriptions = options.maxSubscriptions;
    this.scheduler = options.scheduler;
    this.schedulerBudgetMicros = options.schedulerBudgetMicros;
    this.random = options.random;
    this.settings = settingsOf(options);
    this.logger = guardedLogger(options.logger);
    this.bareClock = options.clock;
    this.clock = clockInContext(options.clock, this.inContext);
    this.time = new BurstClock(options.clock);
    this.deadlines = new Deadlines(this.clock);
    this.failureLog = new FailureLog(this.logger, options.clock);
    this.chain = new PluginChain({
      plugins: options.plugins,
      paths: [...options.paths.keys()],
      load: (path) => this.paths.load(path),
      clock: options.clock,
      logger: this.logger,
      budgetMicros: options.pluginBudgetMicros,
      traceSize: options.trace.size,
      traceEvery: options.trace.every,
    });
    this.reporter = new Reporter(this);
    this.topics = this.#makeTopics(options);
    this.metas = new MetaFactory(this.producer);
    this.lanes = new Lanes(options.capacities, this.segments);
    this.pool = new WorkerPool(options.workers);
    this.scaling = new WorkerScaling(this);
    this.weights = new WeightedScheduler(options.shares);
    this.guard = new SchedulerGuard(this);
    this.room = new Room(this);
    this.parking = new Parking(this);
    this.letters = new InMemoryDeadLetters({
      maxLetters: options.maxDeadLetters,
      republish: (letter) => this.#republish(letter),
    });
    this.office = new DeadLetterOffice(this);
    this.failures = new Failures(this);
    this.settlement = new Settlement(this);
    this.deliveries = new Deliveries(this);
    this.pool.listener = this.deliveries;
    this.overflow = new Overflow(this);
    this.dispatcher = new Dispatcher(this);
    this.registry = new SubscriptionRegistry(this);
    this.paths = new Paths(options.paths, this);
    this.composer = new Composer(this);
    this.admission = new Admission(this);
    this.barrier = new FlushBarrier(this);
    this.closing = new Closing(this);
    for (const lanes of this.allLanes()) {
      for (const lane of lanes.all) this.room.resized(lane);
    }
  }

  /** Where published messages go; the first is the default. */
  get outlets(): readonly [Outlet, ...Outlet[]] {
    const [first, ...others] = this.paths.egresses;
    return first === undefined ? [this.dispatcher] : [first, ...others];
  }

  readonly allLanes = (): readonly Lanes[] => [this.lanes, ...this.paths.egresses.map(({ lanes }) => lanes)];
  readonly patterns = (): readonly string[] => this.index.patterns();
  readonly isSending = (): boolean => this.paths.isSending;

  /** Messages that are queued or on their way to a transport. */
  queued(priority: Priority): number {
    return this.lanes.all[priority].depth + this.paths.queued(priority);
  }

  /** Deliveries that have not ended. */
  get unsettled(): number {
    return this.openWork.total + this.openWork.retrying;
  }

  get isAtRest(): boolean {
    return this.unsettled === 0 && PRIORITIES.every((priority) => this.queued(priority) === 0);
  }

  pause(paused: boolean): void {
    this.dispatcher.paused = paused;
    this.paths.pause(paused);
    if (!paused) this.dispatcher.schedule();
  }

  readonly hurry = (eager: boolean): void => {
    for (const subscription of this.registry) subscription.receiver?.hurry(eager);
    if (!eager) return;
    this.dispatcher.gate.open();
    this.dispatcher.schedule();
    this.paths.hurry();
  };

  readonly emit: EmitEvent = (name, ...event) => {
    this.events.emit(name, ...(event as EventEmitter.EventArgs<ClientEventMap, typeof name>));
  };

  readonly onRemoved = (subscription: ClientSubscription): void => {
    this.deliveries.clear(subscription, 'unsubscribed');
    subscription.receiver?.end('unsubscribed');
    this.paths.changed();
  };

  readonly wake = (): void => this.dispatcher.schedule();
  readonly onLook = (): void => this.dispatcher.schedule();
  /** Something has ended: whoever waits for that looks whether it was the last. */
  readonly onDrained = (): void => {
    if (this.barrier.isWaiting) this.barrier.look();
    if (this.closing.isClosing) this.closing.look();
  };

  readonly onLoss = (path: PathId, loss: Loss): void => {
    const { kind, count, atMs, producer } = loss;
    const priority = loss.priority === undefined ? undefined : PRIORITY_NAMES[loss.priority];
    this.logger.error(
      { event: 'transport.lost', path, kind, count, atMs, priority, producer },
      `The path ${path} lost messages: ${kind}.`,
    );
    this.emit('loss', { path, loss });
  };

  readonly superseded = (older: Delivery, newer: Delivery): void => this.settlement.superseded(older, newer);

  readonly onScaled = (from: number, to: number, reason: string): void => {
    this.logger.debug({ event: 'workers.scaled', from, to, reason }, `From ${from} to ${to} workers: ${reason}.`);
    this.emit('workersScaled', { from, to, reason });
  };

  readonly onInvalid = (record: TopicRecord, outlet: Outlet, priority: Priority): void => {
    outlet.lanes.all[priority].counters.invalid += 1;
    const identity = { producer: this.producer, sequence: 0, topic: record.topic };
    this.reporter.dropped(identity, priority, 'invalidPayload');
  };

  readonly publishLetter = (letter: DeadLetter): boolean => {
    return this.admission.admit(this.topics.record(this.deadLetterTopic), letter, undefined);
  };

  #makeTopics(options: ResolvedClientOptions): TopicTable {
    const { maxTopics, payloadSchemas } = options;
    const hasSchemas = Object.keys(payloadSchemas).length > 0;
    return new TopicTable({
      maxTopics,
      schemas: hasSchemas ? new PayloadSchemas(payloadSchemas) : undefined,
      seen: (knownTopics) =>
        new SeenTopics({
          maxTopics,
          knownTopics,
          onListenerError: (error, topic) =>
            this.failureLog.error({ event: 'listener.failed', topic, error }, 'A listener for new topics threw.'),
        }),
    });
  }

  #republish(letter: DeadLetter): void {
    const { topic, payload, priority, orderingKey, correlationId, headers } = letter;
    const options = { priority, orderingKey, correlationId, headers };
    if (this.admission.publish(this.topics.record(topic), payload, options)) return;
    throw laneFullError(PRIORITY_NAMES[priority]);
  }
}

/** Unique for each client that was ever made: its name, and 64 random bits. */
function producerId({ name, random }: ResolvedClientOptions): string {
  const word = (): string =>
    Math.floor(random.next() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return `${name}-${word()}${word()}`;
}

function settingsOf(options: ResolvedClientOptions): ClientSettings {
  return {
    sliceMs: options.sliceMs,
    flushIntervalMs: options.flushIntervalMs,
    highWaterRatio: options.highWaterRatio,
    retry: options.retry,
    closing: false,
  };
}
