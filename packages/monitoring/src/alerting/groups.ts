import type { MetricLabels } from '@tradewind/core-types';
import { only, signature } from '../rules/evaluation/sample.ts';
import { isOpen, type AlertRecord } from './alert-record.ts';
import { dueSteps, holdsAt, type EscalationPolicy, type EscalationStep } from './escalation.ts';

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

/** What a group has told. JSON-safe. */
export interface GroupState {
  readonly key: string;
  readonly labels: MetricLabels;
  readonly sinceMs: number;
  toldAtMs?: number | undefined;
  /** Alerts that were told as firing. */
  told: string[];
  /** Channels that were told, so that they hear of the end. */
  channels: string[];
}

/** A group with what is to be told of it, and to whom. */
export interface DueGroup {
  readonly key: string;
  readonly labels: MetricLabels;
  readonly firing: readonly AlertRecord[];
  readonly resolved: readonly AlertRecord[];
  readonly channels: readonly string[];
}

/** Puts alerts into groups, and says which groups have something to tell. */
export class Groups {
  readonly #options: GroupingOptions;
  readonly #policy: EscalationPolicy;
  readonly #states = new Map<string, GroupState>();

  constructor(options: GroupingOptions, policy: EscalationPolicy) {
    this.#options = options;
    this.#policy = policy;
  }

  get states(): Iterable<GroupState> {
    return this.#states.values();
  }

  restore(states: Iterable<GroupState>): void {
    for (const state of states) this.#states.set(state.key, { ...state });
  }

  /** What is due now; it counts as told. */
  take(records: Iterable<AlertRecord>, nowMs: number): readonly DueGroup[] {
    const byGroup = new Map<string, AlertRecord[]>();
    for (const record of records) {
      if (record.state === 'pending') continue;
      const key = signature(only(record.labels, this.#options.by));
      const members = byGroup.get(key);
      if (members === undefined) byGroup.set(key, [record]);
      else members.push(record);
    }
    const due: DueGroup[] = [];
    for (const [key, members] of byGroup) {
      const group = this.#due(key, members, nowMs);
      if (group !== undefined) due.push(group);
    }
    for (const key of this.#states.keys()) if (!byGroup.has(key)) this.#states.delete(key);
    return due;
  }

  #due(key: string, members: readonly AlertRecord[], nowMs: number): DueGroup | undefined {
    const known = this.#states.get(key);
    const firing = members.filter((record) => isOpen(record) && isAudible(record));
    const resolved = members.filter(({ id, state }) => state === 'resolved' && known?.told.includes(id) === true);
    if (firing.length === 0 && resolved.length === 0) {
      if (known !== undefined && !members.some(isOpen)) this.#states.delete(key);
      return undefined;
    }
    const labels = only((members[0] as AlertRecord).labels, this.#options.by);
    const state = known ?? { key, labels, sinceMs: nowMs, told: [], channels: [] };
    this.#states.set(key, state);
    if (state.toldAtMs === undefined && nowMs - state.sinceMs < this.#options.waitMs) return undefined;
    const channels = new Set(this.#stepsOf(firing, state, nowMs).flatMap((step) => step.channels));
    const isNews = this.#hasNews(state, firing, resolved, nowMs);
    if (isNews) for (const channel of state.channels) channels.add(channel);
    if (channels.size === 0) return undefined;
    const heard = new Set([...state.channels, ...channels]);
    Object.assign(state, { toldAtMs: nowMs, told: firing.map(({ id }) => id), channels: [...heard] });
    if (firing.length === 0) this.#states.delete(key);
    return { key, labels, firing, resolved, channels: [...channels] };
  }

  /** Takes the steps that are due of all alerts of a group. Those out of their hours wait for them. */
  #stepsOf(firing: readonly AlertRecord[], { toldAtMs }: GroupState, nowMs: number): readonly EscalationStep[] {
    const isRecent = toldAtMs !== undefined && nowMs - toldAtMs < this.#options.intervalMs;
    const all: EscalationStep[] = [];
    for (const record of firing) {
      if (record.state === 'acknowledged') continue;
      const steps = this.#policy[record.severity] ?? [];
      // One that joins a group that was told a moment ago waits for the next telling of that group.
      if (record.escalations === 0 && isRecent && record.escalateNow !== true) continue;
      const nextMs = steps[record.escalations]?.afterMs ?? 0;
      const sinceMs = record.escalateNow === true ? nextMs : nowMs - record.escalatesFromMs;
      const dueCount = dueSteps(steps, record.escalations, sinceMs).length;
      const due = [...(record.waitingSteps ?? [])];
      for (let at = 0; at < dueCount; at += 1) due.push(record.escalations + at);
      record.escalations += dueCount;
      record.escalateNow = undefined;
      record.waitingSteps = undefined;
      for (const at of due) {
        const step = steps[at];
        // After a restart with another policy there may be none.
        if (step === undefined) continue;
        if (holdsAt(step, nowMs)) all.push(step);
        else record.waitingSteps = [...(record.waitingSteps ?? []), at];
      }
    }
    return all;
  }

  /** Whether those who were told are to be told again: others fire, something is over, or it is long ago. */
  #hasNews(
    state: GroupState,
    firing: readonly AlertRecord[],
    resolved: readonly AlertRecord[],
    nowMs: number,
  ): boolean {
    const { toldAtMs } = state;
    if (toldAtMs === undefined) return false;
    const agoMs = nowMs - toldAtMs;
    if (firing.length === 0) return true;
    const isChanged = resolved.length > 0 || firing.some(({ id }) => !state.told.includes(id));
    if (isChanged) return agoMs >= this.#options.intervalMs;
    return agoMs >= this.#options.repeatMs && firing.some(({ state: of }) => of === 'firing');
  }
}

function isAudible({ silencedBy, inhibitedBy }: AlertRecord): boolean {
  return silencedBy === undefined && inhibitedBy === undefined;
}
