import { silentLogger, type Clock, type Health, type Logger, type MetricsSink, type Part } from '@tradewind/core-types';
import { wallClock } from '../clock/wall-clock.ts';
import { MonitoringError } from '../errors.ts';
import { MemorySeriesStore } from '../history/memory-series-store.ts';
import { Recording, recordOnce, type RecordingOptions } from '../history/recorder.ts';
import type { SeriesStore } from '../history/series-store.ts';
import type { Watched } from '../history/watched.ts';
import { DEFAULT_RETRY, Delivery } from '../notifying/delivery.ts';
import type { Notification } from '../notifying/notification.ts';
import type { AlertRule } from '../rules/alert-rule.ts';
import { evaluate } from '../rules/evaluation/evaluate.ts';
import { inProcess, isInstalled, seriesNamesOf } from '../rules/installed.ts';
import { ALERT_RULES } from '../rules/rules.ts';
import type { Alert } from './alert.ts';
import { AlertBook, type AcknowledgeRequest } from './alert-book.ts';
import { viewOf, type AlertRecord } from './alert-record.ts';
import { AlertmanagerFeed } from './alertmanager-feed.ts';
import { AlertingMetrics } from './alerting-metrics.ts';
import { AuditTrail, type AuditEntry, type AuditKind } from './audit-trail.ts';
import { checkPolicy, defaultPolicy } from './escalation.ts';
import { DeadMansSwitch } from './dead-mans-switch.ts';
import { DEFAULT_DAMPING } from './flapping.ts';
import { DEFAULT_GROUPING, Groups, type DueGroup } from './groups.ts';
import { checkAlerting, type AlertingOptions } from './options.ts';
import { RuleSchedule } from './rule-schedule.ts';
import { RuleTracker } from './rule-tracker.ts';
import { Silences, type Silence, type SilenceRequest } from './silences.ts';
import { StateFiles } from './state-files.ts';

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
  readonly #logger: Logger;
  readonly #rules: readonly AlertRule[];
  readonly #trackers: readonly RuleTracker[];
  readonly #schedules: readonly RuleSchedule[];
  readonly #store: SeriesStore;
  /** What the rules read: of that every series is looked at, however many the page shows. */
  readonly #reads: (name: string) => boolean;
  readonly #files: StateFiles | undefined;
  readonly #audit: AuditTrail;
  readonly #silences = new Silences();
  readonly #book: AlertBook;
  readonly #groups: Groups;
  readonly #delivery: Delivery;
  readonly #feed: AlertmanagerFeed;
  readonly #deadMansSwitch: DeadMansSwitch | undefined;
  readonly #metrics = new AlertingMetrics();
  readonly #madeAtMs: number;
  readonly #viewOf: (record: AlertRecord) => Alert;
  #recording: Recording | undefined;
  #isClosed = false;
  #isChanged = false;

  /**
   * @throws ValidationError `INVALID_OPTIONS` with every issue.
   * @throws MonitoringError `STATE_UNUSABLE` where `stateDir` cannot be made, or other alerting uses it, of this process or another one.
   */
  constructor(options: AlertingOptions = {}) {
    const { channels = [], alertmanagers = {}, stateDir } = options;
    const rules = inProcess(options.rules ?? ALERT_RULES);
    this.intervalMs = checkAlerting(options);
    this.#clock = options.clock ?? wallClock;
    this.#logger = options.logger ?? silentLogger;
    this.#madeAtMs = this.#clock.now();
    this.#rules = rules;
    this.#viewOf = (record) => viewOf(record, options.runbookBase);
    this.#trackers = rules.map((rule) => new RuleTracker(rule));
    this.#schedules = rules.map((rule, index) => new RuleSchedule(rule, index));
    const names = seriesNamesOf(rules);
    this.#store = options.store ?? new MemorySeriesStore({ maxSeries: MAX_SERIES, wants: (name) => names.has(name) });
    this.#reads = (name) => names.has(name);
    this.#audit = new AuditTrail((entry) => this.#keep(() => this.#files?.audit(entry)));
    const policy = options.escalation ?? defaultPolicy(channels.map(({ name }) => name));
    checkPolicy(policy, new Set(channels.map(({ name }) => name)));
    this.#groups = new Groups({ ...DEFAULT_GROUPING, ...options.grouping }, policy);
    this.#book = new AlertBook({
      rules: new Map(rules.map((rule) => [rule.name, rule])),
      silences: this.#silences,
      damping: { ...DEFAULT_DAMPING, ...options.damping },
      changed: (kind, record, by, note) => this.#note({ kind, subject: record.id, detail: detailOf(record, note), by }),
    });
    const feeds = Object.entries(alertmanagers).map(([name, notifier]) => ({ name, notifier }));
    this.#delivery = new Delivery({
      channels: [...channels, ...feeds],
      retry: { ...DEFAULT_RETRY, ...options.retry },
      clock: this.#clock,
      told: (notification, channel, failure) => this.#told(notification, channel, failure),
    });
    this.#feed = new AlertmanagerFeed(this.#delivery, Object.keys(alertmanagers));
    const { watchdog } = options;
    this.#deadMansSwitch = watchdog === undefined ? undefined : new DeadMansSwitch(watchdog, this.#logger);
    // Last: whoever is refused must not keep the folder.
    this.#files = stateDir === undefined ? undefined : new StateFiles(stateDir);
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
    const startedAtMs = this.#clock.now();
    for (const [index, tracker] of this.#trackers.entries()) {
      if (this.#schedules[index]?.take(nowMs) === true) this.#evaluateRule(tracker, nowMs);
    }
    for (const silence of this.#silences.expire(nowMs)) this.#noteSilence('silence-ended', silence, '');
    this.#book.update(this.#trackers, nowMs);
    for (const group of this.#groups.take(this.#book.records, nowMs)) this.#tell(group, nowMs);
    this.#feed.update(this.alerts(), nowMs);
    this.#deadMansSwitch?.update(this.alerts(), nowMs);
    this.#metrics.leftOut(this.#store.leftOut ?? 0, nowMs);
    this.#metrics.evaluated(nowMs, this.#clock.now() - startedAtMs);
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

  /** What happened to alerts and silences, newest first; the last 1,000. */
  audit(): readonly AuditEntry[] {
    return this.#audit.entries;
  }

  health(): Health {
    const { failing, sinceMs } = this.#metrics;
    if (failing === undefined) return { status: 'up', reason: '', sinceMs: this.#madeAtMs };
    return { status: 'degraded', reason: failing, sinceMs };
  }

  collect(into: MetricsSink): void {
    this.#metrics.collect(into, this.#book.records, this.#delivery.counts());
    this.#deadMansSwitch?.collect(into);
  }

  /** Resolves when everything that is due was told, or given up. */
  idle(): Promise<void> {
    return this.#delivery.idle();
  }

  /** Stops looking, lets what is being told end, saves, and gives `stateDir` back. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#recording?.[Symbol.asyncDispose]();
    await this.#delivery.close();
    this.#isChanged = true;
    this.#save(this.#clock.now());
    this.#keep(() => this.#files?.close());
  }

  #recorded(monitorings: readonly Watched[]): Omit<RecordingOptions, 'everyMs' | 'logger'> {
    const onScrape = (timeMs: number): void => this.evaluate(timeMs);
    return { monitorings, store: this.#store, whole: this.#reads, clock: this.#clock, onScrape };
  }

  /** A rule that fails leaves its alerts as they are; the others go on. */
  #evaluateRule(tracker: RuleTracker, nowMs: number): void {
    try {
      tracker.update(evaluate(tracker.rule.expression, this.#store, nowMs), nowMs);
      this.#metrics.succeeded(tracker.rule.name);
    } catch (error) {
      if (this.#metrics.failed(tracker.rule.name, nowMs)) this.#failed('monitoring.rule-failed', error);
    }
  }

  #tell({ key, labels, firing, resolved, channels }: DueGroup, nowMs: number): void {
    const alerts = [...firing, ...resolved].map(this.#viewOf);
    const status = firing.length > 0 ? 'firing' : 'resolved';
    this.#isChanged = true;
    for (const channel of channels) {
      this.#delivery.send({ status, groupKey: key, groupLabels: labels, alerts, atMs: nowMs }, channel);
    }
  }

  #told(notification: Notification, channel: string, failure: unknown): void {
    const { alertname = 'all', bus = '' } = notification.groupLabels;
    const detail = `${channel}: ${alertname} ${bus} ${notification.status}`;
    if (failure === undefined) {
      if (notification.groupKey !== 'alertmanager') this.#note({ kind: 'notified', subject: channel, detail, by: '' });
      return;
    }
    this.#note({ kind: 'not-notified', subject: channel, detail, by: '' });
    this.#failed('monitoring.not-notified', failure);
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
      const state = this.#files?.read();
      if (state === undefined) return;
      for (const tracker of this.#trackers) tracker.restore(state.tracked[tracker.rule.name] ?? [], this.#madeAtMs);
      this.#silences.restore(state.silences);
      this.#book.restore(state.records);
      this.#groups.restore(state.groups);
    } catch (error) {
      this.#files?.close();
      throw error;
    }
  }

  #save(nowMs: number): void {
    if (!this.#isChanged || this.#files === undefined) return;
    this.#isChanged = false;
    this.#keep(() =>
      this.#files?.write({
        version: 1,
        savedAtMs: nowMs,
        tracked: Object.fromEntries(this.#trackers.map(({ rule, alerts }) => [rule.name, [...alerts]])),
        records: [...this.#book.records],
        silences: this.#silences.all,
        groups: [...this.#groups.states],
      }),
    );
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

function detailOf({ rule, summary }: AlertRecord, note: string): string {
  return note === '' ? `${rule}: ${summary}` : `${rule}: ${note}`;
}

function closedError(): MonitoringError {
  return new MonitoringError('CLOSED', {
    message: 'Expected alerting that is open, and it is closed.',
    hint: 'Make a new one.',
  });
}
