import type { Clock, Logger, MetricLabels } from '@tradewind/core-types';
import { DEFAULT_RETRY, Delivery, type ChannelCounts, type Outcome } from '../notifying/delivery.ts';
import type { Notification } from '../notifying/notification.ts';
import type { Alert } from './alert.ts';
import type { AlertRecord } from './alert-record.ts';
import { AlertmanagerFeed } from './alertmanager-feed.ts';
import type { AuditEntry } from './audit-entry.ts';
import { checkPolicy, defaultPolicy } from './escalation.ts';
import type { GroupState } from './group-state.ts';
import { DEFAULT_GROUPING, Groups, type Dropped, type Notice } from './groups.ts';
import type { AlertingOptions } from './options.ts';

/** What telling needs besides the options of the alerting. */
export interface TellingSurroundings {
  readonly clock: Pick<Clock, 'now' | 'setTimer'>;
  readonly logger: Logger;
  readonly viewOf: (record: AlertRecord) => Alert;
  /** Takes a line of the audit trail. */
  readonly note: (entry: Omit<AuditEntry, 'atMs'>) => void;
  /** What was told, or is to be told, is not as it was: it has to be kept. */
  readonly changed: () => void;
}

/** Tells people and Alertmanagers of alerts, and writes down what became of it. */
export class Telling {
  readonly #surroundings: TellingSurroundings;
  readonly #groups: Groups;
  readonly #delivery: Delivery;
  readonly #feed: AlertmanagerFeed;

  /** @throws ValidationError `INVALID_OPTIONS` where the escalation names channels that are not there. */
  constructor(
    { channels = [], alertmanagers = {}, escalation, grouping, retry: given }: AlertingOptions,
    surroundings: TellingSurroundings,
  ) {
    this.#surroundings = surroundings;
    const names = new Set(channels.map(({ name }) => name));
    const policy = escalation ?? defaultPolicy([...names]);
    checkPolicy(policy, names);
    const retry = { ...DEFAULT_RETRY, ...given };
    const { clock } = surroundings;
    const feeds = Object.entries(alertmanagers).map(([name, notifier]) => ({ name, notifier }));
    this.#groups = new Groups({ grouping: { ...DEFAULT_GROUPING, ...grouping }, policy, retry, channels: names });
    this.#delivery = new Delivery({ channels: [...channels, ...feeds], retry, clock });
    this.#feed = new AlertmanagerFeed({
      delivery: this.#delivery,
      channels: Object.keys(alertmanagers),
      now: () => clock.now(),
      ended: (notification, outcome, failures) => this.#noteFailures(notification, outcome, failures),
    });
  }

  /** Tells what is due. */
  update(records: Iterable<AlertRecord>, nowMs: number): void {
    const all = [...records];
    const [due, dropped] = this.#groups.take(all, nowMs);
    for (const notice of due) this.#tell(notice);
    for (const notice of dropped) this.#noteDropped(notice);
    this.#feed.update(all.map(this.#surroundings.viewOf), nowMs);
  }

  /** What goes on after a restart. */
  get states(): readonly GroupState[] {
    return [...this.#groups.states];
  }

  restore(states: Iterable<GroupState>): void {
    this.#groups.restore(states);
  }

  /** How many notifications nobody has taken the last time. */
  get untaken(): number {
    return this.#groups.untaken;
  }

  /** How many notifications are to be told, and nobody has taken yet. */
  get owed(): number {
    return this.#groups.owed;
  }

  counts(): Iterable<readonly [string, Readonly<ChannelCounts>]> {
    return this.#delivery.counts();
  }

  idle(): Promise<void> {
    return this.#delivery.idle();
  }

  close(): Promise<void> {
    return this.#delivery.close();
  }

  #tell(notice: Notice): void {
    const { key, labels, channel, firing, resolved, atMs } = notice;
    const { viewOf, note, clock, changed } = this.#surroundings;
    const alerts = [...firing, ...resolved].map(viewOf);
    const status = firing.length > 0 ? 'firing' : 'resolved';
    const notification: Notification = { status, groupKey: key, groupLabels: labels, alerts, atMs };
    // What is under way is kept as something to be told: whoever comes after a crash tells it again.
    changed();
    this.#delivery.send(notification, channel, (outcome) => {
      const { takenBy } = outcome;
      const failuresBefore = this.#groups.ended(notice, takenBy !== undefined, clock.now());
      changed();
      this.#noteFailures(notification, outcome, failuresBefore);
      if (takenBy === undefined) return;
      note({ kind: 'notified', subject: takenBy, detail: detailOf(notification, takenBy), by: '' });
    });
  }

  /** Of failures in a row the first is told; the metrics count all. */
  #noteFailures(notification: Notification, { failures }: Outcome, failuresBefore: number): void {
    if (failuresBefore > 0) return;
    const { note, logger } = this.#surroundings;
    for (const { channel, error } of failures) {
      note({ kind: 'not-notified', subject: channel, detail: detailOf(notification, channel), by: '' });
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn({ event: 'monitoring.not-notified', error: reason }, reason);
    }
  }

  #noteDropped({ labels, channel, reason }: Dropped): void {
    const { note, logger } = this.#surroundings;
    const detail = `${channel}: ${nameOf(labels)}: ${reason}`;
    note({ kind: 'never-notified', subject: channel, detail, by: '' });
    logger.warn({ event: 'monitoring.never-notified', ...labels, channel, reason }, `Not told: ${detail}.`);
  }
}

function detailOf({ groupLabels, status }: Notification, channel: string): string {
  return `${channel}: ${nameOf(groupLabels)} ${status}`;
}

function nameOf({ alertname = 'all', bus = '' }: MetricLabels): string {
  return `${alertname} ${bus}`;
}
