import { BufferedMessageBusClient } from '@tradewind/core';
import { ManualClock } from '@tradewind/core/testing';
import type { RoutingPlugin, Transport } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { PredictiveRouter } from '../../src/index.ts';
import { waitingTransport } from '../support/waiting-transport.ts';

/** A client with a quick path, which is its default, and a slow one; time goes by hand. */
class TwoPaths {
  readonly router = new PredictiveRouter();
  readonly #clock = new ManualClock();
  readonly #sent: Record<string, number> = { quick: 0, slow: 0 };
  readonly #client: BufferedMessageBusClient;

  constructor() {
    const counting: RoutingPlugin = {
      name: 'counting',
      observe: ({ kind, path = '' }) => {
        if (kind === 'sent') this.#sent[path] = (this.#sent[path] ?? 0) + 1;
      },
    };
    this.#client = new BufferedMessageBusClient({
      clock: this.#clock,
      paths: { quick: this.#delayed('quick', 2), slow: this.#delayed('slow', 40) },
      plugins: [this.router.plugin, counting],
      // The machine that runs the tests may be busy: no plugin is to be left out for that.
      pluginBudgetMicros: 1_000_000,
    });
  }

  /** Publishes a message every five milliseconds, waits until all are stored, and returns how many went by each path. */
  async play(messages: number): Promise<Readonly<Record<string, number>>> {
    this.#sent['quick'] = 0;
    this.#sent['slow'] = 0;
    for (let i = 0; i < messages; i += 1) {
      this.#client.publish(`data.trades.OKX.${i % 97}`, i);
      await this.#clock.advance(5);
    }
    await this.#clock.advance(100);
    return { ...this.#sent };
  }

  #delayed(name: string, ms: number): Transport {
    return waitingTransport(name, () => new Promise<void>((resolve) => this.#clock.setTimer(resolve, ms)));
  }
}

test('while it is switched off all take the default path, which is none the worse for it when it is switched on again', async () => {
  const desk = new TwoPaths();
  const learned = await desk.play(200);
  expect(learned['quick']).toBeGreaterThan(190);
  desk.router.disable('a drill');
  expect(await desk.play(400)).toEqual({ quick: 400, slow: 0 });
  // What was published meanwhile was settled: nothing looks as if it stood still.
  expect(desk.router.readings().map(({ path, underWay }) => [path, underWay])).toEqual([
    ['quick', 0],
    ['slow', 0],
  ]);
  desk.router.enable();
  const again = await desk.play(200);
  expect(again['quick']).toBeGreaterThan(190);
});
