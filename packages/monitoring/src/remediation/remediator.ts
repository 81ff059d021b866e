import {
  silentLogger,
  type Clock,
  type Logger,
  type MetricsSink,
  type MetricsSource,
  type Remedy,
  type Timer,
} from '@tradewind/core-types';
import { wallClock } from '../clock/wall-clock.ts';
import { MonitoringError } from '../errors.ts';
import { componentsOf, healthValue, type ComponentHealth } from '../health/health-tree.ts';
import type { Monitoring } from '../monitoring.ts';
import type { Monitored } from '../parts/walk-parts.ts';
import { AuditTrail } from '../state/audit-trail.ts';
import { RemediationCounts } from './remediation-counts.ts';
import type { RemediationEntry, RemediationResult } from './remediation-entry.ts';
import {
  DEFAULT_TIMEOUT_MS,
  resolveRule,
  looksAt,
  type RemediationRule,
  type ResolvedRule,
} from './remediation-rule.ts';
import { RemediationState, type Forbidden } from './remediation-state.ts';
import { RemedyRuns } from './remedy-runs.ts';
import type { Treatment } from './treatment.ts';
import { TreatmentBook } from './treatment-book.ts';

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
  /** How often a treated component is looked at until it is better, in milliseconds. Default 250. */
  readonly lookEveryMs?: number | undefined;
  /** Told of each entry; a listener that throws is logged. */
  readonly onEntry?: ((entry: RemediationEntry) => void) | undefined;
  readonly clock?: Pick<Clock, 'now' | 'setTimer' | 'clearTimer'> | undefined;
  readonly logger?: Logger | undefined;
}

/** An ill component, and what may help. */
interface Diagnosis {
  readonly rule: ResolvedRule;
  readonly ill: ComponentHealth;
  readonly target: string;
}

/**
 * Treats what is ill: from a diagnosis, by a rule, with a remedy that a part offers, one component at a time.
 *
 * Every rule has a budget, a cooldown and a circuit breaker for each component, and everything that was done, or was not and why, is an entry
 * of the audit trail. Until the operator enables it, it runs nothing. `monitoring.add('remediation', remediator)` has it measured too.
 *
 * With `stateDir` all of that goes on after a restart: it is written before a remedy runs, so that one that takes the process down counts, as a run that
 * did not heal. Without it a restart begins with full budgets, closed circuits and an empty trail. Dispose of it to give the folder back.
 */
export class Remediator implements MetricsSource, Disposable {
  readonly #options: RemediatorOptions;
  readonly #rules: readonly ResolvedRule[];
  readonly #clock: Pick<Clock, 'now' | 'setTimer' | 'clearTimer'>;
  readonly #logger: Logger;
  readonly #audit: AuditTrail<RemediationEntry>;
  readonly #treatments = new TreatmentBook();
  readonly #state: RemediationState;
  readonly #counts: RemediationCounts;
  readonly #runs: RemedyRuns;
  readonly #unread = new Set<string>();
  #enabled: boolean;
  #busyWith: string | undefined;
  #stepFailure: string | undefined;
  #lastId = 0;
  #forbidden: Forbidden | undefined;
  #isClosed = false;

  /** @throws MonitoringError `STATE_UNUSABLE` where `stateDir` cannot be used, or another remediator uses it, of this process or another one. */
  constructor(options: RemediatorOptions) {
    this.#options = options;
    this.#rules = options.rules.map(resolveRule);
    this.#clock = options.clock ?? wallClock;
    this.#logger = options.logger ?? silentLogger;
    const auditSize = options.auditSize ?? 1_000;
    this.#audit = new AuditTrail(auditSize, (entry) => this.#state.audit(entry));
    this.#counts = new RemediationCounts([BY_HAND, ...this.#rules.map(({ name }) => name)]);
    this.#runs = new RemedyRuns(this.#clock);
    this.#enabled = options.enabled ?? false;
    // Last: whoever is refused must not keep the folder.
    this.#state = new RemediationState(options.stateDir, this.#logger);
    this.#restore(auditSize);
  }

  get enabled(): boolean {
    return this.#enabled;
  }

  /**
   * The operator allows remedies to run, or forbids it; what runs now is finished. That they are forbidden survives a restart, whatever the options say
   * then; that they are allowed does not.
   *
   * @param by - Who says so, for the log.
   */
  enable(enabled: boolean, by?: string): void {
    this.#enabled = enabled;
    this.#forbidden = enabled ? undefined : { by, atMs: this.#clock.now() };
    this.#save();
    this.#logger.info({ event: 'remediation.enabled', enabled, by }, `Remedies are ${enabled ? 'run' : 'not run'}.`);
  }

  /** The component that is treated now. */
  get busyWith(): string | undefined {
    return this.#busyWith;
  }

  /** What was done and why, newest first. */
  recent(limit?: number): readonly RemediationEntry[] {
    return this.#audit.recent(limit);
  }

