import { silentLogger, type Clock, type Health, type Logger, type MetricsSink, type Part } from '@tradewind/core-types';
import { stopwatchOf, type Stopwatch } from '../clock/stopwatch.ts';
import { wallClock } from '../clock/wall-clock.ts';
import { MonitoringError } from '../errors.ts';
import { MemorySeriesStore } from '../history/memory-series-store.ts';
import { Recording, recordOnce, type RecordingOptions } from '../history/recorder.ts';
import type { SeriesStore } from '../history/series-store.ts';
import type { Watched } from '../history/watched.ts';
import type { AlertRule } from '../rules/alert-rule.ts';
import { evaluate } from '../rules/evaluation/evaluate.ts';
import { inProcess, isInstalled, seriesNamesOf } from '../rules/installed.ts';
import { ALERT_RULES } from '../rules/rules.ts';
import { AuditTrail } from '../state/audit-trail.ts';
import { StateFiles } from '../state/state-files.ts';
import { Ailments } from './ailments.ts';
import type { Alert } from './alert.ts';
import { AlertBook, type AcknowledgeRequest } from './alert-book.ts';
import { viewOf, type AlertRecord } from './alert-record.ts';
import { AlertingMetrics } from './alerting-metrics.ts';
import type { AlertingState } from './alerting-state.ts';
import type { AuditEntry, AuditKind } from './audit-entry.ts';
import { DeadMansSwitch } from './dead-mans-switch.ts';
import { DEFAULT_DAMPING } from './flapping.ts';
import { checkAlerting, type AlertingOptions } from './options.ts';
import { RuleSchedule } from './rule-schedule.ts';
import { RuleTracker } from './rule-tracker.ts';
import { Silences, type Silence, type SilenceRequest } from './silences.ts';
import { Telling } from './telling.ts';

/**
 * Watches a bus by rules, in the process itself: reads it every second, evaluates the rules, follows each alert through its life, and tells who is to be
 * told. Give it to `parts` of the monitoring, so that its own series are there, and start it with that monitoring.
 *
 * Cost: a scrape and the expressions of the rules each `intervalMs`; nothing per message.
 */
export class Alerting implements Part, AsyncDisposable {
  readonly name = 'alerting';
  /** How often it looks, in milliseconds. */
  readonly intervalMs: number;
  readonly #clock: Pick<Clock, 'now' | 'setTimer' | 'clearTimer'>;
  readonly #stopwatch: Stopwatch;
  readonly #logger: Logger;
  readonly #rules: readonly AlertRule[];
  readonly #trackers: readonly RuleTracker[];
  readonly #schedules: readonly RuleSchedule[];
  readonly #store: SeriesStore;
  /** What the rules read: of that every series is looked at, however many the page shows. */
  readonly #reads: (name: string) => boolean;
  readonly #files: StateFiles<AlertingState, AuditEntry> | undefined;
  readonly #audit: AuditTrail<AuditEntry>;
  readonly #silences = new Silences();
  readonly #book: AlertBook;
  readonly #telling: Telling;
  readonly #deadMansSwitch: DeadMansSwitch | undefined;
  readonly #metrics = new AlertingMetrics();
  readonly #ailments: Ailments;
  readonly #madeAtMs: number;
  readonly #viewOf: (record: AlertRecord) => Alert;
  #recording: Recording | undefined;
  #leftOut = 0;
  #isClosed = false;
  #isChanged = false;

