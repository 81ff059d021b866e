import { PerformanceObserver, constants, performance, type PerformanceEntry } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { MetricsSink, MetricsSource } from '@tradewind/core-types';

const HELP = {
  tradewind_process_cpu_seconds_total: 'Processor time of the process, all threads.',
  tradewind_process_resident_bytes: 'Resident memory.',
  tradewind_process_heap_used_bytes: 'Heap in use.',
  tradewind_process_heap_limit_bytes: 'What the heap may grow to.',
  tradewind_process_external_bytes: 'Memory of objects that are bound to the heap.',
  tradewind_process_array_buffers_bytes: 'Memory of buffers.',
  tradewind_process_event_loop_busy_seconds_total: 'Time in which the event loop worked: its rate is the utilization.',
  tradewind_process_gc_seconds_total: 'Pauses of the garbage collector, by kind.',
  tradewind_process_gc_runs_total: 'Runs of the garbage collector, by kind.',
  tradewind_process_start_time_seconds: 'When the process started, in seconds since the epoch.',
};

/**
 * The process itself: processor, memory, garbage collector, event loop.
 *
 * Of the event loop the utilization and not the delay: between an idle loop and one that is 95 % busy the delay hardly moves. It is told as a counter of busy
 * time, of which each reader takes the rate over a stretch of its own: a ratio since the last reading would be another one for everybody who reads in between.
 * Dispose it, and collections are no longer watched.
 */
export class ProcessMetrics implements MetricsSource, Disposable {
  readonly #collections = new Map<string, { runs: number; seconds: number }>();
  readonly #observer: PerformanceObserver;

  constructor() {
    for (const kind of Object.values(GC_KINDS)) this.#collections.set(kind, { runs: 0, seconds: 0 });
    this.#observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) this.#collected(entry);
    });
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  collect(into: MetricsSink): void {
    for (const [name, help] of Object.entries(HELP)) into.describe(name, help);
    const { user, system } = process.cpuUsage();
    const memory = process.memoryUsage();
    into.counter('tradewind_process_cpu_seconds_total', (user + system) / MICROS_PER_SECOND);
    into.gauge('tradewind_process_resident_bytes', memory.rss);
    into.gauge('tradewind_process_heap_used_bytes', memory.heapUsed);
    into.gauge('tradewind_process_heap_limit_bytes', getHeapStatistics().heap_size_limit);
    into.gauge('tradewind_process_external_bytes', memory.external);
    into.gauge('tradewind_process_array_buffers_bytes', memory.arrayBuffers);
    into.counter('tradewind_process_event_loop_busy_seconds_total', busySeconds());
    for (const [kind, { runs, seconds }] of this.#collections) {
      into.counter('tradewind_process_gc_seconds_total', seconds, { kind });
      into.counter('tradewind_process_gc_runs_total', runs, { kind });
    }
    into.gauge('tradewind_process_start_time_seconds', performance.timeOrigin / MS_PER_SECOND);
  }

  [Symbol.dispose](): void {
    this.#observer.disconnect();
  }

  #collected(entry: PerformanceEntry): void {
    const kind = GC_KINDS[(entry as PerformanceEntry & { detail?: { kind?: number } }).detail?.kind ?? -1];
    const counted = kind === undefined ? undefined : this.#collections.get(kind);
    if (counted === undefined) return;
    counted.runs += 1;
    counted.seconds += entry.duration / MS_PER_SECOND;
  }
}

/** Since the loop started. */
function busySeconds(): number {
  return performance.eventLoopUtilization().active / MS_PER_SECOND;
}

const GC_KINDS: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weak_callbacks',
};
const MICROS_PER_SECOND = 1e6;
const MS_PER_SECOND = 1e3;
