import {
  ValidationError,
  showValue,
  type CloseOptions,
  type Health,
  type HealthSource,
  type MessageMeta,
  type MetricsSink,
  type MetricsSource,
  type TopicMeta,
} from '@tradewind/core-types';
import { BusError } from '../errors.ts';
import { loadPiscina, type Piscina, type PiscinaOptions } from './load-piscina.ts';
import { threadPoolSettings, type ThreadPoolOptions, type ThreadPoolSettings } from './options.ts';
import { threadMeta, type ThreadFailure, type ThreadTask } from './thread-task.ts';

/**
 * Starts a pool of threads for one handler, for work that would keep the event loop busy.
 *
 * ```ts
 * const valueAtRisk = await openThreadPool<Position>({ module: new URL('./value-at-risk.js', import.meta.url), threads: 2 });
 * client.subscribe('events.position.*', valueAtRisk.handler, { concurrency: valueAtRisk.threads });
 * …
 * await valueAtRisk.close();
 * ```
 *
 * ```ts
 * // value-at-risk.js
 * export function handler(position, meta) { … }
 * ```
 *
 * Rejects with `MISSING_PEER` (BusError) without the package piscina, and with `INVALID_OPTIONS` (ValidationError) when an option is wrong or the module
 * cannot be loaded in a thread or has no such export.
 */
export async function openThreadPool<P = unknown>(options: ThreadPoolOptions): Promise<ThreadPool<P>> {
  const settings = threadPoolSettings(options);
  const { Piscina } = await loadPiscina();
  const pool = new PiscinaThreadPool<P>(settings, new Piscina(piscinaOptions(settings)));
  try {
    await pool.load();
  } catch (error) {
    await pool.close({ deadlineMs: 0 });
    throw error;
  }
  return pool;
}

/**
 * A handler that runs in threads. Made by {@link openThreadPool}.
 *
 * - The payload is copied to the thread (structured clone): no functions, no class instances. What cannot be copied fails with
 *   `PAYLOAD_NOT_ENCODABLE`.
 * - What the handler throws comes back with its message, `name`, `code` and stack.
 * - A thread that ends while it handles a message fails that delivery with `THREAD_CRASHED`, logged as `thread.crashed`: the client's retry delivers it
 *   again, in the thread that takes the place of the lost one.
 * - With `handlerTimeoutMs` the client aborts a call; its thread is ended and replaced, since nothing else stops a computation. The time counts from
 *   the call: waiting for a thread is part of it, and so is the start of a new one.
 *
 * Cost: each message is copied, and wakes a thread and the event loop again: it pays for messages that take long to compute. The benchmark
 * `threads` shows how far it scales.
 */
export interface ThreadPool<P = unknown> extends HealthSource, MetricsSource, AsyncDisposable {
  readonly threads: number;
  /** To be subscribed, on either bus. Bound: it needs no `this`. */
  readonly handler: (payload: P, meta: TopicMeta) => Promise<void>;
  /** Refuses new messages, waits for those in hand until the deadline, and ends the threads. Again: the same promise. Close the client first. */
  close(options?: CloseOptions): Promise<void>;
}

class PiscinaThreadPool<P> implements ThreadPool<P> {
  readonly name: string;
  readonly threads: number;
  readonly handler: (payload: P, meta: TopicMeta) => Promise<void>;
  readonly #settings: ThreadPoolSettings;
  readonly #piscina: Piscina;
  readonly #openedMs = Date.now();
  #inHand = 0;
  #handled = 0;
  #failed = 0;
  #crashes = 0;
  #crashedMs = -Infinity;
  #closing: Promise<void> | undefined;

