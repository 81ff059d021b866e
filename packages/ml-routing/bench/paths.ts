import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome, PathId, PathLoad, RoutableMessage, RoutingContext } from '@tradewind/core-types';
import { PredictiveRouter } from '../src/index.ts';
import { countCollections, cpuNs, median, quick } from './measuring.ts';

const MESSAGES = quick ? 60_000 : 300_000;
/** What a decision may cost. */
const TARGET_NS = 1_500;
const NOW_MS = 1_704_067_200_000;
/** Messages that are under way at once. */
const UNDER_WAY = 8;

/**
 * Choices and settlements by hand, among two, four and twelve paths whose latencies differ, with eight messages under way; and the same by the plugin,
 * with an ordering key for each message. A choice is what is left when the settlements alone are taken off.
 */
export async function benchPaths(): Promise<void> {
  for (const paths of [2, 4, 12]) {
    const { choiceNs, settlementNs } = byHand(paths);
    console.log(
      `choice among ${paths} paths: ${choiceNs.toFixed(0)} ns (at most ${TARGET_NS}${choiceNs <= TARGET_NS ? '' : ', MISSED'}), settlement ${settlementNs.toFixed(0)} ns`,
    );
  }
  const collections = countCollections();
  byHand(4);
  await sleep(20);
  console.log(`collections while choosing and settling: ${collections()}`);
  const pluginNs = median(() => byPlugin(4));
  console.log(`route and observe of the plugin, 4 paths: ${pluginNs.toFixed(0)} ns a message`);
}

/** Choices and settlements in turns, in blocks, so that each can be timed alone. */
function byHand(count: number): { readonly choiceNs: number; readonly settlementNs: number } {
  const paths = names(count);
  const router = new PredictiveRouter();
  const request = { ticket: 0, nowMs: NOW_MS, size: 1.5, volatility: 0.25 };
  const settlement = { ticket: 0, path: '', atMs: 0.5, latencyMs: 0.5, result: 'arrived' as const };
  const chosen: PathId[] = Array.from({ length: UNDER_WAY }, () => '');
  let sent = 0;
  const choose = (): number => {
    sent += 1;
    request.ticket = sent;
    request.nowMs = NOW_MS + sent * 0.5;
    request.size = sent % 7;
    const path = router.choose(paths, request);
    chosen[sent % UNDER_WAY] = path;
    return path.length;
  };
  const settle = (): number => {
    const ticket = sent - UNDER_WAY + 1;
    if (ticket < 1) return 0;
    const path = chosen[ticket % UNDER_WAY] as PathId;
    settlement.ticket = ticket;
    settlement.path = path;
    settlement.latencyMs = 3 + path.length + (ticket % 5) * 0.3;
    settlement.atMs = NOW_MS + ticket * 0.5 + settlement.latencyMs;
    router.settled(settlement);
    return 1;
  };
  const bothNs = median(() => cpuNs(MESSAGES, () => choose() + settle()));
  const choiceNs = median(() => {
    // Nothing is settled here: what is sent pushes out what was under way, which costs more than a settlement saves.
    const ns = cpuNs(MESSAGES, choose);
    for (let i = 0; i < UNDER_WAY; i += 1) settle();
    return ns;
  });
  return { choiceNs, settlementNs: Math.max(0, bothNs - choiceNs) };
}

function byPlugin(count: number): number {
  const { route, observe } = new PredictiveRouter().plugin;
  if (route === undefined || observe === undefined) throw new Error('Expected a plugin that routes and observes.');
  const message: { -readonly [Key in keyof RoutableMessage]: RoutableMessage[Key] } = {
    topic: 'data.quotes.BINANCE.BTCUSDT',
    payload: 'a payload',
    sequence: 0,
    priority: 2,
    declaredPriority: 2,
    publishedAtMs: NOW_MS,
    orderingKey: undefined,
    expiresAtMs: undefined,
    headers: undefined,
    path: undefined,
  };
  const outcome: { -readonly [Key in keyof Outcome]: Outcome[Key] } = {
    kind: 'sent',
    producer: 'bench',
    sequence: 0,
    topic: message.topic,
    priority: 2,
    path: undefined,
    subscriptionId: undefined,
    deliveryCount: 1,
    publishedAtMs: NOW_MS,
    waitedMs: 0.25,
    handledMs: 2.5,
    reason: undefined,
    error: undefined,
  };
  const load: PathLoad = { waiting: 0, inFlight: 1, oldestInFlightAtMs: NOW_MS, status: 'up' };
  const context: RoutingContext = {
    nowMs: NOW_MS,
    paths: names(count),
    fact: () => undefined,
    set: () => undefined,
    load: () => load,
  };
  const keys = Array.from({ length: 64 }, (_, at) => `key-${at}`);
  let sequence = 0;
  return cpuNs(MESSAGES, () => {
    sequence += 1;
    message.sequence = sequence;
    message.publishedAtMs = NOW_MS + sequence * 0.5;
    message.orderingKey = keys[sequence % keys.length];
    const decision = route(message, context);
    outcome.sequence = sequence;
    outcome.publishedAtMs = message.publishedAtMs;
    outcome.path = decision?.path;
    outcome.handledMs = 2 + (sequence % 5) * 0.3;
    observe(outcome);
    return 1;
  });
}

function names(count: number): readonly PathId[] {
  return Array.from({ length: count }, (_, at) => `path-${'x'.repeat(at)}`);
}
