import { MonitoringError } from '../errors.ts';
import type { AlertRule } from '../rules/alert-rule.ts';
import { isOpen, recordOf, type AlertRecord } from './alert-record.ts';
import type { AuditKind } from './audit-entry.ts';
import { isHeld, noteFiring, type FlapDamping } from './flapping.ts';
import { inhibit } from './inhibition.ts';
import type { RuleTracker, TrackedAlert } from './rule-tracker.ts';
import type { Silences } from './silences.ts';

/** What acknowledging needs. */
export interface AcknowledgeRequest {
  readonly by: string;
  readonly note?: string | undefined;
  /** Milliseconds until it fires again if it is not over: more than 0, at most 24 hours. Default 30 minutes. */
  readonly forMs?: number | undefined;
}

export interface AlertBookOptions {
  readonly rules: ReadonlyMap<string, AlertRule>;
  readonly silences: Silences;
  readonly damping: FlapDamping;
  /** Told of every change of an alert. */
  readonly changed: (kind: AuditKind, record: AlertRecord, by: string, note: string) => void;
}

/** The life of every alert: pending, firing, acknowledged, resolved. At most 1,000 resolved ones are remembered. */
export class AlertBook {
  readonly #options: AlertBookOptions;
  readonly #records = new Map<string, AlertRecord>();

  constructor(options: AlertBookOptions) {
    this.#options = options;
  }

  get records(): Iterable<AlertRecord> {
    return this.#records.values();
  }

  get(id: string): AlertRecord | undefined {
    return this.#records.get(id);
  }

  /** Takes over what the trackers have, ends what they do not have any more, and says of each whether it is silenced or explained. */
  update(trackers: Iterable<RuleTracker>, nowMs: number): void {
    const seen = new Set<AlertRecord>();
    const byLabels = new Map([...this.#records.values()].map((record) => [record.id, record]));
    for (const { rule, alerts } of trackers) {
      for (const tracked of alerts) {
        const fresh = recordOf(tracked, rule);
        const record = byLabels.get(fresh.id) ?? fresh;
        this.#records.set(record.id, record);
        seen.add(record);
        this.#follow(record, tracked, nowMs);
      }
    }
    for (const record of this.#records.values()) if (!seen.has(record)) this.#end(record, nowMs);
    this.#review(nowMs);
    this.#forget();
  }

  /** @throws MonitoringError `ALERT_REFUSED` unless it fires, and for a time without end. */
  acknowledge(id: string, { by, note = '', forMs = ACKNOWLEDGED_MS }: AcknowledgeRequest, nowMs: number): AlertRecord {
    const record = this.#open(id);
    if (by === '' || !(forMs > 0 && forMs <= MAX_ACKNOWLEDGED_MS)) {
      throw refused(
        'a name, and a time of more than 0 and at most 24 hours',
        `"${by}" and ${forMs} ms`,
        'Acknowledge it again when that is over.',
      );
    }
    record.state = 'acknowledged';
    record.acknowledgement = { by, note, atMs: nowMs, untilMs: nowMs + forMs };
    this.#options.changed('acknowledged', record, by, note);
    return record;
  }

  /** Takes the next step of its escalation now. @throws MonitoringError `ALERT_REFUSED` unless it fires. */
  escalate(id: string, by: string): AlertRecord {
    const record = this.#open(id);
    record.state = 'firing';
    record.acknowledgement = undefined;
    record.escalateNow = true;
    this.#options.changed('escalated', record, by, '');
    return record;
  }

  restore(records: Iterable<AlertRecord>): void {
    for (const record of records) this.#records.set(record.id, { ...record });
  }

  #open(id: string): AlertRecord {
    const record = this.#records.get(id);
    if (record === undefined || !isOpen(record)) throw refused('the id of an alert that fires', id);
    return record;
  }

  #follow(record: AlertRecord, tracked: TrackedAlert, nowMs: number): void {
    record.summary = tracked.summary;
    record.value = tracked.value;
    if (record.state === 'resolved') this.#begin(record);
    // It moves while it is pending, over a restart.
    if (record.state === 'pending') record.activeAtMs = tracked.activeAtMs;
    if (tracked.firedAtMs === undefined) return;
    record.quietSinceMs = undefined;
    if (isOpen(record)) return;
    record.state = 'firing';
    record.firedAtMs = nowMs;
    record.former = undefined;
    record.escalatesFromMs = nowMs;
    noteFiring(record, nowMs, this.#options.damping);
    this.#options.changed('firing', record, '', '');
  }

  #begin(record: AlertRecord): void {
    const { activeAtMs, firedAtMs, resolvedAtMs, escalations } = record;
    record.state = 'pending';
    record.former = { activeAtMs, firedAtMs, resolvedAtMs, escalations };
    record.firedAtMs = undefined;
    record.resolvedAtMs = undefined;
    record.acknowledgement = undefined;
    record.escalations = 0;
    record.escalateNow = undefined;
    record.waitingSteps = undefined;
  }

  /** What was only pending goes back to where it was before: to its former life, which may not be told yet, or to nothing. */
  #end(record: AlertRecord, nowMs: number): void {
    if (record.state === 'pending') {
      const { former } = record;
      if (former === undefined) this.#records.delete(record.id);
      else Object.assign(record, { ...former, state: 'resolved', former: undefined });
      return;
    }
    if (record.state === 'resolved' || isHeld(record, nowMs, this.#options.damping)) return;
    record.state = 'resolved';
    record.resolvedAtMs = nowMs;
    record.quietSinceMs = undefined;
    record.acknowledgement = undefined;
    this.#options.changed('resolved', record, '', '');
  }

  #review(nowMs: number): void {
    for (const record of this.#records.values()) {
      record.silencedBy = this.#options.silences.covering(record.labels)?.id;
      record.inhibitedBy = undefined;
      const { acknowledgement } = record;
      if (acknowledgement === undefined || acknowledgement.untilMs > nowMs) continue;
      record.state = 'firing';
      record.acknowledgement = undefined;
      record.escalatesFromMs = nowMs;
      record.escalations = 0;
      record.waitingSteps = undefined;
      this.#options.changed('acknowledgement-ended', record, acknowledgement.by, '');
    }
    inhibit(this.#records.values(), this.#options.rules);
  }

  /** Of those that are over the oldest go first. */
  #forget(): void {
    const over = [...this.#records.values()].filter(({ state }) => state === 'resolved');
    if (over.length <= MAX_RESOLVED) return;
    over.sort((a, b) => (a.resolvedAtMs ?? 0) - (b.resolvedAtMs ?? 0));
    for (const { id } of over.slice(0, over.length - MAX_RESOLVED)) this.#records.delete(id);
  }
}

function refused(
  expected: string,
  came: string,
  hint = 'Look at the alerts that fire now, and take the id of one.',
): MonitoringError {
  return new MonitoringError('ALERT_REFUSED', { message: `Expected ${expected}, and came ${came}.`, hint });
}

const ACKNOWLEDGED_MS = 30 * 60_000;
const MAX_ACKNOWLEDGED_MS = 24 * 3_600_000;
const MAX_RESOLVED = 1_000;
