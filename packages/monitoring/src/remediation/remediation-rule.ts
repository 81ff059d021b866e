import type { HealthStatus } from '@tradewind/core-types';

/** Which illness is treated by which remedy, and how often at most. */
export interface RemediationRule {
  /** Unique, in kebab-case: `reconnect-transport`. */
  readonly name: string;
  /** The components that it looks at: `transports/redis`, or with a star at the end all below: `transports/*`. */
  readonly component: string;
  /** From which status on a component is ill: `degraded` means degraded or down. */
  readonly from: Exclude<HealthStatus, 'up'>;
  /** How long it must have been ill, in milliseconds. */
  readonly forMs: number;
  /** A text that the reason must contain. Default: any reason will do. */
  readonly reason?: string | undefined;
  /** The name of the remedy. */
  readonly remedy: string;
  /** The component that has the remedy. Default: the one that is ill. */
  readonly on?: string | undefined;
  /** How many times it may run on one component within `budgetMs`. Default 3. */
  readonly budget?: number | undefined;
  /** Default an hour. */
  readonly budgetMs?: number | undefined;
  /** How long it rests between two runs on one component, in milliseconds. Default a minute. */
  readonly cooldownMs?: number | undefined;
  /** Within which time a component must be better after it ran, in milliseconds; otherwise the run counts as failed. 0: nobody looks. Default 30 s. */
  readonly settleMs?: number | undefined;
  /** How long the remedy itself may take, in milliseconds; after that the run counts as failed; others are treated when it has really ended. Default 30 s. */
  readonly timeoutMs?: number | undefined;
}

/** A rule with its defaults filled in. */
export interface ResolvedRule extends RemediationRule {
  readonly budget: number;
  readonly budgetMs: number;
  readonly cooldownMs: number;
  readonly settleMs: number;
  readonly timeoutMs: number;
}

export function resolveRule(rule: RemediationRule): ResolvedRule {
  return {
    ...rule,
    budget: rule.budget ?? 3,
    budgetMs: rule.budgetMs ?? HOUR_MS,
    cooldownMs: rule.cooldownMs ?? MINUTE_MS,
    settleMs: rule.settleMs ?? MINUTE_MS / 2,
    timeoutMs: rule.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  };
}

/**
 * What helps in most systems. Each needs the remedy to be there: a transport that can reconnect or trim, a client's workers, a
 * feed made by `watchFeed`, `shedLane` for the bus.
 */
export const STANDARD_RULES: readonly RemediationRule[] = [
  { name: 'reconnect-transport', component: 'transports/*', from: 'down', forMs: 10_000, remedy: 'reconnect' },
  {
    name: 'trim-streams',
    component: 'transports/*',
    from: 'degraded',
    forMs: 10_000,
    reason: 'memory',
    remedy: 'trim',
  },
  {
    name: 'replace-stuck-worker',
    component: 'workers',
    from: 'degraded',
    forMs: 0,
    reason: 'stuck',
    remedy: 'replace-stuck',
  },
  { name: 'resubscribe-feed', component: 'feeds/*', from: 'degraded', forMs: 10_000, remedy: 'resubscribe' },
  {
    name: 'disable-plugin',
    component: 'plugins/*',
    from: 'degraded',
    forMs: 120_000,
    reason: 'cut off',
    remedy: 'disable',
    budget: 1,
    settleMs: 0,
  },
  ...['CRITICAL', 'HIGH', 'NORMAL'].map((lane): RemediationRule => ({
    name: `shed-low-for-${lane.toLowerCase()}`,
    component: `lanes/${lane}`,
    from: 'degraded',
    forMs: 5_000,
    remedy: 'shed-low',
    on: 'bus',
  })),
];

/** Whether a rule looks at a component. */
export function looksAt({ component }: RemediationRule, candidate: string): boolean {
  if (!component.endsWith('*')) return component === candidate;
  return candidate.startsWith(component.slice(0, -1));
}

/** How long a remedy may take that no rule limits, as one that is run by hand, in milliseconds. */
export const DEFAULT_TIMEOUT_MS = 30_000;

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
