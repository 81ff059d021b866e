import { waitQuantileMs, type WaitCounts } from '../bus-reading.ts';
import type { Composition } from '../compose.ts';
import type { LaneState, ScreenState } from './screen-state.ts';

/** Totals at one moment: two of them make the figures of the time in between. */
interface Sample {
  readonly atMs: number;
  readonly published: number;
  readonly delivered: number;
  readonly accepted: readonly number[];
  readonly waits: readonly WaitCounts[];
}

/** Reads a running demo for its view: counters become rates over the last second, and latencies those of the last five. */
export class StateTracker {
  readonly #demo: Composition;
  /** Oldest first, as far back as latencies look. */
  readonly #samples: Sample[] = [];
  #peakWorkers = 0;
  #maxLagMs = 0;

  constructor(demo: Composition) {
    this.#demo = demo;
  }

  get peakWorkers(): number {
    return this.#peakWorkers;
  }

  get maxLagMs(): number {
    return this.#maxLagMs;
  }

  /** Takes a look: to be called several times a second, whether or not anything is shown. */
  look(): void {
    const { timeline, publisher, deliveries, reader, clock } = this.#demo;
    const bus = reader.read();
    this.#demo.learned?.look(timeline.nowMicros);
    this.#peakWorkers = Math.max(this.#peakWorkers, bus.busyWorkers);
    this.#maxLagMs = Math.max(this.#maxLagMs, timeline.lagMs);
    this.#samples.push({
      atMs: clock.now(),
      published: publisher.total,
      delivered: deliveries.total,
      accepted: bus.lanes.map(({ accepted }) => accepted),
      waits: bus.lanes.map(({ waits }) => waits),
    });
    const oldest = clock.now() - LATENCY_WINDOW_MS;
    while (this.#samples.length > 2 && (this.#samples[1]?.atMs ?? oldest) <= oldest) this.#samples.shift();
  }

  /** What there is to see now. */
  state(draining: boolean): ScreenState {
    const {
      options,
      source,
      caution,
      timeline,
      publisher,
      deliveries,
      reader,
      topOfBook,
      strategy,
      riskCheck,
      positions,
      log,
    } = this.#demo;
    const bus = reader.read();
    const risk = riskCheck.counts;
    const last = this.#samples.at(-1);
    const first = this.#samples.findLast(({ atMs }) => atMs <= (last?.atMs ?? 0) - RATE_WINDOW_MS) ?? this.#samples[0];
    const before = this.#samples[0]?.waits;
    const seconds = first === undefined || last === undefined ? 0 : (last.atMs - first.atMs) / 1000;
    const rate = (count: (sample: Sample) => number): number =>
      first === undefined || last === undefined || seconds <= 0 ? 0 : (count(last) - count(first)) / seconds;
    return {
      source,
      caution: caution(),
      marketMicros: timeline.nowMicros,
      endMicros: options.seconds === undefined ? undefined : options.seconds * 1_000_000,
      speed: options.speed,
      lagMs: timeline.lagMs,
      draining,
      inPerSecond: rate(({ published }) => published),
      outPerSecond: rate(({ delivered }) => delivered),
      published: publisher.total,
      delivered: deliveries.total,
      byKind: publisher.published,
      busyWorkers: bus.busyWorkers,
      workers: bus.workers,
      memoryBytes: process.memoryUsage.rss(),
      lanes: bus.lanes.map((lane, index): LaneState => ({
        name: lane.name,
        depth: lane.depth,
        capacity: lane.capacity,
        accepted: lane.accepted,
        acceptedPerSecond: rate(({ accepted }) => accepted[index] ?? 0),
        superseded: lane.superseded,
        lost: lane.dropped + lane.deadLettered,
        waitP50Ms: waitQuantileMs(lane.waits, 0.5, before?.[index]),
        waitP99Ms: waitQuantileMs(lane.waits, 0.99, before?.[index]),
      })),
      books: topOfBook.books(),
      orders: {
        sent: strategy.counts.orders,
        passed: risk.passed,
        denied: Object.values(risk.denied).reduce((sum, count) => sum + count, 0),
        fills: positions.fills,
      },
      arbitrage: this.#demo.arbitrage?.rows(ARBITRAGE_ROWS) ?? [],
      learning: this.#demo.learned?.summary(),
      log: log.lines,
    };
  }
}

const ARBITRAGE_ROWS = 4;
const RATE_WINDOW_MS = 1000;
const LATENCY_WINDOW_MS = 5000;
