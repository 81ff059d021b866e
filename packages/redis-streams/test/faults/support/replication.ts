import type { RedisNode } from '../../../src/testing/index.ts';
import { entriesAt } from './stored.ts';

/** The servers that follow a master. */
export async function replicasOf(nodes: readonly RedisNode[], master: RedisNode): Promise<readonly RedisNode[]> {
  const others = nodes.filter(({ pid, port }) => pid !== undefined && port !== master.port);
  const roles = await Promise.all(others.map((node) => node.command('ROLE')));
  const replicas = others.filter((_, i) => {
    const [role, , port] = roles[i] as readonly unknown[];
    return role === 'slave' && Number(port) === master.port;
  });
  if (replicas.length === 0) throw new Error(`Expected replicas of the master at port ${master.port}.`);
  return replicas;
}

/**
 * Cuts the replicas off: they are told a password that their master does not have, and lose their connections to it. Clients notice nothing. To stop
 * their processes instead would leave what was on its way in their sockets, to be read later.
 *
 * @returns Lets them follow again, whomever.
 */
export async function cutOff(master: RedisNode, replicas: readonly RedisNode[]): Promise<() => Promise<void>> {
  const tell = async (password: string): Promise<void> => {
    await Promise.all(replicas.map((replica) => replica.command('CONFIG', 'SET', 'masterauth', password)));
  };
  await tell('of-another-master');
  await master.command('CLIENT', 'KILL', 'TYPE', 'replica');
  return () => tell('');
}

/** Resolves when a master has so many entries of a base that none of its replicas has; they must be cut off. */
export async function untilAhead(
  master: RedisNode,
  replicas: readonly RedisNode[],
  prefix: string,
  entries: number,
): Promise<void> {
  const copied = await Promise.all(replicas.map(({ port }) => entriesAt(port, prefix)));
  const target = Math.max(...copied) + entries;
  const deadline = performance.now() + PATIENCE_MS;
  while ((await entriesAt(master.port, prefix)) < target) {
    if (performance.now() > deadline) throw new Error(`Expected ${entries} entries that no replica has.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

const PATIENCE_MS = 30_000;
const LOOK_MS = 20;
