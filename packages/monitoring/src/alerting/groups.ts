import type { MetricLabels } from '@tradewind/core-types';
import { pauseAfter, type RetryOptions } from '../notifying/delivery.ts';
import { only, signature } from '../rules/evaluation/sample.ts';
import { isOpen, type AlertRecord } from './alert-record.ts';
import { beginAnew, takeSteps, type EscalationPolicy } from './escalation.ts';
import { hasPassed } from './has-passed.ts';
import { isOpenEnded, lastToldMs, owe, type ChannelState, type GroupState } from './group-state.ts';

/** Which alerts are told together, and how often. */
export interface GroupingOptions {
  /** Labels by which alerts are told together. Default `alertname` and `bus`. */
  readonly by: readonly string[];
  /** How long a new group waits for more of its kind, in milliseconds. Default 1,000. */
  readonly waitMs: number;
  /** How long until a change of a group that was told is told, in milliseconds. Default a minute. */
  readonly intervalMs: number;
  /** After how long what still fires is told again, in milliseconds. Default four hours. */
  readonly repeatMs: number;
}

export const DEFAULT_GROUPING: GroupingOptions = {
  by: ['alertname', 'bus'],
  waitMs: 1_000,
  intervalMs: 60_000,
  repeatMs: 4 * 3_600_000,
};

/** What groups are told by. */
export interface GroupsOptions {
  readonly grouping: GroupingOptions;
  readonly policy: EscalationPolicy;
  readonly retry: Pick<RetryOptions, 'pauseMs' | 'maxPauseMs'>;
  /** The names of all channels. */
  readonly channels: ReadonlySet<string>;
}

/** What is to be told of a group over one channel. */
export interface Notice {
  readonly key: string;
  readonly labels: MetricLabels;
  readonly channel: string;
  readonly firing: readonly AlertRecord[];
  /** Of those that the channel knows to fire. */
  readonly resolved: readonly AlertRecord[];
  readonly atMs: number;
}

/** What a channel will not hear any more, and why. */
export interface Dropped extends Pick<Notice, 'key' | 'labels' | 'channel'> {
  readonly reason: string;
}

/** A group with its alerts. */
interface Members {
  readonly state: GroupState;
  readonly all: readonly AlertRecord[];
  readonly firing: readonly AlertRecord[];
}

/**
 * Puts alerts into groups, and is the one that knows what was told of each to whom: only what a channel, or its second, has taken counts as told.
 *
 * What nobody has taken stays owed, over a restart too, and is due again after a pause that grows. It is told as the group is then: a notification is
 * made when it is sent, and of one group at most one is under way to a channel.
 */
export class Groups {
  readonly #options: GroupsOptions;
  readonly #states = new Map<string, GroupState>();
  /** Those to whom something is under way. */
  readonly #busy = new Set<ChannelState>();

  constructor(options: GroupsOptions) {
    this.#options = options;
  }

  get states(): Iterable<GroupState> {
    return this.#states.values();
  }

  /** How many notifications are to be told, and nobody has taken yet. */
  get owed(): number {
    return this.#count(({ owedSinceMs }) => owedSinceMs !== undefined);
  }

  /** How many of these nobody has taken the last time. */
  get untaken(): number {
    return this.#count(({ failures }) => failures > 0);
  }

  restore(states: Iterable<GroupState>): void {
    for (const state of states) this.#states.set(state.key, structuredClone(state));
  }