  /**
   * @throws ValidationError `INVALID_OPTIONS` with every issue.
   * @throws MonitoringError `STATE_UNUSABLE` where `stateDir` cannot be made, or other alerting uses it, of this process or another one.
   */
  constructor(options: AlertingOptions = {}) {
    const { stateDir } = options;
    const rules = inProcess(options.rules ?? ALERT_RULES);
    this.intervalMs = checkAlerting(options);
    this.#clock = options.clock ?? wallClock;
    this.#stopwatch = stopwatchOf(options.clock);
    this.#logger = options.logger ?? silentLogger;
    this.#madeAtMs = this.#clock.now();
    this.#ailments = new Ailments(this.#madeAtMs);
    this.#rules = rules;
    this.#viewOf = (record) => viewOf(record, options.runbookBase);
    this.#trackers = rules.map((rule) => new RuleTracker(rule));
    this.#schedules = rules.map((rule, index) => new RuleSchedule(rule, index));
    const read = seriesNamesOf(rules);
    this.#reads = (name) => read.has(name);
    this.#store = options.store ?? new MemorySeriesStore({ maxSeries: MAX_SERIES, wants: this.#reads });
    this.#audit = new AuditTrail(MAX_ENTRIES, (entry) => this.#keep(() => this.#files?.audit(entry)));
    this.#book = new AlertBook({
      rules: new Map(rules.map((rule) => [rule.name, rule])),
      silences: this.#silences,
      damping: { ...DEFAULT_DAMPING, ...options.damping },
      changed: (kind, record, by, note) => this.#note({ kind, subject: record.id, detail: detailOf(record, note), by }),
    });
    this.#telling = new Telling(options, {
      clock: this.#clock,
      logger: this.#logger,
      viewOf: this.#viewOf,
      note: (entry) => this.#note(entry),
      changed: () => (this.#isChanged = true),
    });
    const { watchdog } = options;
    this.#deadMansSwitch = watchdog === undefined ? undefined : new DeadMansSwitch(watchdog, this.#logger);
    // Last: whoever is refused must not keep the folder.
    this.#files =
      stateDir === undefined
        ? undefined
        : new StateFiles({ folder: stateDir, name: 'alerts', version: 2, logger: this.#logger });
    this.#restore();
  }

  /** Begins to look at monitorings, every `intervalMs`, until it is disposed of; once. @throws MonitoringError `CLOSED` */
  start(...watched: readonly Watched[]): void {
    if (this.#isClosed) throw closedError();
    this.#recording ??= new Recording({ ...this.#recorded(watched), everyMs: this.intervalMs, logger: this.#logger });
  }

  /** Looks once, now. */
  look(...watched: readonly Watched[]): Promise<void> {
    return recordOnce(this.#recorded(watched));
  }

  /**
   * Evaluates the rules over what is in the store, as of a time, and tells what is due. Rules that read long stretches are evaluated less often: every
   * hundredth of the stretch, at most every minute.
   */
  evaluate(nowMs: number = this.#clock.now()): void {
    const beganMs = this.#stopwatch();
    for (const [index, tracker] of this.#trackers.entries()) {
      if (this.#schedules[index]?.take(nowMs) === true) this.#evaluateRule(tracker, nowMs);
    }
    for (const silence of this.#silences.expire(nowMs)) this.#noteSilence('silence-ended', silence, '');
    this.#book.update(this.#trackers, nowMs);
    this.#telling.update(this.#book.records, nowMs);
    this.#deadMansSwitch?.update(this.#book.records, this.#viewOf, nowMs);
    this.#review(nowMs);
    this.#metrics.evaluated(nowMs, this.#stopwatch() - beganMs);
    this.#save(nowMs);
  }

  /** All alerts that are known: pending, firing, acknowledged, and those that are over. */
  alerts(): readonly Alert[] {
    return Array.from(this.#book.records, this.#viewOf);
  }

  /** What the rules look at: to show beside an alert what its series did. */
  get store(): Pick<SeriesStore, 'select'> {
    return this.#store;
  }

  /** Every rule, also those that keep quiet. */
  allRules(): readonly AlertRule[] {
    return this.#rules;
  }

  /** The rules whose series are there; the others keep quiet until their source is installed. */
  rules(): readonly AlertRule[] {
    const nowMs = this.#clock.now();
    return this.#rules.filter((rule) => isInstalled(rule, this.#store, nowMs));
  }

  /** Says that somebody looks after an alert: it is not escalated until that runs out. @throws MonitoringError `ALERT_REFUSED` */
  acknowledge(id: string, request: AcknowledgeRequest): Alert {
    return this.#viewOf(this.#book.acknowledge(id, request, this.#clock.now()));
  }

  /** Takes the next step of an alert's escalation at the next look. @throws MonitoringError `ALERT_REFUSED` */
  escalate(id: string, by: string): Alert {
    return this.#viewOf(this.#book.escalate(id, by));
  }

  /** Keeps alerts from being told for a time. @throws MonitoringError `SILENCE_REFUSED` */
  silence(request: SilenceRequest): Silence {
    const silence = this.#silences.add(request, this.#clock.now());
    this.#noteSilence('silenced', silence, request.by);
    return silence;
  }

  /** Ends a silence before its time. False: there is none. */
  endSilence(id: string, by: string): boolean {
    const ended = this.#silences.end(id);
    if (ended !== undefined) this.#noteSilence('silence-ended', ended, by);
    return ended !== undefined;
  }

  silences(): readonly Silence[] {
    return this.#silences.all;
  }

  /** What happened to alerts and silences, newest first; the last 1,000, of before a restart too where there is a `stateDir`. */
  audit(): readonly AuditEntry[] {
    return this.#audit.recent();
  }

  /** Degraded while a rule cannot be evaluated, the store does not take what the rules read, or nobody takes a notification. */
  health(): Health {
    return this.#ailments.health();
  }

  collect(into: MetricsSink): void {
    this.#metrics.collect(into, this.#book.records, this.#telling.counts());
    this.#deadMansSwitch?.collect(into);
  }

  /** Resolves when everything that is due was told, or given up. */
  idle(): Promise<void> {
    return this.#telling.idle();
  }

  /**
   * Stops looking, tries once what is to be told, for `retry.closeMs` at most, saves, and gives `stateDir` back. What nobody took by then is told after the
   * restart; without a `stateDir` it is lost, and the log says how much that is.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#recording?.[Symbol.asyncDispose]();
    await this.#telling.close();
    this.#sayWhatIsUntold();
    this.#isChanged = true;
    this.#save(this.#clock.now());
    this.#keep(() => this.#files?.close());
  }

  #sayWhatIsUntold(): void {
    const { owed } = this.#telling;
    if (owed === 0) return;
    const next = this.#files === undefined ? 'without a stateDir they are lost' : 'they are told after the restart';
    this.#logger.warn({ event: 'monitoring.untold', owed }, `Nobody has taken ${owed} notifications: ${next}.`);
  }

  #recorded(monitorings: readonly Watched[]): Omit<RecordingOptions, 'everyMs' | 'logger'> {
    const onScrape = (timeMs: number): void => this.evaluate(timeMs);
    return { monitorings, store: this.#store, whole: this.#reads, clock: this.#clock, onScrape };
  }

  /** A rule that fails leaves its alerts as they are; the others go on. */
  #evaluateRule(tracker: RuleTracker, nowMs: number): void {
    try {
      tracker.update(evaluate(tracker.rule.expression, this.#store, nowMs), nowMs);
      this.#ailments.noteRule(tracker.rule.name, false, nowMs);
    } catch (error) {
      this.#metrics.ruleFailed();
      if (this.#ailments.noteRule(tracker.rule.name, true, nowMs)) this.#failed('monitoring.rule-failed', error);
    }
  }

  /** Looks whether there is something that no rule sees, or that nobody takes. */
  #review(nowMs: number): void {
    const leftOut = this.#store.leftOut ?? 0;
    const isFull = leftOut > this.#leftOut;
    this.#leftOut = leftOut;
    const full = isFull ? 'there are more series than its store keeps: rules do not see all' : undefined;
    this.#ailments.note('full', full, nowMs);
    const store = this.#store.health?.();
    const ill = store === undefined || store.status === 'up' ? undefined : store.reason;
    if (this.#ailments.note('store', ill, nowMs) && ill !== undefined) {
      this.#logger.warn({ event: 'monitoring.store-degraded', reason: ill }, `Rules do not see what is new: ${ill}.`);
    }
    const { untaken } = this.#telling;
    const untold = untaken > 0 ? `nobody takes ${untaken} notifications, which are tried again` : undefined;
    this.#ailments.note('untold', untold, nowMs);
  }

  #noteSilence(kind: AuditKind, { id, match, reason }: Silence, by: string): void {
    this.#note({ kind, subject: id, detail: `${JSON.stringify(match)} ${reason}`, by });
  }

  #note(entry: Omit<AuditEntry, 'atMs'>): void {
    this.#isChanged = true;
    this.#audit.add({ atMs: this.#clock.now(), ...entry });
  }

  #restore(): void {
    try {
      this.#audit.restore(this.#files?.auditTail(MAX_ENTRIES) ?? []);
      const state = this.#files?.read();
      if (state === undefined) return;
      for (const tracker of this.#trackers)
        tracker.restore(state.tracked[tracker.rule.name] ?? [], state.savedAtMs, this.#madeAtMs);
      this.#silences.restore(state.silences);
      this.#book.restore(state.records);
      this.#telling.restore(state.groups);
    } catch (error) {
      this.#files?.close();
      throw error;
    }
  }

  #save(nowMs: number): void {
    if (!this.#isChanged || this.#files === undefined) return;
    this.#isChanged = false;
    const state: AlertingState = {
      savedAtMs: nowMs,
      tracked: Object.fromEntries(this.#trackers.map(({ rule, alerts }) => [rule.name, [...alerts]])),
      records: [...this.#book.records],
      silences: this.#silences.all,
      groups: this.#telling.states,
    };
    this.#keep(() => this.#files?.write(state, nowMs));
  }

  /** Alerts go on when their state cannot be kept. */
  #keep(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#failed('monitoring.state-unusable', error);
    }
  }

  #failed(event: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#logger.warn({ event, error: reason }, reason);
  }
}

/** Makes the alerts of a bus; see {@link Alerting}. @throws ValidationError `INVALID_OPTIONS` with every issue. */
export function createAlerting(options: AlertingOptions = {}): Alerting {
  return new Alerting(options);
}

/** Enough for dozens of paths. Memory is taken for series that there are: 36 kB each, 288 MB for all of them. */
const MAX_SERIES = 8_000;
/** Of the audit trail in memory. */
const MAX_ENTRIES = 1_000;

function detailOf({ rule, summary }: AlertRecord, note: string): string {
  return note === '' ? `${rule}: ${summary}` : `${rule}: ${note}`;
}

function closedError(): MonitoringError {
  return new MonitoringError('CLOSED', {
    message: 'Expected alerting that is open, and it is closed.',
    hint: 'Make a new one.',
  });
}
