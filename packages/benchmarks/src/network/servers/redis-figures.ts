import type { Metrics } from '../../experiments/experiment.ts';
import type { BenchServer } from './servers.ts';

const BYTES_PER_MB = 1e6;

/** What the server has received and sent so far, and what its streams take. */
export async function trafficOf(server: BenchServer): Promise<Metrics> {
  const [bytesIn, bytesOut] = await Promise.all([
    infoField(server, 'total_net_input_bytes'),
    infoField(server, 'total_net_output_bytes'),
  ]);
  let memory = 0;
  for (const key of (await command(server, 'KEYS', '*')) as readonly string[]) {
    // One after the other: the server answers them so in any case.
    if ((await command(server, 'TYPE', key)) === 'stream')
      memory += Number(await command(server, 'MEMORY', 'USAGE', key, 'SAMPLES', 0));
  }
  return { bytesIn, bytesOut, memory };
}

/** How many connections the server has, without the one that asks, and its resident memory. */
export async function connectionsOf(server: BenchServer): Promise<Metrics> {
  return {
    connections: (await infoField(server, 'connected_clients')) - 1,
    serverRssMb: (await infoField(server, 'used_memory_rss')) / BYTES_PER_MB,
  };
}

async function infoField(server: BenchServer, name: string): Promise<number> {
  return Number(new RegExp(`^${name}:(\\d+)`, 'mu').exec(String(await command(server, 'INFO')))?.[1]);
}

function command(server: BenchServer, name: string, ...args: readonly (string | number)[]): Promise<unknown> {
  return server.redis?.command(name, ...args) ?? Promise.resolve(undefined);
}
