import type { ServerResponse } from 'node:http';
import type { Visitor } from '../access/permissions.ts';
import { jsonSafe } from '../answering/answer.ts';
import { Collector, type Reading } from '../collecting/collector.ts';
import type { DashboardSettings } from '../options.ts';
import type { AlertsAnswer, Frame, HealthAnswer, OptimizerAnswer, StreamSnapshot } from '../protocol/index.ts';
import type { Attempt } from '../snapshot/attempt.ts';
import { alertDesksOf, alertsOf, firingOn } from '../snapshot/alerts.ts';
import { frameOf } from '../snapshot/frame.ts';
import { healthOf } from '../snapshot/health.ts';
import { optimizerOf } from '../snapshot/optimizer.ts';
import type { WatchedBus } from '../sources/watched-bus.ts';
import type { ActLog } from '../actions/act-log.ts';
import type { EventStream } from './event-stream.ts';
import type { Streams } from './streams.ts';

interface Viewer {
  readonly stream: EventStream;
  readonly bus: WatchedBus;
  hasSnapshot: boolean;
}

/** Where it is sent, and what is told besides what the buses tell. */
export interface LiveParts {
  readonly streams: Streams;
  readonly acts: ActLog;
}

/**
 * What everybody who looks is sent: a frame each second, and alerts, health and decisions when they changed.
 *
 * Each text is made once, however many look; a viewer costs a write. While nobody looks nothing is read.
 */
export class Live {
  readonly collector: Collector;
  readonly #settings: DashboardSettings;
  readonly #buses: readonly WatchedBus[];
  readonly #streams: Streams;
  readonly #acts: ActLog;
  readonly #viewers = new Set<Viewer>();
  /** The last text of each kind of event that is sent on change alone. */
  readonly #last = new Map<string, string>();

  constructor(settings: DashboardSettings, buses: readonly WatchedBus[], { streams, acts }: LiveParts) {
    this.#settings = settings;
    this.#buses = buses;
    this.#streams = streams;
    this.#acts = acts;
    this.collector = new Collector(settings, () => this.#safely(() => this.#tell()));
  }

  /** Opens a stream; its first event comes with the next frame. */
  open(response: ServerResponse, visitor: Visitor, bus: WatchedBus): void {
    const watch = this.collector.watch();
    const stream = this.#streams.open(response, visitor, () => {
      this.#viewers.delete(viewer);
      watch[Symbol.dispose]();
    });
    const viewer: Viewer = { stream, bus, hasSnapshot: false };
    this.#viewers.add(viewer);
  }

  /** The frame of a bus, as of the last look. */
  frame(bus: WatchedBus): Frame {
    const firingAlerts = this.#try(() => firingOn(alertDesksOf(this.#buses), bus.name)) ?? 0;
    return frameOf(this.readingOf(bus), { viewers: this.#viewers.size, firingAlerts });
  }

  readonly readingOf = (bus: WatchedBus): Reading => this.collector.reading(bus.monitoring);

  /** Something was done: everybody sees it at once, and not with the next frame. */
  changed(): void {
    this.#safely(() => this.#tellChanges());
  }

  #tell(): void {
    const frames = new Map<WatchedBus, Frame>();
    const texts = new Map<WatchedBus, string>();
    this.#tellChanges();
    for (const viewer of this.#viewers) this.#safely(() => this.#tellViewer(viewer, frames, texts));
  }

  #tellViewer(viewer: Viewer, frames: Map<WatchedBus, Frame>, texts: Map<WatchedBus, string>): void {
    const { bus, stream, hasSnapshot } = viewer;
    const frame = frames.get(bus) ?? this.frame(bus);
    frames.set(bus, frame);
    if (!hasSnapshot) {
      stream.send('snapshot', textOf(this.#snapshot(frame)));
      viewer.hasSnapshot = true;
      return;
    }
    const text = texts.get(bus) ?? textOf(frame);
    texts.set(bus, text);
    stream.send('frame', text);
  }

  #snapshot(frame: Frame): StreamSnapshot {
    return {
      frame,
      alerts: this.#alerts(),
      health: this.#health(),
      optimizer: this.#optimizer(),
      acts: this.#acts.answer(),
    };
  }

  #tellChanges(): void {
    if (this.#viewers.size === 0) return;
    this.#tellChange('alerts', this.#alerts());
    this.#tellChange('health', this.#health());
    this.#tellChange('optimizer', this.#optimizer());
    this.#tellChange('acts', this.#acts.answer());
  }

  #alerts(): AlertsAnswer | null {
    return this.#try(() => alertsOf(alertDesksOf(this.#buses))) ?? null;
  }

  #health(): HealthAnswer {
    return healthOf(this.#buses, this.#tryPart);
  }

  #optimizer(): OptimizerAnswer | null {
    return optimizerOf(this.#buses, this.#tryPart);
  }

  #tellChange(event: string, answer: object | null): void {
    if (answer === null) return;
    const text = textOf(answer);
    if (this.#last.get(event) === text) return;
    this.#last.set(event, text);
    for (const { stream, hasSnapshot } of this.#viewers) if (hasSnapshot) stream.send(event, text);
  }

  /** A part that fails must not end the frames of the others: it is left out, and tried again with the next one. */
  #safely(act: () => void): void {
    this.#try(act);
  }

  #try<Made>(make: () => Made): Made | undefined {
    try {
      return make();
    } catch (error) {
      this.#settings.logger.error({ event: 'dashboard.frame-failed', error }, 'A part of a frame could not be made.');
      return undefined;
    }
  }

  readonly #tryPart: Attempt = (make) => this.#try(make);
}

function textOf(value: object): string {
  return JSON.stringify(value, jsonSafe);
}
