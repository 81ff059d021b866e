import {
  PRIORITIES,
  PRIORITY_NAMES,
  type CloseReport,
  type MessageMeta,
  type Subscription,
} from '@tradewind/core-types';
import { BufferedMessageBusClient } from '../../src/index.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { scrape } from '../routing/routing-fixture.ts';
import { laneLevels } from './lane-levels.ts';
import type {
  Behaviour,
  BurstCommand,
  Command,
  PublishCommand,
  SubscribeCommand,
  WorldOptions,
} from './delivery-commands.ts';
import { codeOf } from './delivery-fixture.ts';
import { DEAD_LETTERS, DeliveryLedger, type Bounds, type MessageRecord } from './delivery-ledger.ts';

const TOPICS = ['a', 'a.b', 'a.c', 'd.e.f', 'd.x.f', 'g'];
const PATTERNS = ['a*', 'a.b', '*', 'd.+.f', '?', 'a.*'];
const RETRY_DELAY_MS = 10;

/** A client, its model, and the commands that move both. */
export class DeliveryWorld {
  readonly ledger: DeliveryLedger = new DeliveryLedger();
  readonly clock: ManualClock = new ManualClock();
  readonly client: BufferedMessageBusClient;
  /** Resolves when every flush that was asked for is done. */
  readonly flushes: { done: boolean }[] = [];
  readonly #options: WorldOptions;
  readonly #subscriptions: { readonly subscription: Subscription; readonly id: string }[] = [];
  readonly #held: { readonly id: string; readonly sequence: number; readonly settle: (fails: boolean) => void }[] = [];
  /** Handlers that never end by themselves. */
  readonly #stuck = new Map<string, Set<number>>();
  /** What each lane held when it was last looked at: a lower capacity takes nothing away. */
  readonly #occupied: [number, number, number, number] = [0, 0, 0, 0];
  #sequence = 0;
  #publishing = 0;
  #paused = false;
  #closing = false;
  #workers: number;
  #made = 0;
  #waiting = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#workers = options.workers;
    const observer = {
      name: 'ledger',
      observe: (outcome: Parameters<DeliveryLedger['ended']>[0]) => this.ledger.ended(outcome, this.clock.now()),
    };
    const router = { name: 'router', route: () => undefined };
    this.client = new BufferedMessageBusClient({
      clock: this.clock,
      workers: { min: 1, max: options.workers },
      lanes: Object.fromEntries(
        PRIORITY_NAMES.map((name, i) => [name, { capacity: options.capacities[i], overflow: options.policies[i] }]),
      ),
      retry: {
        maxAttempts: options.maxAttempts,
        initialDelayMs: RETRY_DELAY_MS,
        multiplier: 2,
        maxDelayMs: 1_000,
        jitter: 0,
      },
      flushIntervalMs: options.flushIntervalMs,
      maxWaiters: 3,
      plugins: options.routed ? [router, observer] : [observer],
      // A plugin that measures itself by a clock which handlers move would be cut off for their slowness.
      pluginBudgetMicros: 1_000_000,
    });
    // A dead letter is a message of this client as well: it takes the next number.
    this.client.events.on('deadLetter', () => {
      this.#sequence += 1;
    });
  }

  async run(command: Command): Promise<void> {
    await this.#do(command);
    this.#checkLanes();
  }

  /** Lets everything end that can: afterwards only what is stuck, or waits behind it, is open. */
  async quiesce(): Promise<void> {
    this.client.resume();
    this.#paused = false;
    for (let quiet = 0; quiet < 3;) {
      const before = this.#progress();
      for (const { settle } of this.#held.splice(0)) settle(false);
      await this.clock.advance(200);
      quiet = this.#progress() === before && this.#held.length === 0 ? quiet + 1 : 0;
    }
    this.#checkLanes();
  }

  async close(deadlineMs: number): Promise<CloseReport> {
    this.#closing = true;
    this.#paused = false;
    const closing = this.client.close({ deadlineMs });
    await this.clock.advance(deadlineMs + 1);
    return closing;
  }

  /** Whether something that is open waits, by the rules, for what is stuck. */
  isBehindStuck({ sequence: waiting, key }: MessageRecord, id: string | undefined): boolean {
    let stuck = 0;
    for (const [holder, sequences] of this.#stuck) {
      stuck += sequences.size;
      if (sequences.has(waiting) && (id === undefined || id === holder)) return true;
      if (id !== undefined && holder !== id) continue;
      const { concurrency } = this.ledger.subscriptions.get(holder) ?? { concurrency: 0 };
      if (sequences.size >= concurrency) return true;
      for (const sequence of sequences) if (this.ledger.messages.get(sequence)?.key === key) return true;
    }
    return stuck >= this.#workers;
  }

  /** The laws of conservation, as the metrics tell them. */
  metrics(): Map<string, number> {
    return scrape(this.client);
  }

  async #do(command: Command): Promise<void> {
    switch (command.kind) {
      case 'publish':
        return this.#publish(command);
      case 'burst':
        return this.#burst(command);
      case 'subscribe':
        return this.#subscribe(command);
      case 'unsubscribe':
        return this.#unsubscribe(this.#subscriptions[command.index % Math.max(1, this.#subscriptions.length)]?.id);
      case 'finish': {
        const [held] = this.#held.splice(command.index % Math.max(1, this.#held.length), 1);
        held?.settle(command.fails);
        return;
      }
      case 'advance':
        return this.clock.advance(command.ms);
      case 'rest':
        return this.clock.settle();
      case 'pause':
        this.client.pause();
        this.#paused = true;
        return;
      case 'resume':
        this.client.resume();
        this.#paused = false;
        return;
      case 'flush':
        return this.#flush();
      case 'workers':
        this.client.reconfigure({ 'workers.max': command.max });
        this.#workers = command.max;
        return;
      case 'capacity':
        // What lanes hold may have grown since the command before was over, and a smaller capacity takes nothing away.
        this.#checkLanes();
        this.client.reconfigure({ [`lanes.${PRIORITY_NAMES[command.priority]}.capacity`]: command.capacity });
        return;
      case 'shares':
        this.client.reconfigure(
          Object.fromEntries(
            PRIORITIES.map((lane) => [`lanes.${PRIORITY_NAMES[lane]}.share`, command.shares[lane] ?? 0]),
          ),
        );
    }
  }

  #publish({ topic: index, key, priority, expiresInMs, patient }: PublishCommand, depth = 0): void {
    const topic = TOPICS[index] ?? 'a';
    const orderingKey = key === undefined ? undefined : `k${key}`;
    const expiresAtMs = expiresInMs === undefined ? undefined : this.clock.now() + expiresInMs;
    this.#sequence += 1;
    const sequence = this.#sequence;
    const message = {
      sequence,
      topic,
      key: orderingKey ?? topic,
      priority,
      expiresAtMs: expiresAtMs ?? Infinity,
      accepted: undefined as boolean | undefined,
      end: undefined,
      ends: new Map(),
      attempts: new Map(),
      failedAtMs: new Map(),
    };
    this.ledger.messages.set(sequence, message);
    const payload = { sequence, depth };
    const options = { priority, orderingKey, expiresAtMs };
    this.#publishing += 1;
    try {
      if (!patient) {
        message.accepted = this.client.publish(topic, payload, options);
        return;
      }
      this.#waiting += 1;
      // It may enter its lane, and even be handled, before its promise tells so.
      message.accepted = true;
      void this.client.publishWhenReady(topic, payload, { ...options, timeoutMs: 30 }).then(
        () => (this.#waiting -= 1),
        (error: unknown) => {
          this.#waiting -= 1;
          message.accepted = false;
          if (!PATIENCE_ENDS.has(codeOf(error)))
            this.ledger.violations.push(`publishWhenReady rejected with ${String(error)}`);
        },
      );
    } finally {
      this.#publishing -= 1;
    }
  }

  #burst({ messages, lanes }: BurstCommand): void {
    for (let i = 0; i < messages; i += 1) {
      const priority = lanes[i % lanes.length] ?? 2;
      this.#publish({ kind: 'publish', topic: i % 6, key: 10 + i, priority, expiresInMs: undefined, patient: false });
    }
  }

  #subscribe({ pattern: index, behaviour, concurrency, handlerTimeoutMs, conflates }: SubscribeCommand): void {
    this.#made += 1;
    const id = `s${this.#made}-${behaviour}`;
    const pattern = PATTERNS[index] ?? '*';
    this.ledger.subscriptions.set(id, {
      id,
      pattern,
      concurrency,
      madeAfter: this.#sequence,
      active: true,
      running: new Map(),
      holders: new Map(),
      begun: new Map(),
    });
    const handler = (payload: unknown, meta: MessageMeta): unknown => this.#handle(id, behaviour, payload, meta);
    const subscription = this.client.subscribe(pattern, handler, {
      id,
      concurrency,
      handlerTimeoutMs,
      conflateBy: conflates ? 'orderingKey' : undefined,
    });
    this.#subscriptions.push({ subscription, id });
  }

  #unsubscribe(id: string | undefined): void {
    const found = this.#subscriptions.findIndex((other) => other.id === id);
    const record = this.ledger.subscriptions.get(id ?? '');
    if (record === undefined || found < 0) return;
    record.active = false;
    const [removed] = this.#subscriptions.splice(found, 1);
    removed?.subscription.unsubscribe();
  }

  #flush(): void {
    const flush = { done: false };
    this.flushes.push(flush);
    void this.client.flush().then(() => (flush.done = true));
  }

  #handle(id: string, behaviour: Behaviour, payload: unknown, meta: MessageMeta): unknown {
    // The dead letters of this client reach whoever asked for everything; they are no messages of the model.
    if (meta.topic === DEAD_LETTERS) return undefined;
    this.ledger.began(id, meta, this.#bounds());
    const { sequence, depth } = payload as { readonly sequence: number; readonly depth: number };
    if (sequence !== meta.sequence)
      this.ledger.violations.push(`message ${sequence} has the sequence ${meta.sequence}`);
    return this.#behave(id, behaviour, meta, depth);
  }

  #behave(id: string, behaviour: Behaviour, { sequence, deliveryCount }: MessageMeta, depth: number): unknown {
    switch (behaviour) {
      case 'sync':
        return 'anything';
      case 'slow':
        this.clock.elapse(0.3);
        return undefined;
      case 'throws':
        if ((sequence + deliveryCount) % 3 === 0) throw new Error('thrown');
        return undefined;
      case 'quick':
        return afterMicrotasks(sequence % 4);
      case 'rejects':
        return afterMicrotasks(sequence % 3).then(() => {
          if (sequence % 5 < 3) throw new Error('rejected');
          return undefined;
        });
      case 'held':
        return new Promise<void>((resolve, reject) => {
          this.#held.push({
            id,
            sequence,
            settle: (fails) => (fails ? reject(new Error('held and failed')) : resolve()),
          });
        });
      case 'timer':
        return new Promise<void>((resolve) => {
          this.clock.setTimer(resolve, sequence % 50);
        });
      case 'never':
        return sequence % 7 === 0 ? this.#never(id, sequence) : undefined;
      case 'thenable':
        return { then: (resolve: (value: unknown) => void) => (resolve(1), resolve(2)) };
      case 'publishes':
        if (depth < 2 && !this.#closing) {
          const next = {
            kind: 'publish',
            topic: sequence % 6,
            key: sequence % 4,
            priority: PRIORITIES[sequence % 4] ?? 2,
          } as const;
          this.#publish({ ...next, expiresInMs: undefined, patient: false }, depth + 1);
        }
        return undefined;
      case 'leaves':
        if (sequence % 11 === 0) this.#unsubscribe(id);
        return undefined;
      case 'evicts':
        if (sequence % 5 === 0) this.#unsubscribe(this.#subscriptions.at(-(sequence % 4))?.id);
        return undefined;
      case 'joins':
        if (sequence % 13 === 0 && this.#made < 30 && !this.#closing) {
          this.#subscribe({
            kind: 'subscribe',
            pattern: 2,
            behaviour: 'sync',
            concurrency: 50,
            handlerTimeoutMs: undefined,
            conflates: false,
          });
        }
        return undefined;
    }
  }

  #never(id: string, sequence: number): Promise<never> {
    const stuck = this.#stuck.get(id) ?? new Set();
    stuck.add(sequence);
    this.#stuck.set(id, stuck);
    return new Promise(() => undefined);
  }

  #bounds(): Bounds {
    return {
      nowMs: this.clock.now(),
      workers: this.#workers,
      maxAttempts: this.#options.maxAttempts,
      retryDelayMs: RETRY_DELAY_MS,
      paused: this.#paused,
      publishing: this.#publishing > 0,
      closing: this.#closing,
    };
  }

  /**
   * No lane holds more than its capacity. What failed and waits for its retry comes back to a lane that may be full by now.
   */
  #checkLanes(): void {
    this.#forgetTimedOut();
    const levels = laneLevels(this.client);
    for (const priority of PRIORITIES) {
      const { queued, parked, capacity } = levels[priority];
      const occupied = queued + parked;
      const limit = Math.max(capacity, this.#occupied[priority]);
      if (!(occupied <= limit + this.ledger.retrying(priority))) {
        this.ledger.violations.push(`lane ${priority} holds ${occupied} of ${limit}`);
      }
      this.#occupied[priority] = occupied;
    }
  }

  /** What never returns and has timed out is not stuck any more: its worker and its key went on. */
  #forgetTimedOut(): void {
    for (const [id, sequences] of this.#stuck) {
      for (const sequence of sequences)
        if (this.ledger.subscriptions.get(id)?.running.has(sequence) !== true) sequences.delete(sequence);
    }
  }

  #progress(): string {
    const { ledger } = this;
    return `${ledger.open().length} ${ledger.running} ${this.#waiting} ${this.#sequence} ${ledger.letters}`;
  }
}

const PATIENCE_ENDS: ReadonlySet<string | undefined> = new Set(['LANE_FULL', 'TOO_MANY_WAITERS', 'CLOSED']);

async function afterMicrotasks(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await Promise.resolve();
}
