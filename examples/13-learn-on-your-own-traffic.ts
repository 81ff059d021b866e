// Would learned routing gain anything on my traffic, and what does it keep over a restart?
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BufferedMessageBusClient, seededRandom } from '@tradewind/core';
import { ManualClock } from '@tradewind/core/testing';
import { Priority } from '@tradewind/core-types';
import { FileStateStore, createLearnedRouting } from '@tradewind/ml-routing';

// Simulated time, so that this example prints the same everywhere. Leave `clock` out on the client, and give `systemClock` to the routing, for real traffic.
const clock = new ManualClock();
const random = seededRandom(7);
const folder = mkdtempSync(join(tmpdir(), 'learned-'));
const routing = createLearnedRouting({
  level: 'BALANCED',
  // What a millisecond of waiting costs you. The reports were declared HIGH by somebody who likes them.
  scheduling: {
    costs: [
      { pattern: 'data.quotes.*', perMs: 20 },
      { pattern: 'reports.*', perMs: 0.2 },
    ],
  },
  store: new FileStateStore(join(folder, 'learned.json')),
  clock,
});
console.log(`start: ${await routing.start()}`);

const client = new BufferedMessageBusClient({
  clock,
  scheduler: routing.scheduler,
  plugins: [...routing.plugins],
  pluginBudgetMicros: 50_000,
  workers: { min: 1, max: 1 },
  maxStarvationMs: 60_000,
});
const takes = (ms: number) => (): Promise<void> => new Promise((resolve) => void clock.setTimer(resolve, ms));
client.subscribe('data.quotes.*', takes(0.5));
client.subscribe('reports.*', takes(2));
for (let message = 0; message < 12_000; message += 1) {
  const isReport = random.next() < 0.25;
  const options = { priority: isReport ? Priority.HIGH : Priority.NORMAL, orderingKey: String(message) };
  client.publish(isReport ? 'reports.risk' : 'data.quotes.OKX.BTCUSDT', message, options);
  await clock.advance(-Math.log(1 - random.next()));
}
await client.flush();

// Everything was judged on this traffic itself: replayed under each policy, nothing tried out.
const gain = routing.gain();
console.log(`it saved something: ${gain !== undefined && gain.from > 0}`);
const { policies } = routing.explain();
console.log(`other than strict priority: ${policies.some(({ policy }) => policy !== 'strict')}`);
await client.close();
await routing[Symbol.asyncDispose]();

const next = createLearnedRouting({ store: new FileStateStore(join(folder, 'learned.json')), clock });
console.log(`after a restart: ${await next.start()}`);
await next[Symbol.asyncDispose]();
rmSync(folder, { recursive: true });
