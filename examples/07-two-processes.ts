// How do two processes exchange messages over Redis?
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { BufferedMessageBusClient } from '@tradewind/core';
import { redisStreamTransport } from '@tradewind/redis-streams';
import { startRedisServer } from '@tradewind/redis-streams/testing';

// The same arguments as for a bus inside one process; only `paths` says that it reaches further.
function connect(name: string, url: string): BufferedMessageBusClient {
  return new BufferedMessageBusClient({
    name,
    group: name,
    paths: { redis: redisStreamTransport({ connection: url }) },
  });
}

/** The other process: answers each order with a fill. */
async function venue(url: string): Promise<void> {
  const bus = connect('venue', url);
  bus.subscribe('commands.orders.execute.*', (order: { readonly id: number; readonly price: string }) => {
    bus.publish('events.fills.PAPER', { id: order.id, price: order.price, by: 'venue' });
  });
  await bus.ready();
  process.send?.('ready');
  await once(process, 'message');
  await bus.close();
  process.disconnect();
}

/** This process: sends orders, prints fills. */
async function desk(): Promise<void> {
  const server = await startRedisServer();
  const other = fork(import.meta.filename, [server.url], { execArgv: process.execArgv });
  await once(other, 'message');
  const bus = connect('desk', server.url);
  const filled = new Promise<void>((resolve) => {
    bus.subscribe('events.fills.*', (fill: { readonly id: number; readonly price: string; readonly by: string }) => {
      console.log(`order ${fill.id} filled at ${fill.price} by the ${fill.by}`);
      if (fill.id === 3) resolve();
    });
  });
  await bus.ready();
  for (const id of [1, 2, 3]) bus.publish('commands.orders.execute.PAPER', { id, price: `64250.${id}0` });
  await filled;
  other.send('close');
  await once(other, 'exit');
  const { unsettled } = await bus.close();
  console.log(`unsettled: ${unsettled}`);
  await server.stop();
}

const [url] = process.argv.slice(2);
await (url === undefined ? desk() : venue(url));