  /** What is due now; each has to be given back to `ended`. What will never be told is in the second list, once. */
  take(records: Iterable<AlertRecord>, nowMs: number): readonly [readonly Notice[], readonly Dropped[]] {
    const byGroup = Map.groupBy(records, ({ labels }) => signature(only(labels, this.#options.grouping.by)));
    const dropped: Dropped[] = [];
    for (const state of this.#states.values()) {
      const all = byGroup.get(state.key) ?? [];
      dropped.push(...this.#drop(state, all, nowMs));
      if (!isOpenEnded(state) && !all.some(isOpen)) this.#states.delete(state.key);
    }
    const due: Notice[] = [];
    for (const [key, all] of byGroup) {
      const firing = all.filter((record) => isOpen(record) && isAudible(record));
      const state = this.#states.get(key) ?? this.#begun(key, firing, nowMs);
      if (state !== undefined) due.push(...this.#due({ state, all, firing }, nowMs));
    }
    return [due, dropped];
  }

  /** Takes what became of a notice. @returns How often in a row nobody took one, before this one. */
  ended({ key, channel: name, firing, resolved, atMs }: Notice, isTaken: boolean, nowMs: number): number {
    const channel = this.#states.get(key)?.channels[name];
    if (channel === undefined) return 0;
    const { failures } = channel;
    this.#busy.delete(channel);
    channel.failures = isTaken ? 0 : failures + 1;
    channel.failedAtMs = isTaken ? undefined : nowMs;
    if (!isTaken) return failures;
    const over = new Set(resolved.map(({ id }) => id));
    channel.told = [...new Set([...channel.told, ...firing.map(({ id }) => id)])].filter((id) => !over.has(id));
    channel.toldAtMs = atMs;
    // What became due while this was under way is not told yet.
    if (channel.owedSinceMs !== undefined && channel.owedSinceMs <= atMs) channel.owedSinceMs = undefined;
    return failures;
  }

  #count(counts: (channel: ChannelState) => boolean): number {
    let count = 0;
    for (const { channels } of this.#states.values()) count += Object.values(channels).filter(counts).length;
    return count;
  }

  #begun(key: string, firing: readonly AlertRecord[], nowMs: number): GroupState | undefined {
    const [first] = firing;
    if (first === undefined) return undefined;
    const state = { key, labels: only(first.labels, this.#options.grouping.by), sinceMs: nowMs, channels: {} };
    this.#states.set(key, state);
    return state;
  }

  #due(members: Members, nowMs: number): readonly Notice[] {
    const { state, all, firing } = members;
    const { grouping } = this.#options;
    if (lastToldMs(state) === undefined && !hasPassed(state.sinceMs, grouping.waitMs, nowMs)) return [];
    this.#escalate(members, nowMs);
    const due: Notice[] = [];
    for (const [name, channel] of Object.entries(state.channels)) {
      if (this.#busy.has(channel)) continue;
      const resolved = all.filter(({ id, state: of }) => of === 'resolved' && channel.told.includes(id));
      if (channel.owedSinceMs === undefined && this.#hasNews(channel, firing, resolved, nowMs)) owe(state, name, nowMs);
      if (channel.owedSinceMs === undefined) continue;
      // All are silenced, or explained by others: it waits until one is not, or is over.
      if (firing.length === 0 && resolved.length === 0) {
        // Until then nobody refuses it.
        channel.failures = 0;
        channel.failedAtMs = undefined;
        continue;
      }
      if (!this.#mayTry(channel, nowMs)) continue;
      this.#busy.add(channel);
      due.push({ key: state.key, labels: state.labels, channel: name, firing, resolved, atMs: nowMs });
    }
    return due;
  }

  /** Takes the steps of all alerts that are due: their channels have something to hear. */
  #escalate({ state, firing }: Members, nowMs: number): void {
    const toldMs = lastToldMs(state);
    const { intervalMs } = this.#options.grouping;
    const isUnderWay = Object.values(state.channels).some((channel) => this.#busy.has(channel));
    const isRecent = isUnderWay || (toldMs !== undefined && !hasPassed(toldMs, intervalMs, nowMs));
    for (const record of firing) {
      // One that joins a group that was told a moment ago waits for the next telling of that group.
      if (record.escalations === 0 && isRecent && record.escalateNow !== true) continue;
      for (const { channels } of takeSteps(record, this.#options.policy, nowMs)) {
        for (const channel of channels) owe(state, channel, nowMs);
      }
    }
  }

  /** Whether a channel that was told is to be told again: others fire, something is over, or it is long ago. */
  #hasNews(
    { told, toldAtMs }: ChannelState,
    firing: readonly AlertRecord[],
    resolved: readonly AlertRecord[],
    nowMs: number,
  ): boolean {
    const { intervalMs, repeatMs } = this.#options.grouping;
    if (toldAtMs === undefined) return false;
    if (firing.length === 0) return resolved.length > 0;
    const isChanged = resolved.length > 0 || firing.some(({ id }) => !told.includes(id));
    if (isChanged) return hasPassed(toldAtMs, intervalMs, nowMs);
    return hasPassed(toldAtMs, repeatMs, nowMs) && firing.some(({ state }) => state === 'firing');
  }

  #mayTry({ failures, failedAtMs }: ChannelState, nowMs: number): boolean {
    return failedAtMs === undefined || hasPassed(failedAtMs, pauseAfter(failures, this.#options.retry), nowMs);
  }

  /** Takes out what nobody will ever tell. */
  #drop(state: GroupState, all: readonly AlertRecord[], nowMs: number): readonly Dropped[] {
    const { key, labels, channels } = state;
    const dropped: Dropped[] = [];
    const drop = (channel: string, reason: string): void => void dropped.push({ key, labels, channel, reason });
    const known = new Set(all.map(({ id }) => id));
    const isOver = !all.some(isOpen);
    for (const [name, channel] of Object.entries(channels)) {
      if (this.#busy.has(channel)) continue;
      if (!this.#options.channels.has(name)) {
        if (isOpenEnded({ ...state, channels: { [name]: channel } })) {
          drop(name, 'there is no such channel any more');
          // Its steps were taken for somebody who is gone: whoever the policy names now takes them.
          for (const record of all) if (isOpen(record)) beginAnew(record, nowMs);
        }
        delete channels[name];
        continue;
      }
      const told = channel.told.filter((id) => known.has(id));
      if (told.length < channel.told.length) drop(name, 'it is over for so long that it is forgotten');
      channel.told = told;
      if (!isOver || told.length > 0 || channel.owedSinceMs === undefined) continue;
      drop(name, 'it was over before a channel took it');
      delete channels[name];
    }
    return dropped;
  }
}

function isAudible({ silencedBy, inhibitedBy }: AlertRecord): boolean {
  return silencedBy === undefined && inhibitedBy === undefined;
}