  /**
   * Looks once, and treats at most one component; does nothing while one is being treated. To be called every second or so.
   *
   * @returns What was written into the audit trail. Never rejects.
   */
  async step(): Promise<readonly RemediationEntry[]> {
    if (this.#isClosed || this.#busyWith !== undefined) return [];
    const entries: RemediationEntry[] = [];
    try {
      for (const diagnosis of this.#diagnoses()) {
        const nowMs = this.#clock.now();
        const treatment = this.#treatments.of(diagnosis.rule, diagnosis.ill.component);
        const restraint = treatment.restraint(nowMs);
        const isNews = treatment.isNews(restraint);
        if (restraint === undefined) return [...entries, await this.#treat(diagnosis, treatment)];
        if (restraint !== 'cooling-down' && isNews) entries.push(this.#note(diagnosis, restraint));
      }
      this.#stepFailure = undefined;
    } catch (error) {
      this.#stepFailed(error);
    }
    return entries;
  }

  /** Steps again and again until it is disposed; what runs then is finished. It does not keep the process alive. Default every second. */
  start(everyMs: number = 1_000): Disposable {
    let timer: Timer | undefined;
    let isOver = false;
    const again = (): void => {
      if (isOver) return;
      timer = this.#clock.setTimer(() => void this.step().then(again, again), everyMs, { background: true });
    };
    again();
    return {
      [Symbol.dispose]: () => {
        isOver = true;
        this.#clock.clearTimer(timer);
      },
    };
  }

  /**
   * Runs a remedy because an operator says so, whether or not remediation is enabled.
   *
   * @throws MonitoringError `REMEDY_REFUSED` when there is none of that name, another component is being treated, or it was disposed of.
   */
  async run(component: string, remedy: string, by: string): Promise<RemediationEntry> {
    if (this.#isClosed) throw refused('the remediator was disposed of', 'Make a new one.');
    const found = this.#remedyOf(component, remedy);
    if (found === undefined) throw refused(`${component} has no remedy ${remedy}`, 'See available().');
    if (this.#busyWith !== undefined) throw refused(`${this.#busyWith} is being treated`, 'Wait until that is done.');
    const ill = find(this.#options.monitoring.health(), component);
    const base = { rule: BY_HAND, component, reason: ill?.reason ?? '', target: component, remedy, by };
    const limits = { settleMs: 0, timeoutMs: DEFAULT_TIMEOUT_MS };
    return this.#add({ ...base, ...(await this.#runOnce(component, found, () => true, limits)) });
  }

  /** All remedies that there are now, by component. A part that throws when it is asked has none; that is logged once. */
  available(): readonly { readonly component: string; readonly remedy: Remedy }[] {
    const own = this.#options.monitoring.parts().flatMap(({ path, part }) => {
      const component = path === '' ? 'bus' : path;
      return this.#remediesOf(component, part).map((remedy) => ({ component, remedy }));
    });
    const given = Object.entries(this.#options.remedies ?? {});
    return [...own, ...given.flatMap(([component, list]) => list.map((remedy) => ({ component, remedy })))];
  }

  collect(into: MetricsSink): void {
    this.#counts.collect(into);
    into.describe('tradewind_remediation_enabled', 'Whether remedies are run; 0: they are only written down.');
    into.gauge('tradewind_remediation_enabled', this.#enabled ? 1 : 0);
    into.describe(
      'tradewind_remediation_circuits_open',
      'Rules that rest on a component because they did not heal it.',
    );
    into.gauge('tradewind_remediation_circuits_open', this.#treatments.openCircuits(this.#clock.now()));
  }

  /** Treats nobody any more and gives `stateDir` back. A run that is under way ends, and counts after the restart as one that did not heal. */
  [Symbol.dispose](): void {
    this.#save();
    this.#isClosed = true;
    this.#state.close();
  }

  *#diagnoses(): Iterable<Diagnosis> {
    const nowMs = this.#clock.now();
    const all = [...componentsOf(this.#options.monitoring.health())];
    for (const rule of this.#rules) {
      for (const ill of all) {
        if (!looksAt(rule, ill.component) || healthValue(ill.status) > healthValue(rule.from)) continue;
        if (nowMs - ill.sinceMs < rule.forMs || !ill.reason.includes(rule.reason ?? '')) continue;
        yield { rule, ill, target: rule.on ?? ill.component };
      }
    }
  }

  async #treat(diagnosis: Diagnosis, treatment: Treatment): Promise<RemediationEntry> {
    const { rule, ill, target } = diagnosis;
    const remedy = this.#remedyOf(target, rule.remedy);
    treatment.ran(this.#clock.now());
    if (remedy === undefined) return this.#note(diagnosis, 'no-remedy');
    if (!this.#enabled) return this.#note(diagnosis, 'dry-run');
    const isBetter = (): boolean => {
      const now = find(this.#options.monitoring.health(), ill.component);
      return now === undefined || healthValue(now.status) > healthValue(rule.from);
    };
    treatment.began({ atMs: this.#clock.now(), reason: ill.reason, target });
    // Before it runs: the remedy may be what ends this process.
    this.#save();
    const done = await this.#runOnce(target, remedy, isBetter, rule);
    treatment.ended(done.result === 'healed' || done.result === 'done', this.#clock.now());
    return this.#add({ ...this.#baseOf(diagnosis), ...done });
  }

  /** Nobody else is treated until it is known whether it helped. */
  async #runOnce(
    target: string,
    remedy: Remedy,
    isBetter: () => boolean,
    { settleMs, timeoutMs }: Pick<ResolvedRule, 'settleMs' | 'timeoutMs'>,
  ): Promise<Pick<RemediationEntry, 'atMs' | 'result' | 'tookMs' | 'error'>> {
    this.#busyWith = target;
    const atMs = this.#clock.now();
    const took = (): number => this.#clock.now() - atMs;
    try {
      await this.#runs.run(target, remedy, timeoutMs);
      if (settleMs === 0) return { atMs, result: 'done', tookMs: took() };
      const endsAtMs = this.#clock.now() + settleMs;
      while (!isBetter()) {
        if (this.#clock.now() >= endsAtMs) return { atMs, result: 'no-better', tookMs: took() };
        await this.#pause();
      }
      return { atMs, result: 'healed', tookMs: took() };
    } catch (error) {
      return { atMs, result: 'failed', tookMs: took(), error: error instanceof Error ? error.message : String(error) };
    } finally {
      this.#busyWith = undefined;
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.setTimer(resolve, this.#options.lookEveryMs ?? 250, { background: true });
    });
  }

  #remediesOf(component: string, part: Monitored): readonly Remedy[] {
    try {
      return [...(part.remedies?.() ?? [])];
    } catch (error) {
      if (!this.#unread.has(component)) {
        this.#unread.add(component);
        this.#logger.warn(
          { event: 'remediation.remedies-unread', component, error },
          `The remedies of ${component} cannot be asked; those of others can.`,
        );
      }
      return [];
    }
  }

  /** Told once as long as it is the same: a step is taken every second. */
  #stepFailed(error: unknown): void {
    const failure = error instanceof Error ? error.message : String(error);
    if (failure === this.#stepFailure) return;
    this.#stepFailure = failure;
    this.#logger.error({ event: 'remediation.step-failed', error }, `A step of remediation failed: ${failure}`);
  }

  #remedyOf(component: string, name: string): Remedy | undefined {
    return this.available().find((each) => each.component === component && each.remedy.name === name)?.remedy;
  }

  #note(diagnosis: Diagnosis, result: RemediationResult): RemediationEntry {
    return this.#add({ ...this.#baseOf(diagnosis), atMs: this.#clock.now(), tookMs: 0, result });
  }

  #baseOf({ rule, ill, target }: Diagnosis) {
    return { rule: rule.name, component: ill.component, reason: ill.reason, target, remedy: rule.remedy };
  }

  #add(entry: Omit<RemediationEntry, 'id'>): RemediationEntry {
    this.#lastId += 1;
    const kept: RemediationEntry = Object.freeze({ id: this.#lastId, ...entry });
    this.#audit.add(kept);
    this.#save();
    const { rule, result, component, target, remedy, reason } = kept;
    this.#counts.add(rule, result);
    const level = result === 'healed' || result === 'done' || result === 'dry-run' ? 'info' : 'warn';
    this.#logger[level](
      { event: 'remediation.entry', rule, result, component, target, remedy, reason, error: kept.error },
      `${component} is ill (${reason}): ${remedy} of ${target}, ${result}.`,
    );
    try {
      this.#options.onEntry?.(kept);
    } catch (error) {
      this.#logger.error({ event: 'remediation.listener-failed', error }, 'A listener of remediation failed.');
    }
    return kept;
  }

  #save(): void {
    const nowMs = this.#clock.now();
    this.#state.write({ treatments: this.#treatments.states(nowMs), forbidden: this.#forbidden }, nowMs);
  }

  #restore(auditSize: number): void {
    const { trail, kept } = this.#state.read(auditSize);
    this.#audit.restore(trail);
    this.#lastId = trail.at(-1)?.id ?? 0;
    this.#forbidden = kept?.forbidden;
    if (this.#forbidden !== undefined && this.#enabled) {
      const { by, atMs } = this.#forbidden;
      this.#enabled = false;
      this.#logger.warn(
        { event: 'remediation.still-forbidden', by, atMs },
        `Remedies are not run: ${by ?? 'somebody'} forbade them at ${new Date(atMs).toISOString()}, and nobody has allowed them since.`,
      );
    }
    const nowMs = this.#clock.now();
    for (const { rule, component, ...run } of this.#treatments.restore(kept?.treatments ?? [], this.#rules, nowMs)) {
      const { atMs, reason, target } = run;
      const base = { rule: rule.name, component, reason, target, remedy: rule.remedy };
      this.#add({ ...base, atMs, tookMs: 0, result: 'failed', error: INTERRUPTED });
    }
  }
}

function find(health: ComponentHealth, component: string): ComponentHealth | undefined {
  for (const one of componentsOf(health)) if (one.component === component) return one;
  return undefined;
}

function refused(message: string, hint: string): MonitoringError {
  return new MonitoringError('REMEDY_REFUSED', { message: `Expected that the remedy may run, and ${message}.`, hint });
}

const BY_HAND = 'by hand';
const INTERRUPTED = 'The process ended before it was known whether it helped.';
