import { availableParallelism } from 'node:os';
import { ValidationError, showValue, silentLogger, type Logger, type ValidationIssue } from '@tradewind/core-types';
import type { EventLogger } from '../platform/event-logger.ts';

/** Which handler runs in how many threads. */
export interface ThreadPoolOptions {
  /** The module with the handler: `new URL('./value-at-risk.js', import.meta.url)`, or the same as text. Each thread loads it for itself. */
  readonly module: URL | string;
  /** The name of the handler among its exports. Default `handler`. */
  readonly export?: string | undefined;
  /** 1 to 64. Default: as many as the machine runs at once, less one for the bus, at least one. */
  readonly threads?: number | undefined;
  /** Messages that may wait for a thread; one more is refused with `THREADS_BUSY`. 0 to 100,000; default 1,024. */
  readonly maxQueued?: number | undefined;
  /** In health and metrics. Default: the name of the module's file. */
  readonly name?: string | undefined;
  /** Default: silent. */
  readonly logger?: Logger | undefined;
}

/** Options with their defaults. */
export interface ThreadPoolSettings {
  readonly module: string;
  readonly exportName: string;
  readonly threads: number;
  readonly maxQueued: number;
  readonly name: string;
  readonly logger: EventLogger;
}

/** @throws ValidationError `INVALID_OPTIONS` with everything that is wrong. */
export function threadPoolSettings(options: ThreadPoolOptions): ThreadPoolSettings {
  const issues: ValidationIssue[] = [];
  const module = fileAddress(options.module);
  if (module === undefined) {
    issues.push({
      path: 'module',
      expected: 'the URL of a file',
      received: showValue(options.module instanceof URL ? options.module.href : options.module),
    });
  }
  const threads = integer('threads', options.threads ?? Math.max(1, availableParallelism() - 1), [1, 64], issues);
  const maxQueued = integer('maxQueued', options.maxQueued ?? 1_024, [0, 100_000], issues);
  const [first] = issues;
  if (first !== undefined || module === undefined) {
    throw new ValidationError('INVALID_OPTIONS', {
      path: first?.path ?? 'module',
      expected: first?.expected ?? 'the URL of a file',
      received: first?.received ?? 'nothing',
      issues,
      hint: "Name the module by new URL('./handler.js', import.meta.url).",
    });
  }
  const name = options.name ?? module.slice(module.lastIndexOf('/') + 1);
  return {
    module,
    exportName: options.export ?? 'handler',
    threads,
    maxQueued,
    name,
    logger: options.logger ?? silentLogger,
  };
}

function fileAddress(module: unknown): string | undefined {
  const text = module instanceof URL ? module.href : module;
  return typeof text === 'string' && text.startsWith('file:') && URL.canParse(text) ? text : undefined;
}

function integer(
  path: string,
  value: number,
  [least, most]: readonly [number, number],
  issues: ValidationIssue[],
): number {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    issues.push({ path, expected: `an integer from ${least} to ${most}`, received: showValue(value) });
  }
  return value;
}
