import { PerformanceObserver } from 'node:perf_hooks';
import { POSITIVE, checkNumber } from '../checks.ts';

/** One look at the process. */
export interface ResourceSample {
  /** Milliseconds since the sampling began. */
  readonly atMs: number;
  readonly heapUsedBytes: number;
  readonly rssBytes: number;
  /** CPU time used since the sampling began, user and system. */
  readonly cpuMs: number;
  /** Share of the time since the sample before in which the event loop had something to do, 0 to 1. */
  readonly eventLoopUtilization: number;
}

/** What the process used while it was sampled. */
export interface ResourceUse {
  readonly wallMs: number;
  /** User time of all threads, compilation and garbage collection included. */
  readonly cpuUserMs: number;
  readonly cpuSystemMs: number;
  /** Share of the time in which the event loop had something to do, 0 to 1. */
  readonly eventLoopUtilization: number;
  readonly heapUsedPeakBytes: number;
  /** Heap in use at the end minus at the beginning; garbage that nobody collected yet is part of it. */
  readonly heapGrowthBytes: number;
  readonly rssPeakBytes: number;
  readonly gcCount: number;
  readonly gcPauseMs: number;
  readonly gcLongestMs: number;
  /** The course of it, evenly spaced. */
  readonly curve: readonly ResourceSample[];
}

/** How often to look. */
export interface ResourceSamplerOptions {
  /** Default 50 ms. */
  readonly intervalMs?: number | undefined;
}

/**
 * Samples CPU time, heap, garbage collection and event loop of this process from its construction until {@link ResourceSampler.stop}.
 *
 * A look costs some ten microseconds. The curve holds at most 2,000 samples: when it is full every second one is given up, and from
 * then on only every second look is kept.
 */
export class ResourceSampler {
  readonly #startMs: number = performance.now();
  readonly #startCpu: NodeJS.CpuUsage = process.cpuUsage();
  readonly #startHeap: number = process.memoryUsage().heapUsed;
  readonly #startLoop: ReturnType<typeof performance.eventLoopUtilization> = performance.eventLoopUtilization();
  #lastLoop: ReturnType<typeof performance.eventLoopUtilization> = this.#startLoop;
  readonly #collections: number[] = [];
  readonly #observer: PerformanceObserver;
  readonly #timer: NodeJS.Timeout;
  #curve: ResourceSample[] = [];
  #keepEvery = 1;
  #looks = 0;
  #heapPeak = 0;
  #rssPeak = 0;

  /** @throws ValidationError `INVALID_OPTIONS` for an interval that is no positive number. */
  constructor(options: ResourceSamplerOptions = {}) {
    const intervalMs = checkNumber('intervalMs', options.intervalMs ?? DEFAULT_INTERVAL_MS, POSITIVE);
    this.#observer = new PerformanceObserver((list) => this.#noteCollections(list.getEntries()));
    this.#observer.observe({ entryTypes: ['gc'] });
    this.#look();
    this.#timer = setInterval(() => this.#look(), intervalMs).unref();
  }

  /** Ends the sampling. Resolves after a turn of the event loop: collections are reported one turn late. */
  async stop(): Promise<ResourceUse> {
    this.#look();
    const { user, system } = process.cpuUsage(this.#startCpu);
    const loop = performance.eventLoopUtilization(this.#startLoop);
    const wallMs = performance.now() - this.#startMs;
    const heapGrowthBytes = process.memoryUsage().heapUsed - this.#startHeap;
    clearInterval(this.#timer);
    await new Promise((resolve) => setImmediate(resolve));
    this.#noteCollections(this.#observer.takeRecords());
    this.#observer.disconnect();
    return {
      wallMs,
      cpuUserMs: user / US_PER_MS,
      cpuSystemMs: system / US_PER_MS,
      eventLoopUtilization: loop.utilization,
      heapUsedPeakBytes: this.#heapPeak,
      heapGrowthBytes,
      rssPeakBytes: this.#rssPeak,
      gcCount: this.#collections.length,
      gcPauseMs: this.#collections.reduce((sum, pauseMs) => sum + pauseMs, 0),
      gcLongestMs: this.#collections.reduce((longest, pauseMs) => Math.max(longest, pauseMs), 0),
      curve: this.#curve,
    };
  }

  #noteCollections(entries: readonly { readonly duration: number }[]): void {
    for (const { duration } of entries) this.#collections.push(duration);
  }

  #look(): void {
    const { heapUsed, rss } = process.memoryUsage();
    this.#heapPeak = Math.max(this.#heapPeak, heapUsed);
    this.#rssPeak = Math.max(this.#rssPeak, rss);
    if (this.#looks++ % this.#keepEvery !== 0) return;
    if (this.#curve.length === MAX_SAMPLES) {
      this.#curve = this.#curve.filter((_, index) => index % 2 === 0);
      this.#keepEvery *= 2;
    }
    const { user, system } = process.cpuUsage(this.#startCpu);
    const loop = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(loop, this.#lastLoop);
    this.#lastLoop = loop;
    this.#curve.push({
      atMs: performance.now() - this.#startMs,
      heapUsedBytes: heapUsed,
      rssBytes: rss,
      cpuMs: (user + system) / US_PER_MS,
      // Two looks within one turn of the loop have no time between them by its own clock.
      eventLoopUtilization: Number.isFinite(utilization) ? utilization : 0,
    });
  }
}

const DEFAULT_INTERVAL_MS = 50;
const MAX_SAMPLES = 2000;
const US_PER_MS = 1000;
