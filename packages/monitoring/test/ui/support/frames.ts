import type { AlertRow, AlertsAnswer, Frame, HealthAnswer } from '../../../src/dashboard/protocol/index.ts';

/** A frame of a bus on which nothing happens. */
export function frameOf(over: Partial<Frame> = {}): Frame {
  return {
    bus: 'risk',
    atMs: 100_000,
    intervalSeconds: 1,
    status: 'up',
    throughput: {
      publishedPerSecond: 0,
      deliveredPerSecond: 0,
      failedPerSecond: 0,
      droppedPerSecond: 0,
      refusedPerSecond: 0,
      expiredPerSecond: 0,
      deadLetteredPerSecond: 0,
    },
    latencies: [],
    lanes: [],
    workers: null,
    process: null,
    subscriptions: 0,
    deadLetters: 0,
    firingAlerts: 0,
    viewers: 1,
    ...over,
  };
}

type Component = HealthAnswer['buses'][number];

export function componentOf(over: Partial<Component> = {}): Component {
  return { name: 'risk', component: 'bus', status: 'up', reason: '', sinceMs: 0, parts: [], ...over };
}

export function healthOf(tree: Component = componentOf()): HealthAnswer {
  return { buses: [tree], remediation: [], remedies: [] };
}

export function alertOf(over: Partial<AlertRow> = {}): AlertRow {
  return {
    id: 'a1',
    rule: 'LaneFull',
    severity: 'critical',
    state: 'firing',
    labels: { bus: 'risk' },
    summary: 'A lane is full.',
    value: 1,
    activeAtMs: 0,
    firedAtMs: 0,
    resolvedAtMs: undefined,
    acknowledgement: undefined,
    silencedBy: undefined,
    inhibitedBy: undefined,
    isFlapping: false,
    escalations: 0,
    runbook: '',
    ...over,
  };
}

export function alertsOf(...alerts: readonly AlertRow[]): AlertsAnswer {
  return { alerts, silences: [], audit: [], rules: 1, quietRules: 0 };
}
