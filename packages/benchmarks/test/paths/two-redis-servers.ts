import { BufferedMessageBusClient } from '@tradewind/core';
import type { Handler, MessageMeta, RoutingPlugin } from '@tradewind/core-types';
import { redisStreamTransport } from '@tradewind/redis-streams';
import { startRedisServer, type RedisServer } from '@tradewind/redis-streams/testing';
import { startDelayProxy, type DelayProxy } from './delay-proxy.ts';

/**
 * Two real Redis servers, each behind a delay proxy. Publishers reach them through the proxies, consumers directly: so what a consumer
 * sees is the way of the publisher.
 */
export class TwoRedisServers {
  readonly a: DelayProxy;
  readonly b: DelayProxy;
  readonly #servers: readonly [RedisServer, RedisServer];
  readonly #clients: BufferedMessageBusClient[] = [];

  private constructor(servers: readonly [RedisServer, RedisServer], [a, b]: readonly [DelayProxy, DelayProxy]) {
    this.#servers = servers;
    this.a = a;
    this.b = b;
  }

  static async start(delaysMs: { readonly a: number; readonly b: number }): Promise<TwoRedisServers> {
    const servers = await Promise.all([startRedisServer(), startRedisServer()]);
    const proxies = await Promise.all([
      startDelayProxy(servers[0].port, delaysMs.a),
      startDelayProxy(servers[1].port, delaysMs.b),
    ]);
    return new TwoRedisServers(servers, proxies);
  }

  /** A client whose paths lead through the proxies. */
  async publisher(name: string, plugins: readonly RoutingPlugin[]): Promise<BufferedMessageBusClient> {
    const client = new BufferedMessageBusClient({
      name: `${name}-publisher`,
      paths: pathsTo(name, [this.a.port, this.b.port]),
      plugins,
      // The machine that runs the tests may be busy: the budget is not what is tested.
      pluginBudgetMicros: 1_000_000,
    });
    this.#clients.push(client);
    await client.ready();
    return client;
  }

  /** Starts a client of its own that reads what a publisher of this name stores on either server. */
  async consume(name: string, handler: Handler<number, MessageMeta>): Promise<void> {
    const [a, b] = this.#servers;
    const client = new BufferedMessageBusClient({
      name: `${name}-consumer`,
      group: 'desk',
      paths: pathsTo(name, [a.port, b.port]),
    });
    this.#clients.push(client);
    client.subscribe<string, number>('data.*', handler);
    await client.ready();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await Promise.all([this.a.close(), this.b.close()]);
    await Promise.all(this.#servers.map((server) => server.stop()));
  }
}

function pathsTo(name: string, [a, b]: readonly [number, number]) {
  const over = (port: number) =>
    redisStreamTransport({ connection: `redis://127.0.0.1:${port}`, streamsPrefix: `paths-${name}` });
  return { a: over(a), b: over(b) };
}
