import { setTimeout as delay } from 'node:timers/promises';
import type { Alert, Notification, Notifier, RemediationEntry } from '@tradewind/monitoring';
import { ALERT_RULES, hasten, type AlertRule } from '@tradewind/monitoring/rules';
import { openOperations, type Operations } from '../operations/operations.ts';
import { addressLine } from '../operations/pages.ts';
import type { Drill } from './drill.ts';
import { queueFull } from './drills/queue-full.ts';
import { redisDown } from './drills/redis-down.ts';
import { slowHandler } from './drills/slow-handler.ts';
import { staleFeed } from './drills/stale-feed.ts';
import type { Fault } from './faults.ts';
import { Story } from './story.ts';

/** What goes wrong, and how it is told. */
export interface InjectionOptions {
  readonly fault: Fault;
  readonly seed: number;
  /** Whether remedies run. Default true; false: the story cannot come to its end. */
  readonly isMended?: boolean | undefined;
  /** How long the story may take, in milliseconds. Default a minute and a half. */
  readonly patienceMs?: number | undefined;
  /** One line for people. */
  readonly onLine: (text: string) => void;
  /** Called once with what ends it early. */
  readonly onStoppable?: ((stop: () => void) => void) | undefined;
}

/**
 * Makes something go wrong on a floor that is watched, and tells what comes of it: the alert, who was told, the remedy, the end.
 *
 * @returns The exit code: 0 when all of it happened in its order and nothing was lost, otherwise 1.
 * @throws DemoError `REDIS_UNAVAILABLE`.
 */
export async function runInjection(options: InjectionOptions): Promise<number> {
  const { fault, seed, onLine } = options;
  const drill = await DRILLS[fault](seed);
  const story = new Story(onLine);
  const operations = await watch(drill, story);
  let isStopped = false;
  options.onStoppable?.(() => {
    isStopped = true;
  });
  onLine(addressLine(operations.pages));
  onLine(`${fault}: ${drill.alert.rule}, its times divided by ${drill.hastenBy}, since nobody waits for minutes here.`);
  try {
    await delay(SETTLE_MS);
    const before = operations.alerting
      .alerts()
      .filter(({ state, rule }) => state !== 'pending' && rule === drill.alert.rule);
    const faultAtMs = operations.monitoring.clock.now();
    story.tell('fault', faultAtMs, `${await drill.inject()}.`);
    const deadlineMs = performance.now() + (options.patienceMs ?? PATIENCE_MS);
    while (!story.isTold && !isStopped && performance.now() < deadlineMs) {
      follow(operations, drill, story, faultAtMs);
      // First it is told, then it is mended: on a slow machine too.
      if (story.has('notified')) operations.remediator.enable(options.isMended ?? true);
      await delay(LOOK_EVERY_MS);
    }
    return conclude(
      [...before.map(({ rule }) => `${rule} fired before the fault`), ...story.problems()],
      onLine,
      drill,
    );
  } finally {
    await operations[Symbol.asyncDispose]();
  }
}

async function conclude(problems: readonly string[], onLine: (text: string) => void, drill: Drill): Promise<number> {
  const all = [...problems, ...(await drill.close())];
  const { quotes, tickers, refused } = drill.floor.counts;
  onLine(
    all.length === 0
      ? `As it should be: it fired, was told, was mended and ended; ${quotes} quotes and ${tickers} tickers accepted, none of them lost; ${refused} refused by a full lane.`
      : `Not as it should be: ${all.join('; ')}.`,
  );
  return all.length === 0 ? 0 : 1;
}

function watch(drill: Drill, story: Story): Promise<Operations> {
  const { floor, transports, parts, remediation, alert } = drill;
  const teller: Notifier = {
    notify: async ({ status, alerts, atMs }: Notification) => {
      if (status === 'firing' && alerts.some((one) => isOf(drill, one))) {
        story.tell('notified', atMs, 'the desk, by the channel "desk"');
      }
    },
  };
  const onEntry = ({ rule, component, result, atMs, tookMs, remedy, target }: RemediationEntry): void => {
    if (result !== 'healed') return;
    // A remedy may be done before anybody has looked.
    story.tell('remedy', atMs, `${remedy} of ${target}, by the rule ${rule}`);
    story.tell('healed', atMs + tookMs, `${component} is well again`);
  };
  return openOperations({
    bus: floor.client,
    transports,
    feeds: floor.feeds,
    parts: { ...parts, venues: floor.connections },
    rules: ALERT_RULES.filter(({ name }) => name === alert.rule).map((rule) => inHaste(rule, drill)),
    channels: [{ name: 'desk', notifier: teller }],
    remediation: {
      rules: [remediation.rule],
      remedies: remediation.remedies,
      enabled: false,
      onEntry,
    },
    everyMs: EVERY_MS,
    groupWaitMs: GROUP_WAIT_MS,
  });
}

/** A rule that fires at once waits for a moment, so that it is seen to be pending. */
function inHaste(rule: AlertRule, { hastenBy }: Drill): AlertRule {
  const hasty = hasten(rule, { by: hastenBy });
  return { ...hasty, forMs: Math.max(hasty.forMs, LEAST_FOR_MS) };
}

/** Tells what alerting and remediation show now. */
function follow({ monitoring, alerting, remediator }: Operations, drill: Drill, story: Story, faultAtMs: number): void {
  const alert = alerting.alerts().find((one) => isOf(drill, one) && one.activeAtMs >= faultAtMs);
  if (alert !== undefined) {
    story.tell('pending', alert.activeAtMs, `${alert.rule} ${labelsOf(drill)}`);
    if (alert.firedAtMs !== undefined) story.tell('firing', alert.firedAtMs, alert.summary);
    if (alert.resolvedAtMs !== undefined && story.has('remedy')) story.tell('resolved', alert.resolvedAtMs, alert.rule);
  }
  if (remediator.busyWith !== undefined) {
    const { rule } = drill.remediation;
    const nowMs = monitoring.clock.now();
    story.tell('remedy', nowMs, `${rule.remedy} of ${remediator.busyWith}, by the rule ${rule.name}`);
  }
}

function isOf({ alert }: Drill, { rule, labels }: Alert): boolean {
  return rule === alert.rule && Object.entries(alert.labels).every(([name, value]) => labels[name] === value);
}

function labelsOf({ alert }: Drill): string {
  return Object.entries(alert.labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

const DRILLS: Readonly<Record<Fault, (seed: number) => Promise<Drill>>> = {
  'redis-down': redisDown,
  'slow-handler': slowHandler,
  'stale-feed': staleFeed,
  'queue-full': queueFull,
};

/** So long everything has to go well before anything goes wrong: rules that compare with before need a before. */
const SETTLE_MS = 6_000;
const PATIENCE_MS = 90_000;
const LOOK_EVERY_MS = 50;
const EVERY_MS = 500;
const GROUP_WAIT_MS = 250;
const LEAST_FOR_MS = 500;
