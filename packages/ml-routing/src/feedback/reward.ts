import { ValidationError, showValue, type Outcome, type PathId } from '@tradewind/core-types';
import { sendingResult } from '../paths/sending-result.ts';

/**
 * What an outcome was worth. Higher is better, in whatever unit: rewards are compared with each other only.
 *
 * One that is not finite is counted and left out, so a reward may say NaN where it has no opinion. Called once per joined outcome, on the hot path:
 * no object, no clock.
 */
export interface Reward {
  /** In explanations and metrics. */
  readonly name: string;
  /** @param expiresAtMs - When the message expires; `Infinity` when never. */
  of(outcome: Outcome, expiresAtMs: number): number;
}

/** Whether the message got where it was to go. */
function succeeded({ kind }: Outcome): boolean {
  return kind === 'handled' || kind === 'sent';
}

/**
 * Whether its path lost it, or may have made it expire: left out, a path would look the better the more of its messages expire, since those that do are the slow ones.
 * What was superseded, dropped or refused, or failed when it had been delivered, would have ended like that on any path.
 */
function wasLost(outcome: Outcome): boolean {
  return outcome.kind === 'expired' || sendingResult(outcome) === 'failed';
}

/** 1, 0, or NaN for a message that says nothing about its path. */
function hit(isHit: boolean, outcome: Outcome): number {
  if (isHit) return 1;
  return succeeded(outcome) || wasLost(outcome) ? 0 : Number.NaN;
}

/**
 * Minus the milliseconds from `publish` to the end of the handler or of the sending; `-givenUpMs` for a message that its path lost, or that expired, which may be due to its path.
 *
 * What would have ended like that on any path has no reward: superseded, dropped, refused, or failed in a handler. Where messages expire for other reasons too, as before they are
 * sent, that counts against all paths alike; choose a `givenUpMs` near the expiry, or {@link deadlineReward}, lest those few outweigh the latencies.
 *
 * @param options - `givenUpMs`: What a message counts as that its path lost or that expired, in milliseconds, above 0. Default 10,000.
 * @throws ValidationError `INVALID_OPTIONS`
 */
export function latencyReward(options: { readonly givenUpMs?: number | undefined } = {}): Reward {
  const givenUpMs = positive('givenUpMs', options.givenUpMs ?? 10_000);
  return {
    name: 'latency',
    of(outcome) {
      if (succeeded(outcome)) return -(outcome.waitedMs + outcome.handledMs);
      return wasLost(outcome) ? -givenUpMs : Number.NaN;
    },
  };
}

/**
 * 1 where the message got there in time, 0 where it was late, expired, or was lost by its path. What was superseded, dropped or refused, or failed in a handler, says nothing.
 *
 * @param options - `withinMs`: What is in time where the message itself does not expire, in milliseconds, above 0. Default: any time.
 * @throws ValidationError `INVALID_OPTIONS`
 */
export function deadlineReward(options: { readonly withinMs?: number | undefined } = {}): Reward {
  const withinMs = options.withinMs === undefined ? Infinity : positive('withinMs', options.withinMs);
  return {
    name: 'deadline',
    of(outcome, expiresAtMs) {
      const tookMs = outcome.waitedMs + outcome.handledMs;
      const allowedMs = expiresAtMs < Infinity ? expiresAtMs - outcome.publishedAtMs : withinMs;
      return hit(succeeded(outcome) && tookMs <= allowedMs, outcome);
    },
  };
}

/** 1 where the message got there, 0 where it expired or was lost by its path. What was superseded, dropped or refused, or failed in a handler, says nothing. */
export function successReward(): Reward {
  return {
    name: 'success',
    of: (outcome) => hit(succeeded(outcome), outcome),
  };
}

/**
 * Minus what it costs to use the path that the message took.
 *
 * @param costs - By path, in one unit, not negative. A path that is not among them costs nothing.
 * @throws ValidationError `INVALID_OPTIONS` naming every cost that is no finite number from 0 on.
 */
export function costReward(costs: Readonly<Record<PathId, number>>): Reward {
  const byPath = new Map(Object.entries(costs));
  const issues = [...byPath]
    .filter(([, cost]) => !(typeof cost === 'number' && cost >= 0 && cost < Infinity))
    .map(([path, cost]) => ({ path: `costs.${path}`, expected: 'a number from 0 on', received: showValue(cost) }));
  const [first] = issues;
  if (first !== undefined) throw new ValidationError('INVALID_OPTIONS', { ...first, issues, hint: HINT });
  return { name: 'cost', of: ({ path }) => -(path === undefined ? 0 : (byPath.get(path) ?? 0)) };
}

/** A reward and how much it counts. */
export interface RewardPart {
  readonly reward: Reward;
  /** Finite; negative turns the reward round. */
  readonly weight: number;
}

/**
 * Several rewards in one: the sum of their weighted values. Where one of them is not finite the sum is not either.
 *
 * @throws ValidationError `INVALID_OPTIONS` without parts, or with a weight that is not finite.
 */
export function weightedReward(parts: readonly RewardPart[]): Reward {
  const broken = parts.findIndex(({ weight }) => !Number.isFinite(weight));
  if (parts.length === 0 || broken >= 0) {
    const path = broken < 0 ? '' : `[${broken}].weight`;
    const expected = broken < 0 ? 'at least one part' : 'a finite number';
    throw new ValidationError('INVALID_OPTIONS', {
      path,
      expected,
      received: showValue(broken < 0 ? parts : parts[broken]?.weight),
      hint: HINT,
    });
  }
  const own = parts.map(({ reward, weight }) => ({ reward, weight }));
  return {
    name: own.map(({ reward, weight }) => `${weight} ${reward.name}`).join(' + '),
    of(outcome, expiresAtMs) {
      let sum = 0;
      for (const { reward, weight } of own) sum += weight * reward.of(outcome, expiresAtMs);
      return sum;
    },
  };
}

function positive(path: string, value: unknown): number {
  if (typeof value === 'number' && value > 0 && value < Infinity) return value;
  throw new ValidationError('INVALID_OPTIONS', {
    path,
    expected: 'a number of milliseconds above 0',
    received: showValue(value),
    hint: HINT,
  });
}

const HINT = 'Mend the options of the reward: see Reward.';
