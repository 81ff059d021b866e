import {
  silentLogger,
  type Clock,
  type Health,
  type Logger,
  type MetricsSink,
  type MetricsSource,
  type Timer,
} from '@tradewind/core-types';
import { stopwatchOf } from '../clock/stopwatch.ts';
import { wallClock } from '../clock/wall-clock.ts';
import { componentsOf, healthValue, type ComponentHealth } from '../health/health-tree.ts';
import { AuditTrail } from '../state/audit-trail.ts';
import { RemediationCounts } from './remediation-counts.ts';
import type { RemediationEntry, RemediationResult } from './remediation-entry.ts';
import { DEFAULT_TIMEOUT_MS, resolveRule, looksAt, type ResolvedRule } from './remediation-rule.ts';
import { RemediationState, type Forbidden } from './remediation-state.ts';
import type { RemediatorOptions } from './remediator-options.ts';
import { mayNotRun, refused } from './refused.ts';
import { RemedyCatalog, type OfferedRemedy } from './remedy-catalog.ts';
import { PROCESS_LOCK, RemedyLock } from './remedy-lock.ts';
import type { RunOutcome } from './remedy-run.ts';
import { RemedyTurns } from './remedy-turns.ts';
import type { OpenCircuit, Restraint, Treatment } from './treatment.ts';
import { TreatmentBook } from './treatment-book.ts';

/** An ill component, and what may help. */
interface Diagnosis {
  readonly rule: ResolvedRule;
  readonly ill: ComponentHealth;
  readonly target: string;
}

/** What an entry says before it is known what came of it. */
type EntryBase = Omit<RemediationEntry, 'id' | 'atMs' | 'result' | 'tookMs' | 'error'>;

/** Which circuit an operator closes. */
export interface CircuitReset {
  readonly rule: string;
  readonly component: string;
  /** Who says so, for the audit trail. */
  readonly by: string;
}

