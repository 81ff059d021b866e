import type { HandleDiagnostic, PublishDiagnostic, Timer } from '@tradewind/core-types';
import type { DashboardSettings } from '../options.ts';
import type { TailBatch } from '../protocol/index.ts';
import { isBufferedBus, isSynchronousBus } from '../sources/faces.ts';
import type { WatchedBus } from '../sources/watched-bus.ts';
import { tapBus } from './bus-tap.ts';
import { countsOf, type BusCounts } from './bus-counts.ts';
import { ClientTap } from './client-tap.ts';
import { WritingBudget } from './writing-budget.ts';
import { BATCHES_PER_SECOND, TailViewer, type Sighting, type TailRequest } from './tail-viewer.ts';

interface Watching {
  readonly viewer: TailViewer;
  readonly bus: WatchedBus;
  /** The client that is looked at; undefined for a synchronous bus. */
  readonly client: TappedClient | undefined;
  readonly told: (batch: TailBatch) => void;
  readonly tap: Disposable | undefined;
  idleTicks: number;
  unseen: number;
}

/** A client whose messages somebody looks at, once for all who do. */
interface TappedClient {
  readonly name: string;
  readonly producer: string | undefined;
  readonly source: object;
  /** Whether it may get messages that others published. */
  readonly hasPaths: boolean;
  /** What was looked at since the last tick. */
  readonly looked: { published: number; received: number };
  /** What it had counted at the last tick. */
  counted: Pick<BusCounts, 'published' | 'received'>;
  /** How many passed since then and were not looked at. */
  unseen: number;
}

/**
 * The messages that pass, for those who look at them.
 *
 * It can never hurt the bus: it listens only while somebody looks, throws nothing into it, and looks at no more than 1,000 messages in a quarter of a
 * second, of which each viewer is shown as many as his rate allows, and of whose payloads texts are made for five milliseconds. When all viewers were shown
 * that much it looks at 50 more, so that of a quiet bus it can say how many were left out, and then lets go of the bus until the next quarter; how many
 * passed meanwhile is known from the counters of the bus, and is shown.
 */
export class Tail {
  readonly #settings: Pick<DashboardSettings, 'clock' | 'logger'>;
  readonly #watching = new Set<Watching>();
  readonly #clients = new Map<string, TappedClient>();
  #tap: ClientTap | undefined;
  /** Whether the tap listens to attempts: only what comes over a path is seen there. */
  #hearsAttempts = false;
  #timer: Timer;
  #made = 0;
  /** Whether every viewer of a client was shown what he may be shown in this quarter. */
  #areFull = false;
  readonly #received = new Set<string>();
  readonly #budget: WritingBudget;

  constructor(settings: Pick<DashboardSettings, 'clock' | 'logger'>) {
    this.#settings = settings;
    this.#budget = new WritingBudget(WRITING_MS, () => settings.clock.now());
  }

  /** How many look. */
  get viewers(): number {
    return this.#watching.size;
  }

