import type { HandleDiagnostic, PublishDiagnostic, Timer } from '@tradewind/core-types';
import type { DashboardSettings } from '../options.ts';
import type { TailBatch } from '../protocol/index.ts';
import { isBufferedBus, isSynchronousBus } from '../sources/faces.ts';
import type { WatchedBus } from '../sources/watched-bus.ts';
import { Allowance } from './allowance.ts';
import { tapClients, tapSynchronousBus, type ClientListener } from './taps.ts';
import { BATCHES_PER_SECOND, TailViewer, type TailRequest } from './tail-viewer.ts';

interface Watching {
  readonly viewer: TailViewer;
  readonly bus: WatchedBus;
  /** The name of the client; undefined for a synchronous bus. */
  readonly client: string | undefined;
  readonly told: (batch: TailBatch) => void;
  readonly tap: Disposable | undefined;
  idleTicks: number;
  unseen: number;
}

/**
 * The messages that pass, for those who look at them.
 *
 * It can never hurt the bus: it listens only while somebody looks, throws nothing into it, and looks at no more than 2,500 messages in a quarter
 * of a second, of which each viewer is shown as many as his rate allows. Beyond that a message costs one comparison and is counted; the count
 * is shown.
 */
export class Tail {
  readonly #settings: Pick<DashboardSettings, 'clock' | 'logger'>;
  readonly #watching = new Set<Watching>();
  /** Of all messages of the clients of this process. */
  readonly #looks = new Allowance(LOOKS_PER_BATCH);
  #tap: Disposable | undefined;
  #timer: Timer;
  #made = 0;
  #lastReceived = '';

  constructor(settings: Pick<DashboardSettings, 'clock' | 'logger'>) {
    this.#settings = settings;
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
    const viewer = new TailViewer(request);
    const source = bus.bus;
    const client = isBufferedBus(source) ? source.name : undefined;
    const tap = client === undefined && isSynchronousBus(source) ? this.#tapBus(bus, source, viewer) : undefined;
    const watching: Watching = { viewer, bus, client, told, tap, idleTicks: 0, unseen: 0 };
    this.#watching.add(watching);
    this.#listen();
    return { [Symbol.dispose]: () => this.#leave(watching) };
  }

  close(): void {
    for (const watching of this.#watching) this.#leave(watching);
  }

  #leave(watching: Watching): void {
    if (!this.#watching.delete(watching)) return;
    watching.tap?.[Symbol.dispose]();
    this.#listen();
  }

  /** Listens to clients as long as somebody looks at one, and keeps time as long as somebody looks at all. */
  #listen(): void {
    const isNeeded = [...this.#watching].some(({ client }) => client !== undefined);
    if (isNeeded && this.#tap === undefined) this.#tap = this.#tapClients();
    if (!isNeeded) {
      this.#tap?.[Symbol.dispose]();
      this.#tap = undefined;
    }
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
    const unseen = this.#looks.takeRefused();
    this.#looks.refill();
    for (const watching of this.#watching) {
      watching.unseen += watching.client === undefined ? 0 : unseen;
      const batch = watching.viewer.takeBatch(watching.unseen);
      watching.idleTicks += 1;
      const isIdle = batch.messages.length === 0 && batch.leftOut === 0 && batch.unseen === 0;
      if (isIdle && watching.idleTicks < BATCHES_PER_SECOND) continue;
      watching.idleTicks = 0;
      watching.unseen = 0;
      watching.told(batch);
    }
  }

  #tapClients(): Disposable {
    const listener: ClientListener = {
      published: (message) => this.#published(message),
      started: (attempt) => this.#started(attempt),
    };
    return tapClients(listener, (error) => this.#failed(error));
  }

  /** Inside the `publish` of any client of this process. */
  #published({ client, topic, payload, priority }: PublishDiagnostic): void {
    if (!this.#looks.take()) return;
    for (const { viewer, bus, client: wanted } of this.#watching) {
      if (wanted !== client || !viewer.wants(topic) || !viewer.hasRoom()) continue;
      const atMs = this.#settings.clock.now();
      viewer.show({ bus: bus.name, direction: 'published', topic, payload, priority, publisher: client, atMs });
    }
  }

  /** Before a handler: a message that came over a path was published elsewhere. Of its several handlers the first is enough. */
  #started({ client, payload, meta }: HandleDiagnostic): void {
    if (!this.#looks.take()) return;
    const { producer, sequence, topic, priority, deliveryCount } = meta;
    const id = `${client} ${producer}/${sequence}`;
    if (deliveryCount > 1 || id === this.#lastReceived) return;
    this.#lastReceived = id;
    for (const { viewer, bus, client: wanted } of this.#watching) {
      if (wanted !== client || isOwn(bus, producer) || !viewer.wants(topic) || !viewer.hasRoom()) continue;
      const atMs = this.#settings.clock.now();
      viewer.show({ bus: bus.name, direction: 'received', topic, payload, priority, publisher: producer, atMs });
    }
  }

  #tapBus(bus: WatchedBus, source: Parameters<typeof tapSynchronousBus>[0], viewer: TailViewer): Disposable {
    this.#made += 1;
    const seen = (topic: string, payload: unknown): void => {
      if (!viewer.hasRoom()) return;
      const atMs = this.#settings.clock.now();
      viewer.show({
        bus: bus.name,
        direction: 'published',
        topic,
        payload,
        priority: undefined,
        publisher: undefined,
        atMs,
      });
    };
    const options = { pattern: viewer.pattern, id: `dashboard-tail-${this.#made}` };
    return tapSynchronousBus(source, options, { seen, failed: (error) => this.#failed(error) });
  }

  #failed(error: unknown): void {
    this.#settings.logger.error({ event: 'dashboard.tail-failed', error }, 'A message could not be shown.');
  }
}

/** Whether this client published it itself: then it was seen when it did. */
function isOwn({ bus }: WatchedBus, producer: string): boolean {
  return isBufferedBus(bus) && bus.producer === producer;
}

const MS_PER_SECOND = 1_000;
/** A look costs some 100 ns: of 10,000 a second a thousandth of a core. */
const LOOKS_PER_BATCH = 2_500;