/**
 * Treats what is ill: from a diagnosis, by a rule, with a remedy that a part offers, one component at a time in the whole process.
 *
 * Every rule has a budget, a cooldown and a circuit breaker for each component, and everything that was done, or was not and why, is an entry
 * of the audit trail. Until the operator enables it, it runs nothing, and what it writes down uses up nothing. `monitoring.add('remediation', remediator)` has it
 * measured too, and shows its health: degraded while a remedy is past its time and has not ended, because nothing is treated until it does.
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
  readonly #turns: RemedyTurns;
  readonly #catalog: RemedyCatalog;
  readonly #closing = new AbortController();
  #enabled: boolean;
  #stepFailure: string | undefined;
  #lastId = 0;
  #forbidden: Forbidden | undefined;

  /** @throws MonitoringError `STATE_UNUSABLE` where `stateDir` cannot be used, or another remediator uses it, of this process or another one. */
  constructor(options: RemediatorOptions) {
    this.#options = options;
    this.#rules = options.rules.map(resolveRule);
    this.#clock = options.clock ?? wallClock;
    this.#logger = options.logger ?? silentLogger;
    const auditSize = options.auditSize ?? 1_000;
    this.#audit = new AuditTrail(auditSize, (entry) => this.#state.audit(entry));
    this.#counts = new RemediationCounts([BY_HAND, ...this.#rules.map(({ name }) => name)]);
    const { monitoring, remedies = {}, lookEveryMs = 250 } = options;
    this.#turns = new RemedyTurns({
      // In simulated time a turn may last for ever: the rest of the process does not wait for that.
      lock: options.lock ?? (options.clock === undefined ? PROCESS_LOCK : new RemedyLock()),
      bus: monitoring.name,
      lookEveryMs,
      clock: this.#clock,
      stopwatch: stopwatchOf(options.clock),
      closed: this.#closing.signal,
    });
    this.#catalog = new RemedyCatalog(() => monitoring.parts(), remedies, this.#logger);
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
    if (enabled !== this.#enabled) this.#treatments.forgetWritten();
    this.#enabled = enabled;
    this.#forbidden = enabled ? undefined : { by, atMs: this.#clock.now() };
    this.#save();
    this.#logger.info({ event: 'remediation.enabled', enabled, by }, `Remedies are ${enabled ? 'run' : 'not run'}.`);
  }

  /** The component that is treated now, or whose remedy is past its time and has not ended. */
  get busyWith(): string | undefined {
    return this.#turns.busyWith;
  }

  /** Degraded while nobody can be treated: a remedy of this process does not end, or others have had their turns for two minutes. */
  health(): Health {
    return this.#turns.health();
  }

  /** The rules that rest on a component because three runs in a row did not heal it. */
  circuits(): readonly OpenCircuit[] {
    return this.#treatments.circuits(this.#clock.now());
  }

  /**
   * Closes a circuit because an operator says that the cause is gone: the rule treats the component again, with its budget and its cooldown as at first.
   *
   * @throws MonitoringError `REMEDY_REFUSED` when that circuit is not open.
   */
  resetCircuit({ rule, component, by }: CircuitReset): RemediationEntry {
    const resolved = this.#rules.find(({ name }) => name === rule);
    const treatment = resolved === undefined ? undefined : this.#treatments.find(resolved, component);
    if (resolved === undefined || treatment?.isOpen(this.#clock.now()) !== true) {
      throw refused(`Expected an open circuit of ${rule} on ${component}, and there is none.`, 'See circuits().');
    }
    treatment.reset();
    const ill = find(this.#options.monitoring.health(), component);
    const { remedy, on: target = component } = resolved;
    const base = { rule, component, reason: ill?.reason ?? '', target, remedy, by };
    return this.#add({ ...base, atMs: this.#clock.now(), tookMs: 0, result: 'circuit-closed' });
  }

  /** What was done and why, newest first. */
  recent(limit?: number): readonly RemediationEntry[] {
    return this.#audit.recent(limit);
  }

  /**
   * Looks once, and treats at most one component; waits with that while a remedy runs in this process. To be called every second or so.
   *
   * @returns What was written into the audit trail. Never rejects.
   */
  async step(): Promise<readonly RemediationEntry[]> {
    if (this.#closing.signal.aborted || this.#turns.isRunning) return [];
    const entries: RemediationEntry[] = [];
    let isWaiting = false;
    try {
      for (const diagnosis of this.#diagnoses()) {
        const treatment = this.#treatments.of(diagnosis.rule, diagnosis.ill.component);
        const restraint = this.#restraintOf(diagnosis, treatment);
        const isNews = treatment.isNews(restraint);
        if (restraint === undefined) return [...entries, await this.#treat(diagnosis, treatment)];
        if (restraint === 'waiting' || restraint === 'held-up') isWaiting = true;
        if (restraint === 'cooling-down' || restraint === 'waiting' || !isNews) continue;
        entries.push(this.#note(diagnosis, restraint, restraint === 'held-up' ? this.#turns.underWay : undefined));
      }
      if (!isWaiting) this.#turns.waitsNoLonger();
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
   * @throws MonitoringError `REMEDY_REFUSED` when there is none of that name, a remedy runs in this process, or it was disposed of.
   */
  async run(component: string, remedy: string, by: string): Promise<RemediationEntry> {
    if (this.#closing.signal.aborted) throw mayNotRun('the remediator was disposed of', 'Make a new one.');
    const found = this.#catalog.find(component, remedy);
    if (found === undefined) throw mayNotRun(`${component} has no remedy ${remedy}`, 'See available().');
    const ill = find(this.#options.monitoring.health(), component);
    const base = { rule: BY_HAND, component, reason: ill?.reason ?? '', target: component, remedy, by };
    const limits = { settleMs: 0, timeoutMs: DEFAULT_TIMEOUT_MS };
    const turn = this.#turns.take(component, remedy);
    return this.#finish(base, await this.#turns.run(turn, { remedy: found, isBetter: () => true, limits }));
  }

  /** All remedies that there are now, by component. A part that throws when it is asked has none; that is logged once. */
  available(): readonly OfferedRemedy[] {
    return this.#catalog.all();
  }

  collect(into: MetricsSink): void {
    this.#counts.collect(into);
    into.describe('tradewind_remediation_enabled', 'Whether remedies are run; 0: they are only written down.');
    into.gauge('tradewind_remediation_enabled', this.#enabled ? 1 : 0);
    into.describe(
      'tradewind_remediation_circuits_open',
      'Rules that rest on a component because they did not heal it.',
    );
    into.gauge('tradewind_remediation_circuits_open', this.circuits().length);
  }

  /**
   * Treats nobody any more, and gives `stateDir` back. A remedy that runs keeps its turn until it has ended; nobody looks any more whether it helped, and after
   * the restart it counts as one that did not heal.
   */
  [Symbol.dispose](): void {
    this.#save();
    this.#state.close();
    this.#closing.abort();
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

  /** Why it is not its turn now; undefined: it is, to be run or to be written down. */
  #restraintOf({ rule, target }: Diagnosis, treatment: Treatment): Restraint | undefined {
    const nowMs = this.#clock.now();
    const restraint = treatment.restraint(nowMs);
    if (restraint !== undefined) return restraint;
    if (!this.#enabled || this.#catalog.find(target, rule.remedy) === undefined) {
      return treatment.mayWrite(nowMs) ? undefined : 'cooling-down';
    }
    return this.#turns.wait();
  }

  async #treat(diagnosis: Diagnosis, treatment: Treatment): Promise<RemediationEntry> {
    const { rule, ill, target } = diagnosis;
    const atMs = this.#clock.now();
    const remedy = this.#catalog.find(target, rule.remedy);
    if (remedy === undefined || !this.#enabled) {
      treatment.wrote(atMs);
      return this.#note(diagnosis, remedy === undefined ? 'no-remedy' : 'dry-run');
    }
    const turn = this.#turns.take(target, rule.remedy);
    const isBetter = (): boolean => {
      const now = find(this.#options.monitoring.health(), ill.component);
      return now === undefined || healthValue(now.status) > healthValue(rule.from);
    };
    treatment.began({ atMs, reason: ill.reason, target });
    // Before it runs: the remedy may be what ends this process.
    this.#save();
    const outcome = await this.#turns.run(turn, { remedy, isBetter, limits: rule });
    treatment.ended(outcome.result === 'healed' || outcome.result === 'done', this.#clock.now());
    return this.#finish(baseOf(diagnosis), outcome);
  }

  /** Writes down what came of a run, and, where it was past its time, that it has ended. */
  #finish(base: EntryBase, { late, ...done }: RunOutcome): RemediationEntry {
    const entry = this.#add({ ...base, ...done });
    void late?.then((end) => this.#add({ ...base, ...end, atMs: this.#clock.now(), result: 'ended-late' }));
    return entry;
  }

  /** Told once as long as it is the same: a step is taken every second. */
  #stepFailed(error: unknown): void {
    const failure = error instanceof Error ? error.message : String(error);
    if (failure === this.#stepFailure) return;
    this.#stepFailure = failure;
    this.#logger.error({ event: 'remediation.step-failed', error }, `A step of remediation failed: ${failure}`);
  }

  #note(diagnosis: Diagnosis, result: RemediationResult, error?: string): RemediationEntry {
    return this.#add({ ...baseOf(diagnosis), atMs: this.#clock.now(), tookMs: 0, result, error });
  }

  #add(entry: Omit<RemediationEntry, 'id'>): RemediationEntry {
    this.#lastId += 1;
    const kept: RemediationEntry = Object.freeze({ id: this.#lastId, ...entry });
    this.#audit.add(kept);
    this.#save();
    const { rule, result, component, target, remedy, reason } = kept;
    this.#counts.add(rule, result);
    const level = WELL.has(result) ? 'info' : 'warn';
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

function baseOf({ rule, ill, target }: Diagnosis): EntryBase {
  return { rule: rule.name, component: ill.component, reason: ill.reason, target, remedy: rule.remedy };
}

const WELL: ReadonlySet<RemediationResult> = new Set(['healed', 'done', 'dry-run', 'circuit-closed']);
const BY_HAND = 'by hand';
const INTERRUPTED = 'The process ended before it was known whether it helped.';
