import { ValidationError, showValue, type Clock, type Logger, type ValidationIssue } from '@tradewind/core-types';
import type { Registry } from 'prom-client';
import { LEVELS, type MonitoringLevel } from './levels/level.ts';
import type { SystemPartsOptions } from './parts/system-parts.ts';

/** What is monitored, and how much of it is shown. Only `bus` is required. */
export interface MonitoringOptions extends SystemPartsOptions {
  /** A bus: a `MessageBus`, a `BufferedMessageBusClient`, anything with some of the faces of a part. Its parts are found by themselves. */
  readonly bus: SystemPartsOptions['bus'];
  /** The transports of the bus by their paths: what they measure themselves, and how they can be mended. */
  readonly transports?: SystemPartsOptions['transports'];
  /** Plugins and schedulers that tell something of themselves. Those that the bus runs in its chain are found already and count once. */
  readonly plugins?: SystemPartsOptions['plugins'];
  /** Market data feeds: see `watchFeed`. */
  readonly feeds?: SystemPartsOptions['feeds'];
  /** Anything else by its path, as thread pools and engines. */
  readonly parts?: SystemPartsOptions['parts'];
  /** The value of the label `bus`, which tells several buses of one process apart. Default: the name of the bus, otherwise `bus`. */
  readonly name?: string | undefined;
  /** How much is shown. Default `STANDARD`. */
  readonly level?: MonitoringLevel | undefined;
  /** A prom-client registry of the user, to which everything is added; others may add theirs. Default: none. */
  readonly registry?: Registry | undefined;
  /** How many Prometheus series there may be, 100 to 10,000,000; a histogram is several. What is beyond them is added up as `other`. Default 2,000; at `DETAILED` and `DEBUG` 10,000. */
  readonly maxSeries?: number | undefined;
  /** How many series one family may have besides `other`, 1 to 1,000,000. Default 100. */
  readonly maxSeriesPerFamily?: number | undefined;
  /** Whether the process itself is measured: processor, memory, garbage collection, event loop. Default true. */
  readonly process?: boolean | undefined;
  /** Default: the wall clock. Where that is set back, times go on 5 % slower until it has caught up, and the component `monitoring/clock` is degraded meanwhile. */
  readonly clock?: Pick<Clock, 'now'> | undefined;
  /** Told of sources that fail. Default: silent. */
  readonly logger?: Logger | undefined;
}

/** Bounds of what is shown at a level. */
export interface ResolvedBounds {
  readonly level: MonitoringLevel;
  readonly maxSeries: number;
  readonly maxSeriesPerFamily: number;
}

/** @throws ValidationError `INVALID_OPTIONS` with every issue. */
export function resolveBounds(options: MonitoringOptions): ResolvedBounds {
  const issues: ValidationIssue[] = [];
  if (typeof options !== 'object' || options === null || !isObject(options.bus)) {
    issues.push({ path: 'bus', expected: 'a bus', received: showValue(isObject(options) ? options.bus : options) });
    throw invalidOptions(issues);
  }
  const { level = 'STANDARD', maxSeriesPerFamily = 100, name } = options;
  if (!LEVELS.includes(level)) issues.push({ path: 'level', expected: LEVELS.join(', '), received: showValue(level) });
  const maxSeries = options.maxSeries ?? (level === 'DETAILED' || level === 'DEBUG' ? 10_000 : 2_000);
  checkInteger(issues, 'maxSeries', maxSeries, [100, 10_000_000]);
  checkInteger(issues, 'maxSeriesPerFamily', maxSeriesPerFamily, [1, 1_000_000]);
  if (name !== undefined && (typeof name !== 'string' || name === '')) {
    issues.push({ path: 'name', expected: 'a text', received: showValue(name) });
  }
  if (issues.length > 0) throw invalidOptions(issues);
  return { level, maxSeries, maxSeriesPerFamily };
}

/** Notes an issue unless the value is an integer within the range. */
export function checkInteger(
  issues: ValidationIssue[],
  path: string,
  value: unknown,
  [min, max]: readonly [number, number],
): void {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return;
  issues.push({ path, expected: `an integer from ${min} to ${max}`, received: showValue(value) });
}

/** One error for all issues; there is at least one. */
export function invalidOptions(issues: readonly ValidationIssue[]): ValidationError {
  const [first = { path: '', expected: 'options', received: 'none' }] = issues;
  return new ValidationError('INVALID_OPTIONS', {
    ...first,
    issues,
    hint: 'Nothing was started; the README of @tradewind/monitoring lists the options.',
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
