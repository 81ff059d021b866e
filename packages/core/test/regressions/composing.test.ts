import { channel } from 'node:diagnostics_channel';
import { Priority, type Outcome, type PayloadSchema } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { BufferedMessageBusClient } from '../../src/client/buffered-message-bus-client.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { Scrape, expectConserved } from '../client/ledger.ts';

function schemaOf(validate: PayloadSchema['~standard']['validate']): PayloadSchema {
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

function lanesSeen(client: BufferedMessageBusClient): Map<string, Priority> {
  const seen = new Map<string, Priority>();
  client.subscribe('*', (_payload, { topic, priority }) => {
    seen.set(topic, priority);
  });
  return seen;
}

test('a schema that publishes does not change the lane of the message that it checks', async () => {
  const clock = new ManualClock();
  const client: BufferedMessageBusClient = new BufferedMessageBusClient({
    clock,
    payloadSchemas: {
      outer: schemaOf((value) => {
        client.publish('inner', 0, { priority: Priority.LOW });
        return { value };
      }),
    },
  });
  const seen = lanesSeen(client);
  client.publish('outer', 1, { priority: Priority.CRITICAL });
  await clock.advance(1_000);
  expect(seen).toEqual(
    new Map([
      ['outer', Priority.CRITICAL],
      ['inner', Priority.LOW],
    ]),
  );
});

test('a listener of tradewind:publish that publishes does not change the lane of the message that it is told of', async () => {
  const clock = new ManualClock();
  const client = new BufferedMessageBusClient({ clock });
  const seen = lanesSeen(client);
  const listener = (message: unknown): void => {
    const { topic } = message as { readonly topic: string };
    if (topic === 'outer') client.publish('inner', 0, { priority: Priority.LOW });
  };
  channel('tradewind:publish').subscribe(listener);
  try {
    client.publish('outer', 1, { priority: Priority.CRITICAL });
  } finally {
    channel('tradewind:publish').unsubscribe(listener);
  }
  await clock.advance(1_000);
  expect(seen.get('outer')).toBe(Priority.CRITICAL);
  expect(seen.get('inner')).toBe(Priority.LOW);
});

test('a plugin that publishes leaves the trace of the message that it is asked about alone', () => {
  const client: BufferedMessageBusClient = new BufferedMessageBusClient({
    clock: new ManualClock(),
    trace: { every: 1 },
    plugins: [
      {
        name: 'echo',
        route: ({ topic }) => {
          if (topic === 'outer') client.publish('inner', 0);
          return undefined;
        },
      },
    ],
  });
  client.publish('outer', 1);
  expect(client.decisions.recent().map(({ topic }) => topic)).toContain('outer');
});

test('a schema that throws refuses the payload with its error as the cause, and is counted', () => {
  const fault = new Error('schema fault');
  const client = new BufferedMessageBusClient({
    clock: new ManualClock(),
    payloadSchemas: {
      priced: schemaOf(() => {
        throw fault;
      }),
    },
  });
  const drops: string[] = [];
  client.events.on('drop', ({ reason }) => drops.push(reason));
  expect(() => client.publish('priced', 1)).toThrow(expect.objectContaining({ code: 'INVALID_PAYLOAD', cause: fault }));
  expect(drops).toEqual(['invalidPayload']);
});

test.each(['dropOldest', 'conflate'] as const)(
  'who publishes while told of a drop does not overfill a lane: %s',
  (overflow) => {
    const clock = new ManualClock();
    const client = new BufferedMessageBusClient({ clock, lanes: { NORMAL: { capacity: 3, overflow } } });
    client.pause();
    let told = 0;
    client.events.on('drop', () => {
      told += 1;
      client.publish(`inner.${told}`, 0);
    });
    for (let n = 1; n <= 4; n += 1) client.publish(`outer.${n}`, n);
    expect(told).toBe(1);
    expect(queuedNormal(client)).toBe(3);
    expectConserved(client);
  },
);

test('a plugin that publishes while it observes a drop does not overfill a lane', () => {
  const clock = new ManualClock();
  let echoes = 0;
  const client: BufferedMessageBusClient = new BufferedMessageBusClient({
    clock,
    lanes: { NORMAL: { capacity: 3, overflow: 'dropOldest' } },
    plugins: [
      {
        name: 'echo',
        observe: ({ kind }: Outcome) => {
          if (kind !== 'dropped' || echoes === 2) return;
          echoes += 1;
          client.publish(`inner.${echoes}`, 0);
        },
      },
    ],
  });
  client.pause();
  for (let n = 1; n <= 4; n += 1) client.publish(`outer.${n}`, n);
  expect(echoes).toBe(2);
  expect(queuedNormal(client)).toBe(3);
  expectConserved(client);
});

test('a message keeps the headers that it was published with: a frozen copy, the same for its plugins and handlers', async () => {
  const seen: unknown[] = [];
  const clock = new ManualClock();
  const client = new BufferedMessageBusClient({
    clock,
    plugins: [{ name: 'spy', route: ({ headers }) => void seen.push(headers) }],
  });
  client.subscribe('*', (_, { headers }) => seen.push(headers));
  const headers = { source: 'feed' };
  client.publish('a', 1, { headers });
  headers.source = 'changed';
  await clock.settle();
  expect(seen).toEqual([{ source: 'feed' }, { source: 'feed' }]);
  expect(seen[0]).toBe(seen[1]);
  expect(Object.isFrozen(seen[0])).toBe(true);
});

test('a listener of tradewind:publish adds headers while it is told, and not afterwards', async () => {
  const clock = new ManualClock();
  const client = new BufferedMessageBusClient({ clock });
  const told: { headers: Record<string, string> }[] = [];
  const listener = (message: unknown): void => {
    const diagnostic = message as { headers: Record<string, string> };
    diagnostic.headers['added'] = 'in time';
    told.push(diagnostic);
  };
  channel('tradewind:publish').subscribe(listener);
  client.publish('a', 1);
  channel('tradewind:publish').unsubscribe(listener);
  expect(() => Object.assign(told[0]?.headers ?? {}, { added: 'too late' })).toThrow(TypeError);
  const headers = await new Promise<unknown>((resolve) => {
    client.subscribe('a', (_, meta) => resolve(meta.headers));
    void clock.settle();
  });
  expect(headers).toEqual({ added: 'in time' });
});

test.each([
  [{ source: 7 }, 'headers.source'],
  [{ source: undefined }, 'headers.source'],
  ['traceparent', 'headers'],
])('refuses the headers %j with the path', (headers, path) => {
  const client = new BufferedMessageBusClient({ clock: new ManualClock() });
  const given = headers as unknown as Record<string, string>;
  expect(() => client.publish('a', 1, { headers: given })).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTIONS', path }),
  );
});

test.each([{}, null, 'soon'])('publishWhenReady refuses the signal %j, and takes no message', async (signal) => {
  const client = new BufferedMessageBusClient({ clock: new ManualClock(), lanes: { NORMAL: { capacity: 1 } } });
  client.pause();
  client.publish('a', 1);
  const options = { signal: signal as AbortSignal | undefined };
  await expect(client.publishWhenReady('a', 2, options)).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    path: 'signal',
  });
  expect(queuedNormal(client)).toBe(1);
});

function queuedNormal(client: BufferedMessageBusClient): number {
  return new Scrape(client).sum('tradewind_lane_queued');
}
