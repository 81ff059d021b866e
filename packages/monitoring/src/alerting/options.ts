import { showValue, type Clock, type Logger, type ValidationIssue } from '@tradewind/core-types';
import type { SeriesStore } from '../history/series-store.ts';
import { checkInteger, invalidOptions } from '../options.ts';
import type { Channel, Notifier } from '../notifying/notification.ts';
import type { RetryOptions } from '../notifying/delivery.ts';
import type { AlertRule } from '../rules/alert-rule.ts';
import { WATCHDOG, type DeadMansSwitchOptions } from './dead-mans-switch.ts';
import type { EscalationPolicy } from './escalation.ts';
import type { FlapDamping } from './flapping.ts';
import type { GroupingOptions } from './groups.ts';

/** What alerts are made of, and who is told. Nothing is required. */
export interface AlertingOptions {
  /** Default: all predefined ones. Those for a Prometheus alone are left out. */
  readonly rules?: readonly AlertRule[] | undefined;
  /** How often the bus is read and the rules are evaluated, in milliseconds, 100 to 60,000. Default 1,000. */
  readonly intervalMs?: number | undefined;
  /** What the rules look at. Default: the last 3,600 scrapes of at most 8,000 series, in memory: rules that look further back keep quiet. */
  readonly store?: SeriesStore | undefined;
  /** Who is told. Default: nobody. */
  readonly channels?: readonly Channel[] | undefined;
  /** Who is told of what, and when. Default: all channels of critical alerts at once and after 15 minutes, of warnings at once. */
  readonly escalation?: EscalationPolicy | undefined;
  /** Alertmanagers, by name: each gets every alert that fires and is not silenced, on every change and every 30 s. */
  readonly alertmanagers?: Readonly<Record<string, Notifier>> | undefined;
  /**
   * A dead man's switch: it is told of the rule `TradewindWatchdog` again and again, and pages somebody when that stops. Default: none; then nobody hears of
   * the watchdog unless the escalation says so.
   */
  readonly watchdog?: DeadMansSwitchOptions | undefined;
  readonly grouping?: Partial<GroupingOptions> | undefined;
  readonly damping?: Partial<FlapDamping> | undefined;
  /** How patiently channels and Alertmanagers are tried, and again later. Whole numbers. */
  readonly retry?: Partial<RetryOptions> | undefined;
  /** A folder in which alerts, acknowledgements, silences and the audit trail survive a restart. Default: nothing survives. */
  readonly stateDir?: string | undefined;
  /**
   * Where the runbooks are, as an address that notifications can link to: `https://wiki.example/runbooks/`. Default `docs/runbooks/`, which is a path
   * in the repository and no link.
   */
  readonly runbookBase?: string | undefined;
  /** Default: the wall clock, as for a monitoring. */
  readonly clock?: Pick<Clock, 'now' | 'setTimer' | 'clearTimer'> | undefined;
  /** Told of rules that fail and of state that cannot be kept. Default: silent. */
  readonly logger?: Logger | undefined;
}

/** @returns The interval. @throws ValidationError `INVALID_OPTIONS` with every issue. */
export function checkAlerting({
  intervalMs = 1_000,
  channels = [],
  alertmanagers = {},
  rules,
  retry = {},
  watchdog,
}: AlertingOptions): number {
  const issues: ValidationIssue[] = [];
  if (watchdog !== undefined) {
    checkInteger(issues, 'watchdog.everyMs', watchdog.everyMs ?? 60_000, [1_000, 3_600_000]);
    if (rules?.every(({ name }) => name !== WATCHDOG) === true) {
      issues.push({ path: 'watchdog', expected: `the rule ${WATCHDOG} among the rules`, received: 'none' });
    }
  }
  checkInteger(issues, 'intervalMs', intervalMs, [100, 60_000]);
  for (const [name, range] of Object.entries(RETRY_RANGES)) {
    checkInteger(issues, `retry.${name}`, retry[name as keyof RetryOptions] ?? range[0], range);
  }
  const names = new Set<string>();
  for (const name of [...channels.map((channel) => channel.name), ...Object.keys(alertmanagers)]) {
    // The dead man's switch counts under its name, and is nobody's second.
    const isTaken = names.has(name) || (watchdog !== undefined && name === 'watchdog');
    if (name === '' || isTaken) {
      issues.push({ path: 'channels', expected: 'names that are unique and not empty', received: showValue(name) });
    }
    names.add(name);
  }
  for (const { name, second } of channels) {
    if (second === undefined || names.has(second)) continue;
    issues.push({ path: `channels.${name}.second`, expected: 'the name of a channel', received: showValue(second) });
  }
  if (rules !== undefined && new Set(rules.map(({ name }) => name)).size < rules.length) {
    issues.push({ path: 'rules', expected: 'rules with unique names', received: 'two of one name' });
  }
  if (issues.length > 0) throw invalidOptions(issues);
  return intervalMs;
}

const RETRY_RANGES: Readonly<Record<keyof RetryOptions, readonly [number, number]>> = {
  attempts: [1, 100],
  backoffMs: [0, 60_000],
  timeoutMs: [1, 3_600_000],
  pauseMs: [1, 3_600_000],
  maxPauseMs: [1, 86_400_000],
  closeMs: [0, 3_600_000],
};
