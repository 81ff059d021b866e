import { Priority, silentLogger, systemClock, type RoutingPlugin } from '@tradewind/core-types';
import { PluginChain } from '../../src/routing/plugin-chain.ts';
import { measureCpu } from '../../../../tooling/bench/measure.ts';
import { expectCount, type Contender, type Workload } from '../../../../tooling/bench/workload.ts';

const TOPICS = Array.from({ length: 64 }, (_, i) => `data.quotes.BINANCE.SYMBOL${i}`);
const LIFTED = { priority: Priority.HIGH, reason: 'even symbols first' };

/** Has an opinion on every second message, and gives the same object each time. */
function everySecond(name: string): RoutingPlugin {
  return { name, route: ({ sequence }) => (sequence % 2 === 0 ? LIFTED : undefined) };
}

function chained(plugins: number): Contender {
  return async (scale) => {
    const chain = new PluginChain({
      plugins: Array.from({ length: plugins }, (_, i) => everySecond(`plugin-${i}`)),
      paths: ['main'],
      clock: systemClock,
      logger: silentLogger,
    });
    // One object for all messages, as the client has it.
    const input = {
      topic: '',
      payload: undefined,
      sequence: 0,
      declaredPriority: Priority.NORMAL as Priority,
      publishedAtMs: 0,
      orderingKey: undefined,
      expiresAtMs: undefined,
      headers: undefined,
      demotable: false,
    };
    let lifted = 0;
    let routed = 0;
    const metrics = await measureCpu(scale.count(3_000_000), (times) => {
      for (let i = 0; i < times; i += 1) {
        routed += 1;
        input.topic = TOPICS[i & 63] ?? '';
        input.sequence = routed;
        input.publishedAtMs = 1_704_067_200_000 + i * 0.25;
        if (chain.route(input).priority === Priority.HIGH) lifted += 1;
      }
    });
    expectCount('messages lifted', lifted, plugins === 0 ? 0 : Math.floor(routed / 2));
    return metrics;
  };
}

export const workloads: readonly Workload[] = [
  {
    name: 'plugin-chain',
    title: 'Routing by plugins',
    work: 'Asks a chain of 0, 1 or 4 plugins about each message; every plugin decides about every second one. The time of the plugins is in it.',
    contenders: { 'no plugin': chained(0), 'one plugin': chained(1), 'four plugins': chained(4) },
    targets: [],
  },
];
