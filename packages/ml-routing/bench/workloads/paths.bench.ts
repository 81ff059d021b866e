import type { PathId } from '@tradewind/core-types';
import { expectCount, type Contender, type Workload } from '../../../../tooling/bench/workload.ts';
import { measureCpu } from '../../../../tooling/bench/measure.ts';
import { PredictiveRouter } from '../../src/index.ts';
import { StillContext, routable, sentOutcome } from '../fixtures/client-objects.ts';
import { NOW_MS } from '../fixtures/still-lanes.ts';

const MESSAGES = 300_000;
/** Messages that are under way at once. */
const UNDER_WAY = 8;
/** What a decision may cost, in nanoseconds. */
const MOST_NS = 1_500;

/** Choices with settlements in between, by hand: more than a choice alone. */
function byHand(paths: number): Contender {
  return async (scale) => {
    const names = namesOf(paths);
    const router = new PredictiveRouter();
    const request = { ticket: 0, nowMs: NOW_MS, size: 1.5, volatility: 0.25 };
    const settlement = { ticket: 0, path: '', atMs: 0.5, latencyMs: 0.5, result: 'arrived' as const };
    const chosen: PathId[] = Array.from({ length: UNDER_WAY }, () => '');
    let sent = 0;
    let asked = 0;
    const metrics = await measureCpu(scale.count(MESSAGES), (count) => {
      asked += count;
      for (let i = 0; i < count; i += 1) {
        sent += 1;
        request.ticket = sent;
        request.nowMs = NOW_MS + sent * 0.5;
        request.size = sent % 7;
        chosen[sent % UNDER_WAY] = router.choose(names, request);
        const ticket = sent - UNDER_WAY + 1;
        if (ticket < 1) continue;
        const path = chosen[ticket % UNDER_WAY] as PathId;
        settlement.ticket = ticket;
        settlement.path = path;
        settlement.latencyMs = 3 + path.length + (ticket % 5) * 0.3;
        settlement.atMs = NOW_MS + ticket * 0.5 + settlement.latencyMs;
        router.settled(settlement);
      }
    });
    expectCount('choices', sent, asked);
    return metrics;
  };
}

const byPlugin: Contender = (scale) => {
  const { route, observe } = new PredictiveRouter().plugin;
  const message = routable('data.quotes.BINANCE.BTCUSDT');
  message.payload = 'a payload';
  const outcome = sentOutcome(message.topic, 0.25, 2.5);
  const context = new StillContext({ paths: namesOf(4) });
  const keys = Array.from({ length: 64 }, (_, at) => `key-${at}`);
  let sequence = 0;
  return measureCpu(scale.count(MESSAGES), (count) => {
    for (let i = 0; i < count; i += 1) {
      sequence += 1;
      message.sequence = outcome.sequence = sequence;
      message.publishedAtMs = outcome.publishedAtMs = context.nowMs = NOW_MS + sequence * 0.5;
      message.orderingKey = keys[sequence % keys.length];
      outcome.path = route?.(message, context)?.path;
      outcome.handledMs = 2 + (sequence % 5) * 0.3;
      observe?.(outcome);
    }
  });
};

function namesOf(count: number): readonly PathId[] {
  return Array.from({ length: count }, (_, at) => `path-${'x'.repeat(at)}`);
}

export const workloads: readonly Workload[] = [
  {
    name: 'paths-by-hand',
    title: 'A choice of a path and its settlement',
    work: `Choices among two, four and twelve paths whose latencies differ, each with the settlement of an earlier one; ${UNDER_WAY} messages are under way.`,
    contenders: { 'two paths': byHand(2), 'four paths': byHand(4), 'twelve paths': byHand(12) },
    targets: ['two paths', 'four paths', 'twelve paths'].map((of) => ({
      metric: 'cpuNsPerOperation',
      of,
      atMost: MOST_NS,
      unit: 'ns',
    })),
  },
  {
    name: 'paths-plugin',
    title: 'A message through the plugin',
    work: 'Route and observe of a message among four paths, ordering keys and order kept.',
    contenders: { 'predictive router': byPlugin },
    targets: [],
  },
];
