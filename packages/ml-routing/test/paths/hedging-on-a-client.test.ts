import { BufferedMessageBusClient, InMemoryBroker } from '@tradewind/core';
import { ManualClock } from '@tradewind/core/testing';
import type { RoutingPlugin, Transport } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { HedgedPublisher, PredictiveRouter, createLearnedRouting } from '../../src/index.ts';
import { HangingPaths } from '../support/hanging-paths.ts';

const WIRINGS: readonly {
  readonly how: string;
  readonly plugins: (router: PredictiveRouter, hedging: HedgedPublisher) => readonly RoutingPlugin[];
}[] = [
  { how: 'by hand', plugins: (router, hedging) => [router.plugin, hedging.plugin] },
  {
    how: 'by createLearnedRouting',
    plugins: (router, hedging) =>
      createLearnedRouting({ paths: { candidate: router.plugin }, plugins: [hedging.plugin] }).plugins,
  },
  {
    how: 'by createLearnedRouting, with a trial that has let the router in',
    plugins: (router, hedging) => {
      const routing = createLearnedRouting({
        paths: { candidate: router.plugin, trial: { share: 0.001, judgedEvery: 1_000_000 } },
        plugins: [hedging.plugin],
      });
      routing.trial?.state.restore({
        version: 1,
        data: { adopted: true, adoptions: 1, withdrawals: 0, reversals: 0, candidate: null },
      });
      return routing.plugins;
    },
  },
];

test.each(WIRINGS)(
  'the second copy leaves the path that hangs, wired $how',
  async ({ plugins }) => {
    const clock = new ManualClock();
    const network = new HangingPaths(clock);
    const { taken } = network;
    const path = (name: string, ms: number): Transport => network.transport(name, ms, new InMemoryBroker({ clock }));
    const router = new PredictiveRouter();
    const hedging = new HedgedPublisher({ forecast: router, clock, id: 'desk', budget: 1 });
    const client = new BufferedMessageBusClient({
      clock,
      paths: { a: path('a', 8), b: path('b', 3), c: path('c', 20) },
      plugins: [...plugins(router, hedging)],
      // The machine that runs the tests may be busy: no plugin is to be left out for that.
      pluginBudgetMicros: 1_000_000,
    });
    for (let n = 0; n < 300; n += 1) {
      hedging.publish(client, `data.quotes.${n % 50}`, n);
      await clock.advance(30);
    }
    // The quickest path is not the default one, so who does not see what was chosen is wrong about it.
    expect(taken.slice(-20).filter((name) => name === 'b').length).toBeGreaterThan(15);
    network.hanging = 'b';
    taken.length = 0;
    const hedgedBefore = hedging.counts().hedged;
    hedging.publish(client, 'commands.cancel', 1);
    await clock.advance(100);
    expect(taken).toEqual(['b', 'a']);
    expect(hedging.counts().hedged).toBe(hedgedBefore + 1);
    network.goOn();
    await clock.advance(1_000);
    await client.close();
  },
  20_000,
);
