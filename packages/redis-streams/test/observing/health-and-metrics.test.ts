import type { HistogramView, MetricsSink } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { redisStreamTransport } from '../../src/index.ts';
import { serverOfFile } from '../consuming/bench-server.ts';
import { Writer, eventually } from '../consuming/lab.ts';

const lab = serverOfFile();

class Sink implements MetricsSink {
  readonly described = new Set<string>();
  readonly values = new Map<string, number>();
  describe(name: string): void {
    this.described.add(name);
  }
  counter(name: string, value: number, labels?: Readonly<Record<string, string>>): void {
    this.gauge(name, value, labels);
  }
  gauge(name: string, value: number, labels: Readonly<Record<string, string>> = {}): void {
    this.values.set([name, ...Object.values(labels)].join(' '), value);
  }
  histogram(name: string, { counts }: HistogramView): void {
    this.values.set(
      name,
      Array.from(counts).reduce((sum, count) => sum + count, 0),
    );
  }
}

test('reports lag, pending entries and their age by group and lane, as of the scrape before', async () => {
  const desk = lab.desk({ readCount: 1 });
  const inbox = await desk.inbox({}, { onBatch: () => new Promise(() => undefined) });
  const writer = new Writer(desk);
  for (let i = 0; i < 10; i += 1) await writer.write({ orderingKey: 'k', payload: i });
  await eventually('the first', () => inbox.messages.length === 1);
  desk.consuming.collect(new Sink());
  const sink = new Sink();
  await eventually('the answer', () => {
    desk.consuming.collect(sink);
    return sink.values.get('tradewind_transport_lag_entries desk NORMAL') === 9;
  });
  expect(sink.values.get('tradewind_transport_pending_entries desk NORMAL')).toBe(1);
  expect(sink.values.get('tradewind_transport_lag_entries desk CRITICAL')).toBe(0);
  expect(sink.values.get('tradewind_transport_oldest_pending_seconds desk NORMAL')).toBeGreaterThan(0);
  expect(sink.values.get('tradewind_transport_unsettled_messages')).toBe(1);
  for (const name of sink.values.keys()) expect(sink.described).toContain(name.split(' ')[0]);
});

test('is degraded while a consumer has other patterns than its group', async () => {
  const desks = [lab.desk(), lab.desk()] as const;
  const first = await desks[0].inbox({ consumer: 'a', patterns: ['a'] });
  await desks[1].inbox({ consumer: 'b', patterns: ['b'] });
  await eventually('degraded', () => desks[0].consuming.trouble()?.status === 'degraded');
  expect(desks[0].consuming.trouble()?.reason).toContain('patterns');
  expect(desks[1].consuming.trouble()).toBeUndefined();
  await first.consumer.setPatterns(['b']);
  expect(desks[0].consuming.trouble()).toBeUndefined();
});

test('gives the shards to those who stay when whoever had the set of the group leaves', async () => {
  const desks = [lab.desk(), lab.desk()] as const;
  const first = await desks[0].inbox({ consumer: 'a', patterns: ['data.*'] });
  const second = await desks[1].inbox({ consumer: 'b', patterns: ['other'] });
  await eventually('degraded', () => desks[0].consuming.trouble()?.status === 'degraded');
  await second.consumer.close();
  await new Writer(desks[0]).write({ payload: 'back' });
  await eventually('it serves again', () => first.payloads.includes('back'));
  expect(desks[0].consuming.trouble()).toBeUndefined();
});

test('is degraded while it cannot read, and up when it can again', async () => {
  const desk = lab.desk({ commandTimeoutMs: 100, claimIdleMs: 300 });
  const inbox = await desk.inbox();
  lab.server.pause();
  await eventually('degraded', () => desk.consuming.trouble()?.status === 'degraded');
  lab.server.resume();
  await eventually('up', () => desk.consuming.trouble() === undefined);
  const writer = new Writer(desk);
  await eventually('messages flow', async () => {
    await writer.write({ payload: 'again' }).catch(() => undefined);
    return inbox.messages.length > 0;
  });
  expect(inbox.messages[0]?.payload).toBe('again');
});

test('reports how long commands take, and the memory of the server with its limit', async () => {
  await lab.server.command('CONFIG', 'SET', 'maxmemory', '100mb');
  const transport = redisStreamTransport({ connection: lab.server.url });
  try {
    const consumer = await transport.consume(
      { consumer: 'a', patterns: ['a'], from: 'now' },
      { onBatch: async () => undefined },
    );
    transport.collect(new Sink());
    const sink = new Sink();
    await eventually('the answer', () => {
      transport.collect(sink);
      return sink.values.has('tradewind_transport_server_memory_bytes');
    });
    expect(sink.values.get('tradewind_transport_server_memory_bytes')).toBeGreaterThan(100_000);
    expect(sink.values.get('tradewind_transport_server_memory_limit_bytes')).toBe(100 * 1024 * 1024);
    expect(sink.values.get('tradewind_transport_command_seconds')).toBeGreaterThan(0);
    await consumer.close();
  } finally {
    await transport.close();
    await lab.server.command('CONFIG', 'SET', 'maxmemory', '0');
  }
});

test('is degraded while the server has used up nearly all the memory that it may use, and offers to trim', async () => {
  const transport = redisStreamTransport({ connection: lab.server.url });
  try {
    await transport.consume({ consumer: 'a', patterns: ['a'], from: 'now' }, { onBatch: async () => undefined });
    const used = /^used_memory:(\d+)/mu.exec(String(await lab.server.command('INFO', 'memory')))?.[1];
    await lab.server.command('CONFIG', 'SET', 'maxmemory', Math.round(Number(used) / 0.95));
    await eventually('degraded', () => transport.health().status === 'degraded');
    expect(transport.health().reason).toMatch(/^the server uses \d+ % of the memory that it may use$/u);
    expect(transport.remedies().map(({ name }) => name)).toEqual(['reconnect', 'trim']);
  } finally {
    await lab.server.command('CONFIG', 'SET', 'maxmemory', '0');
    await transport.close();
  }
});

test('counts what the server refuses to its user', async () => {
  await lab.server.command('ACL', 'SETUSER', 'desk', 'on', '>right', '~*', '+@all');
  const connection = { host: '127.0.0.1', port: lab.server.port, username: 'desk', password: 'wrong' };
  const transport = redisStreamTransport({ connection });
  const receiver = { onBatch: async () => undefined };
  await expect(transport.consume({ consumer: 'a', patterns: ['a'], from: 'now' }, receiver)).rejects.toMatchObject({
    code: 'TRANSPORT_DENIED',
  });
  const sink = new Sink();
  transport.collect(sink);
  expect(sink.values.get('tradewind_transport_authentication_failures_total')).toBeGreaterThan(0);
  await transport.close();
  await lab.server.command('ACL', 'DELUSER', 'desk');
});
