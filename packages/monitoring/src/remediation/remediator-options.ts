import type { Clock, Logger, Remedy } from '@tradewind/core-types';
import type { Monitoring } from '../monitoring.ts';
import type { RemediationEntry } from './remediation-entry.ts';
import type { RemediationRule } from './remediation-rule.ts';
import type { RemedyLock } from './remedy-lock.ts';

/** What may be done on its own. */
export interface RemediatorOptions {
  readonly monitoring: Monitoring;
  /** In the order in which they are tried; see `STANDARD_RULES`. */
  readonly rules: readonly RemediationRule[];
  /** Whether remedies are run. Default false: it is only written down what would have been done. */
  readonly enabled?: boolean | undefined;
  /** Remedies besides those that the parts have themselves, by component: `{ bus: [shedLane(client)] }`. */
  readonly remedies?: Readonly<Record<string, readonly Remedy[]>> | undefined;
  /** How many entries the audit trail keeps in memory. Default 1,000. */
  readonly auditSize?: number | undefined;
  /**
   * A folder in which budgets, cooldowns, circuits, the audit trail and an operator's `enable(false)` survive a restart; it may be that of the alerts and
   * of the history. Default: nothing survives, and a process that restarts in a loop has a full budget each time.
   */
  readonly stateDir?: string | undefined;
  /**
   * What lets one remedy run at a time. Default: the one of the process, so that the remediators of all its buses take turns; of one with a `clock` of its own, as in a
   * simulation, a lock of its own, because a turn in time that stands does not end. Where several copies of the package are loaded, each has its own; a `new RemedyLock()`
   * for those that must not wait for each other.
   */
  readonly lock?: RemedyLock | undefined;
  /** How often a treated component is looked at until it is better, in milliseconds. Default 250. */
  readonly lookEveryMs?: number | undefined;
  /** Told of each entry; a listener that throws is logged. */
  readonly onEntry?: ((entry: RemediationEntry) => void) | undefined;
  readonly clock?: Pick<Clock, 'now' | 'setTimer' | 'clearTimer'> | undefined;
  readonly logger?: Logger | undefined;
}
