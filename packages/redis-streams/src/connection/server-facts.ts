import type { ServerFacts } from './ports.ts';
import { isClusterLike, type RedisLike } from './redis-like.ts';

/** Asks a server about itself. What the user may not ask is left undefined; undefined: not even `INFO`. */
export async function askServer(client: RedisLike): Promise<ServerFacts | undefined> {
  const node = isClusterLike(client) ? client.nodes('master')[0] : client;
  if (node === undefined) return undefined;
  const [info, save] = await Promise.all([
    node.callBuffer('INFO').then(String, () => undefined),
    node.callBuffer('CONFIG', 'GET', 'save').then(snapshotRule, () => undefined),
  ]);
  if (info === undefined) return undefined;
  const fields = new Map(info.split('\r\n').map((line) => splitOnce(line)));
  const [major = 0, minor = 0, patch = 0] = (fields.get('redis_version') ?? '').split('.').map(Number);
  const appends = fields.get('aof_enabled');
  const maxMemory = fields.get('maxmemory');
  return {
    version: [major, minor, patch],
    maxMemoryPolicy: fields.get('maxmemory_policy'),
    maxMemoryBytes: maxMemory === undefined ? undefined : Number(maxMemory),
    persistent: appends === '1' ? true : appends === '0' && save !== undefined ? save !== '' : undefined,
  };
}

/** Whether the server knows `XACKDEL`, which came with Redis 8.2. */
export function knowsAckDel(facts: Pick<ServerFacts, 'version'> | undefined): boolean {
  if (facts === undefined) return false;
  const [major, minor] = facts.version;
  return major > 8 || (major === 8 && minor >= 2);
}

/** `CONFIG GET save` answers the name and the rule, which is empty without snapshots. */
function snapshotRule(reply: unknown): string | undefined {
  const rule: unknown = Array.isArray(reply) ? reply[1] : undefined;
  return Buffer.isBuffer(rule) || typeof rule === 'string' ? rule.toString() : undefined;
}

function splitOnce(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1)];
}