  /**
   * Shows a bus's messages to somebody, until it is disposed.
   *
   * @throws ValidationError `INVALID_PATTERN`; what a synchronous bus throws that has no room for one more subscription.
   */
  watch(bus: WatchedBus, request: TailRequest, told: (batch: TailBatch) => void): Disposable {
    const viewer = new TailViewer(request, this.#budget);
    const source = bus.bus;
    const client = isBufferedBus(source) ? this.#clientOf(source) : undefined;
    const tap = client === undefined && isSynchronousBus(source) ? this.#tapBus(bus, source, viewer) : undefined;
    const watching: Watching = { viewer, bus, client, told, tap, idleTicks: 0, unseen: 0 };
    this.#watching.add(watching);
    this.#listen();
    return { [Symbol.dispose]: () => this.#leave(watching) };
  }

  close(): void {
    for (const watching of this.#watching) this.#leave(watching);
  }

  #clientOf(source: { readonly name: string; readonly producer?: string }): TappedClient {
    const { name, producer } = source;
    const known = this.#clients.get(name);
    if (known !== undefined) return known;
    const counted = countsOf(source);
    const { hasPaths } = counted;
    const looked = { published: 0, received: 0 };
    const client = { name, producer, source, hasPaths, looked, counted, unseen: 0 };
    this.#clients.set(name, client);
    return client;
  }

  #leave(watching: Watching): void {
    if (!this.#watching.delete(watching)) return;
    watching.tap?.[Symbol.dispose]();
    const { client } = watching;
    const isLast = ![...this.#watching].some((other) => other.client === client);
    if (client !== undefined && isLast) this.#clients.delete(client.name);
    this.#listen();
  }

  /** Listens to clients as long as somebody looks at one, and keeps time as long as somebody looks at all. */
  #listen(): void {
    const needsAttempts = [...this.#clients.values()].some(({ hasPaths }) => hasPaths);
    if (this.#clients.size === 0 || needsAttempts !== this.#hearsAttempts) {
      this.#tap?.[Symbol.dispose]();
      this.#tap = undefined;
    }
    this.#hearsAttempts = needsAttempts;
    if (this.#clients.size > 0) this.#tap ??= this.#tapClients();
    this.#settings.clock.clearTimer(this.#timer);
    if (this.#watching.size > 0) this.#tickLater();
  }

  #tickLater(): void {
    const tick = (): void => {
      this.#tick();
      this.#tickLater();
    };
    this.#timer = this.#settings.clock.setTimer(tick, MS_PER_SECOND / BATCHES_PER_SECOND, { background: true });
  }

  #tick(): void {
    for (const client of this.#clients.values()) this.#count(client);
    for (const watching of this.#watching) {
      watching.unseen += watching.client?.unseen ?? 0;
      const batch = watching.viewer.takeBatch(watching.unseen);
      watching.idleTicks += 1;
      const isIdle = batch.messages.length === 0 && batch.leftOut === 0 && batch.unseen === 0;
      if (isIdle && watching.idleTicks < BATCHES_PER_SECOND) continue;
      watching.idleTicks = 0;
      watching.unseen = 0;
      watching.told(batch);
    }
    this.#budget.refill();
    this.#areFull = false;
    this.#tap?.refill();
  }

  #count(client: TappedClient): void {
    try {
      const counted = countsOf(client.source);
      const { looked, counted: before } = client;
      client.unseen =
        Math.max(0, counted.published - before.published - looked.published) +
        Math.max(0, counted.received - before.received - looked.received);
      client.counted = counted;
    } catch (error) {
      this.#failed(error);
    }
    client.looked.published = 0;
    client.looked.received = 0;
  }

  #tapClients(): ClientTap {
    return new ClientTap(LOOKS_PER_BATCH, {
      published: (message) => this.#published(message),
      started: this.#hearsAttempts ? (attempt) => this.#started(attempt) : undefined,
      failed: (error) => this.#failed(error),
    });
  }

  /** Inside the `publish` of any client of this process. */
  #published({ client: name, topic, payload, priority }: PublishDiagnostic): void {
    const client = this.#clients.get(name);
    if (client === undefined) return;
    client.looked.published += 1;
    this.#show(client, { direction: 'published', topic, payload, priority, publisher: name });
  }

  /** Before a handler: a message that came over a path was published elsewhere. Of its several handlers the first is enough. */
  #started({ client: name, payload, meta }: HandleDiagnostic): void {
    const client = this.#clients.get(name);
    const { producer, sequence, topic, priority, deliveryCount } = meta;
    if (client === undefined || deliveryCount > 1 || !this.#isNew(`${name} ${producer}/${sequence}`)) return;
    client.looked.received += 1;
    // What it published itself and got back was shown when it was published.
    if (producer === client.producer) return;
    this.#show(client, { direction: 'received', topic, payload, priority, publisher: producer });
  }

  /** Of the last 1,000 messages that came over paths: those with several handlers are told several times, others between them. */
  #isNew(id: string): boolean {
    if (this.#received.has(id)) return false;
    this.#received.add(id);
    const [oldest] = this.#received;
    if (this.#received.size > LOOKS_PER_BATCH && oldest !== undefined) this.#received.delete(oldest);
    return true;
  }

  #show(client: TappedClient, message: Omit<Sighting, 'bus' | 'atMs'>): void {
    for (const { viewer, bus, client: wanted } of this.#watching) {
      if (wanted !== client || !viewer.wants(message.topic) || !viewer.hasRoom()) continue;
      viewer.show({ ...message, bus: bus.name, atMs: this.#settings.clock.now() });
    }
    if (!this.#areFull) this.#lookAtFew();
  }

  #lookAtFew(): void {
    for (const { viewer, client } of this.#watching) if (client !== undefined && !viewer.isFull) return;
    this.#areFull = true;
    this.#tap?.atMost(LOOKS_BEYOND);
  }

  #tapBus(bus: WatchedBus, source: Parameters<typeof tapBus>[0], viewer: TailViewer): Disposable {
    this.#made += 1;
    const seen = (topic: string, payload: unknown): void => {
      if (!viewer.hasRoom()) return;
      const atMs = this.#settings.clock.now();
      const message = { direction: 'published', topic, payload, priority: undefined, publisher: undefined } as const;
      viewer.show({ ...message, bus: bus.name, atMs });
    };
    const options = { pattern: viewer.pattern, id: `dashboard-tail-${this.#made}` };
    return tapBus(source, options, { seen, failed: (error) => this.#failed(error) });
  }

  #failed(error: unknown): void {
    this.#settings.logger.error({ event: 'dashboard.tail-failed', error }, 'A message could not be shown.');
  }
}

const MS_PER_SECOND = 1_000;
/** For the texts of payloads in a quarter of a second, of all viewers together: 2 % of the time. */
const WRITING_MS = 5;
/** With what the channels cost a message, 4,000 a second are some milliseconds. */
const LOOKS_PER_BATCH = 1_000;
/** When nothing more can be shown: a bus with 200 messages a second is counted to the end. */
const LOOKS_BEYOND = 50;
