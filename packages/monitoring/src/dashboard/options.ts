import { silentLogger, showValue, type Clock, type Logger, type ValidationIssue } from '@tradewind/core-types';
import { wallClock } from '../clock/wall-clock.ts';
import { MonitoringError } from '../errors.ts';
import type { SeriesStore } from '../history/series-store.ts';
import type { Monitoring } from '../monitoring.ts';
import { checkInteger, invalidOptions } from '../options.ts';
import { isLoopbackHost } from '../serving/options.ts';
import {
  checkPermission,
  checkTokens,
  resolveToken,
  type DashboardToken,
  type Permission,
  type ResolvedToken,
} from './access/permissions.ts';
import type { Beside } from './sources/watched-bus.ts';

/** What the dashboard shows, and to whom. Only `monitorings` is required: what their parts offer is found. */
export interface DashboardOptions extends Beside {
  /** One or several, each of another name. */
  readonly monitorings: readonly Monitoring[];
  /** Alerts. Default: an `Alerting` among the parts of a monitoring. */
  readonly alerting?: Beside['alerting'];
  /** Remedies of the first monitoring. Default: a `Remediator` among the parts of each. */
  readonly remediator?: Beside['remediator'];
  /** Stores of dead letters that no part has, by their names. Those of clients, brokers and transports are found. */
  readonly deadLetters?: Beside['deadLetters'];
  /** Traces of routing decisions that no part has, by their names. Those of clients are found. */
  readonly decisionTraces?: Beside['decisionTraces'];
  /** Books of opportunities that are no parts, by their names. */
  readonly opportunities?: Beside['opportunities'];
  /** Whose decisions can be undone and who is no part, by their names. */
  readonly undoable?: Beside['undoable'];
  /** The past for the charts: a `HistoryStore` or `MemorySeriesStore` into which somebody records. Default: an hour in memory, of what was seen while somebody looked. */
  readonly history?: Pick<SeriesStore, 'select'> | undefined;
  /** Who may look from elsewhere, or on a machine that others use too. Default none: whoever is on this machine, by a loopback address. */
  readonly tokens?: readonly DashboardToken[] | undefined;
  /** What whoever is on this machine may do where there are no tokens. Default: an operator without payloads. */
  readonly local?: Partial<Permission> | undefined;
  /** Names by which browsers may address it besides `localhost` and addresses; a name needs `tokens`. Default: none. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Where it is mounted: `/dashboard`. Letters, digits, `-`, `_`, `.`, and slashes between them. Default: the root. */
  readonly prefix?: string | undefined;
  /** Whether the login is for encrypted connections alone: set it behind a proxy that encrypts. Default false. */
  readonly secureCookie?: boolean | undefined;
  /** How often a frame is sent, in milliseconds, 250 to 60,000. Default 1,000. */
  readonly frameEveryMs?: number | undefined;
  /** How many streams may be open at once, tails included, 1 to 1,000. Default 32. */
  readonly maxStreams?: number | undefined;
  readonly clock?: Pick<Clock, 'now' | 'setTimer' | 'clearTimer'> | undefined;
  /** Told of what fails inside. Default: silent. */
  readonly logger?: Logger | undefined;
}

/** How many streams may be open unless it is said. */
export const DEFAULT_STREAMS = 32;

/** Checked, with the defaults filled in. */
export interface DashboardSettings {
  readonly monitorings: readonly Monitoring[];
  readonly beside: Beside;
  readonly history: Pick<SeriesStore, 'select'> | undefined;
  readonly tokens: readonly ResolvedToken[];
  readonly local: Permission;
  readonly allowedHosts: ReadonlySet<string>;
  readonly prefix: string;
  readonly secureCookie: boolean;
  readonly frameEveryMs: number;
  readonly maxStreams: number;
  readonly clock: Pick<Clock, 'now' | 'setTimer' | 'clearTimer'>;
  readonly logger: Logger;
}

/** @throws ValidationError `INVALID_OPTIONS` with every issue; MonitoringError `TOKEN_REQUIRED`. */
export function resolveDashboardOptions(options: DashboardOptions): DashboardSettings {
  const { monitorings, tokens = [], local = {}, allowedHosts = [], prefix = '' } = options;
  const { frameEveryMs = 1_000, maxStreams = DEFAULT_STREAMS, clock = wallClock, logger = silentLogger } = options;
  const issues: ValidationIssue[] = [];
  if (!Array.isArray(monitorings) || monitorings.length === 0) {
    issues.push({ path: 'monitorings', expected: 'at least one monitoring', received: showValue(monitorings) });
  } else if (new Set(monitorings.map(({ name }) => name)).size < monitorings.length) {
    issues.push({ path: 'monitorings', expected: 'monitorings of different names', received: 'two of one name' });
  }
  checkTokens(issues, tokens);
  checkPermission(issues, 'local', local);
  checkInteger(issues, 'frameEveryMs', frameEveryMs, [250, 60_000]);
  checkInteger(issues, 'maxStreams', maxStreams, [1, 1_000]);
  if (typeof prefix !== 'string' || !/^(?:\/[\w.-]+)*$/.test(prefix) || /\/\.{1,2}(?:\/|$)/.test(prefix)) {
    issues.push({ path: 'prefix', expected: 'a path as /dashboard', received: showValue(prefix) });
  }
  if (issues.length > 0) throw invalidOptions(issues);
  const others = allowedHosts.filter((host) => !isLoopbackHost(host.toLowerCase()));
  if (others.length > 0 && tokens.length === 0) throw tokenRequired(others[0] as string);
  return {
    monitorings,
    beside: options,
    history: options.history,
    tokens: tokens.map(resolveToken),
    local: { role: local.role ?? 'operator', payloads: local.payloads ?? false },
    allowedHosts: new Set(['localhost', ...allowedHosts].map((host) => host.toLowerCase())),
    prefix,
    secureCookie: options.secureCookie ?? false,
    frameEveryMs,
    maxStreams,
    clock,
    logger,
  };
}

function tokenRequired(host: string): MonitoringError {
  return new MonitoringError('TOKEN_REQUIRED', {
    message: `Expected tokens for ${host}, by which others can reach it, and there are none.`,
    hint: 'Give `tokens`, or serve this machine alone.',
  });
}