  constructor(settings: ThreadPoolSettings, piscina: Piscina) {
    this.name = settings.name;
    this.threads = settings.threads;
    this.#settings = settings;
    this.#piscina = piscina;
    this.handler = (payload, meta) => this.#handle(payload, meta);
    // A thread that ends while it has nothing to do; without a listener the event would end the process.
    piscina.on('error', (error: unknown) => this.#crashed(error));
  }

  /** Loads the module in a thread, so that a wrong name is found now and not with the first message. */
  async load(): Promise<void> {
    const { module, exportName } = this.#settings;
    const failure = (await this.#piscina.run({ module, exportName }, { name: 'load' })) as ThreadFailure | undefined;
    if (failure === undefined) return;
    throw new ValidationError('INVALID_OPTIONS', {
      path: 'module',
      expected: `a module that exports the function ${exportName}`,
      received: `${showValue(module)}: ${failure.message}`,
      hint: 'Name the module by new URL(…, import.meta.url) and the function by the option export.',
      cause: errorOf(failure),
    });
  }

  /** Degraded for a minute after a thread has crashed; down when closed. */
  health(): Health {
    if (this.#closing !== undefined) return { status: 'down', reason: 'closed', sinceMs: this.#openedMs };
    if (Date.now() - this.#crashedMs > CRASH_REMEMBERED_MS)
      return { status: 'up', reason: '', sinceMs: this.#openedMs };
    return {
      status: 'degraded',
      reason: `a thread has crashed (${this.#crashes} since the pool was opened)`,
      sinceMs: this.#crashedMs,
    };
  }

  collect(into: MetricsSink): void {
    for (const [name, help] of METRICS) into.describe(name, help);
    into.gauge('tradewind_threads', this.threads);
    into.gauge('tradewind_threads_queued_messages', Math.max(0, this.#inHand - this.threads));
    into.counter('tradewind_threads_handled_total', this.#handled);
    into.counter('tradewind_threads_failed_total', this.#failed);
    into.counter('tradewind_threads_crashes_total', this.#crashes);
  }

  close(options: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#drain(options);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #handle(payload: P, meta: TopicMeta & Partial<MessageMeta>): Promise<void> {
    if (this.#closing !== undefined) throw closed(this.name);
    if (this.#inHand >= this.threads + this.#settings.maxQueued) throw busy(this.#settings);
    this.#inHand += 1;
    try {
      const failure = await this.#run(payload, meta);
      if (failure !== undefined) throw errorOf(failure);
      this.#handled += 1;
    } catch (error) {
      this.#failed += 1;
      throw error;
    } finally {
      this.#inHand -= 1;
    }
  }

  async #run(payload: P, meta: TopicMeta & Partial<MessageMeta>): Promise<ThreadFailure | undefined> {
    const { module, exportName } = this.#settings;
    const task: ThreadTask = { module, exportName, payload, meta: threadMeta(meta) };
    const { signal } = meta;
    const options = signal === undefined ? { name: 'handle' } : { name: 'handle', signal };
    try {
      return (await this.#piscina.run(task, options)) as ThreadFailure | undefined;
    } catch (error) {
      throw this.#unhandled(error, signal);
    }
  }

  /** Why a call did not come back: not copied, aborted, closed, or crashed. */
  #unhandled(error: unknown, signal: AbortSignal | undefined): Error {
    if (error instanceof Error && error.name === 'DataCloneError') return notCloneable(error);
    if (signal?.aborted === true) return aborted(this.name, signal.reason);
    if (this.#closing !== undefined) return closed(this.name);
    this.#crashed(error);
    return crashed(this.#settings, error);
  }

  #crashed(error: unknown): void {
    this.#crashes += 1;
    this.#crashedMs = Date.now();
    try {
      this.#settings.logger.error(
        { event: 'thread.crashed', module: this.#settings.module, error },
        `A thread of ${this.name} has crashed; another one takes its place, and its message is tried again.`,
      );
    } catch {
      // A logger that throws is ignored: the bus does not depend on it.
    }
  }

  async #drain({ deadlineMs = 5_000, signal }: CloseOptions): Promise<void> {
    if (deadlineMs > 0 && signal?.aborted !== true) await this.#idle(deadlineMs, signal);
    await this.#piscina.destroy();
  }

  /** Resolves when nothing is in hand, or the time is over. */
  #idle(deadlineMs: number, signal: AbortSignal | undefined): Promise<void> {
    const idle = this.#piscina.close().catch(() => undefined);
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timeout);
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      const timeout = setTimeout(finish, deadlineMs);
      signal?.addEventListener('abort', finish);
      void idle.finally(finish);
    });
  }
}

function piscinaOptions({ threads }: ThreadPoolSettings): PiscinaOptions {
  const entry = new URL('./thread-entry.ts', import.meta.url).href;
  // The sources run as they are in this workspace; the package holds what the compiler made of them.
  const filename = import.meta.url.endsWith('.ts') ? entry : entry.replace(/\.ts$/, '.js');
  return { filename, minThreads: threads, maxThreads: threads, recordTiming: false };
}

/** The error that a handler threw, as far as it crosses threads. */
function errorOf({ name, message, code, stack }: ThreadFailure): Error {
  const error = new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return code === undefined ? error : Object.assign(error, { code });
}

function notCloneable(cause: Error): BusError {
  return new BusError('PAYLOAD_NOT_ENCODABLE', {
    message: `Expected a payload that can be copied to a thread: ${cause.message}`,
    hint: 'Send plain data: no functions, no symbols, no class instances with behaviour.',
    cause,
  });
}

function crashed({ name }: ThreadPoolSettings, cause: unknown): BusError {
  return new BusError('THREAD_CRASHED', {
    message: `Expected a thread of ${name} to finish the message, and it ended: ${cause instanceof Error ? cause.message : showValue(cause)}.`,
    hint: 'The message can be delivered again; look for process.exit, uncaught exceptions and memory limits in the handler.',
    cause,
  });
}

/** The caller's own reason where it is an error: the client has made it, `HANDLER_TIMEOUT` or `CLOSED`. */
function aborted(name: string, reason: unknown): Error {
  if (reason instanceof Error) return reason;
  return new BusError('ABORTED', {
    message: `The call of ${name} was aborted.`,
    hint: 'Its thread was replaced.',
    cause: reason,
  });
}

function closed(name: string): BusError {
  return new BusError('CLOSED', {
    message: `Expected an open pool of threads, and ${name} is closed.`,
    hint: 'Close the client before its pools.',
  });
}

function busy({ name, threads, maxQueued }: ThreadPoolSettings): BusError {
  return new BusError('THREADS_BUSY', {
    message: `Expected room in the queue of ${name}, and ${maxQueued} messages wait for its ${threads} threads.`,
    hint: 'Bound the concurrency of the subscription, or raise maxQueued.',
  });
}

const CRASH_REMEMBERED_MS = 60_000;
const METRICS = [
  ['tradewind_threads', 'Threads of the pool.'],
  ['tradewind_threads_queued_messages', 'Messages that wait for a thread.'],
  ['tradewind_threads_handled_total', 'Messages that were handled in threads.'],
  ['tradewind_threads_failed_total', 'Messages whose handling failed, crashes included.'],
  ['tradewind_threads_crashes_total', 'Threads that ended while they were needed.'],
] as const;
