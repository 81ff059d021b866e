import { channel, tracingChannel } from 'node:diagnostics_channel';
import {
  DIAGNOSTIC_CHANNELS,
  TRACEPARENT_HEADER,
  formatTraceparent,
  type DropDiagnostic,
  type HandleDiagnostic,
  type PublishDiagnostic,
} from '@tradewind/core-types';
import { afterEach, expect, test } from 'vitest';
import { InMemoryBroker } from '../../src/index.ts';
import { HeldHandler, bench, recorder } from './delivery-fixture.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function onPublish(listener: (diagnostic: PublishDiagnostic) => void): void {
  const listen = (message: unknown): void => listener(message as PublishDiagnostic);
  channel(DIAGNOSTIC_CHANNELS.publish).subscribe(listen);
  cleanups.push(() => channel(DIAGNOSTIC_CHANNELS.publish).unsubscribe(listen));
}

function onHandle(note: (event: string, diagnostic: HandleDiagnostic) => void): void {
  const subscribers = {
    start: (diagnostic: HandleDiagnostic) => note('start', diagnostic),
    end: (diagnostic: HandleDiagnostic) => note('end', diagnostic),
    asyncStart: (diagnostic: HandleDiagnostic) => note('asyncStart', diagnostic),
    asyncEnd: (diagnostic: HandleDiagnostic) => note('asyncEnd', diagnostic),
    error: (diagnostic: HandleDiagnostic) => note('error', diagnostic),
  };
  const handle = tracingChannel<HandleDiagnostic>(DIAGNOSTIC_CHANNELS.handle);
  handle.subscribe(subscribers);
  cleanups.push(() => handle.unsubscribe(subscribers));
}

const TRACEPARENT = formatTraceparent({
  traceId: '0af7651916cd43dd8448eb211c80319c',
  parentId: 'b7ad6b7169203331',
  sampled: true,
});

test('the publish channel shows each message before plugins, and headers that a listener adds travel with it', async () => {
  const routed: (string | undefined)[] = [];
  const { client, settled } = bench({
    name: 'desk',
    plugins: [
      {
        name: 'looker',
        route: ({ headers }) => {
          routed.push(headers?.[TRACEPARENT_HEADER]);
          return undefined;
        },
      },
    ],
  });
  const shown: PublishDiagnostic[] = [];
  onPublish((diagnostic) => {
    shown.push({ ...diagnostic, headers: { ...diagnostic.headers } });
    diagnostic.headers[TRACEPARENT_HEADER] = TRACEPARENT;
  });
  const seen = recorder<number>();
  client.subscribe('a', seen.handler);
  const given = { tenant: 'blue' };
  client.publish('a', 1, { priority: 1, headers: given });
  await settled();
  expect(shown).toEqual([{ client: 'desk', topic: 'a', payload: 1, priority: 1, headers: { tenant: 'blue' } }]);
  expect(routed).toEqual([TRACEPARENT]);
  expect(seen.metas[0]?.headers).toEqual({ tenant: 'blue', [TRACEPARENT_HEADER]: TRACEPARENT });
  // The publisher's own object is left alone.
  expect(given).toEqual({ tenant: 'blue' });
});

test('the handle channel surrounds each attempt: start and end, then asyncStart and asyncEnd for a promise, error with what was thrown', async () => {
  const { client, clock, rest } = bench({ name: 'desk' });
  const events: string[] = [];
  const contexts = new Map<HandleDiagnostic, string[]>();
  onHandle((event, diagnostic) => {
    const { meta, pending, error } = diagnostic;
    events.push(
      `${meta.topic}.${meta.deliveryCount} ${event}${event === 'end' ? ` pending=${pending}` : ''}${event === 'error' ? ` ${String(error)}` : ''}`,
    );
    contexts.set(diagnostic, [...(contexts.get(diagnostic) ?? []), event]);
    expect(diagnostic.client).toBe('desk');
  });
  const held = new HeldHandler<number>();
  const subscription = client.subscribe('async', held.handler);
  client.subscribe('sync', (_, { deliveryCount }) => {
    if (deliveryCount === 1) throw new RangeError('once');
  });
  client.publish('sync', 1);
  await rest();
  expect(events.splice(0)).toEqual(['sync.1 start', 'sync.1 error RangeError: once', 'sync.1 end pending=false']);
  await clock.advance(100);
  expect(events.splice(0)).toEqual(['sync.2 start', 'sync.2 end pending=false']);
  client.publish('async', 2);
  await rest();
  expect(events.splice(0)).toEqual(['async.1 start', 'async.1 end pending=true']);
  held.succeed(2);
  await rest();
  expect(events.splice(0)).toEqual(['async.1 asyncStart', 'async.1 asyncEnd']);
  // One object for all events of one attempt.
  expect([...contexts.values()]).toEqual([
    ['start', 'error', 'end'],
    ['start', 'end'],
    ['start', 'end', 'asyncStart', 'asyncEnd'],
  ]);
  const last = [...contexts.keys()].at(-1);
  expect([last?.subscriptionId, last?.payload, last?.meta.sequence]).toEqual([subscription.id, 2, 2]);
});

test('the drop channel tells of each message given up', async () => {
  const { client } = bench({ name: 'desk', lanes: { LOW: { capacity: 1, overflow: 'dropNewest' } } });
  const drops: DropDiagnostic[] = [];
  const listen = (message: unknown): void => {
    drops.push({ ...(message as DropDiagnostic) });
  };
  channel(DIAGNOSTIC_CHANNELS.drop).subscribe(listen);
  cleanups.push(() => channel(DIAGNOSTIC_CHANNELS.drop).unsubscribe(listen));
  client.pause();
  for (const n of [1, 2, 3]) client.publish('a', n, { priority: 3 });
  expect(
    drops.map(({ client: name, sequence, topic, priority, reason }) => [name, sequence, topic, priority, reason]),
  ).toEqual([
    ['desk', 2, 'a', 3, 'overflowNewest'],
    ['desk', 3, 'a', 3, 'overflowNewest'],
  ]);
  expect(drops[0]?.producer).toContain('desk');
});

test('traceparent set at publish reaches the handler of another client over a transport', async () => {
  const feed = bench({ name: 'feed' });
  const broker = new InMemoryBroker({ clock: feed.clock });
  const sender = bench({ name: 'sender', paths: { main: broker.transport() } }, feed.clock);
  const receiver = bench({ name: 'receiver', paths: { main: broker.transport() } }, feed.clock);
  const seen = recorder<number>();
  receiver.client.subscribe('data.*', seen.handler);
  const ready = receiver.client.ready();
  await feed.rest();
  await ready;
  onPublish(({ headers }) => {
    headers[TRACEPARENT_HEADER] = TRACEPARENT;
  });
  const handled: string[] = [];
  onHandle((event, { client, meta }) =>
    handled.push(`${client} ${event} ${meta.headers?.[TRACEPARENT_HEADER] ?? 'none'}`),
  );
  sender.client.publish('data.trades', 1, { headers: { tenant: 'blue' } });
  await feed.rest();
  expect(seen.payloads).toEqual([1]);
  expect(seen.metas[0]?.headers).toEqual({ tenant: 'blue', [TRACEPARENT_HEADER]: TRACEPARENT });
  expect(handled).toEqual([`receiver start ${TRACEPARENT}`, `receiver end ${TRACEPARENT}`]);
});
