import { RedisTransportError } from '../errors.ts';
import type { Keys } from '../keys.ts';
import type { RedisStreamSettings } from '../options.ts';
import { layoutScript } from '../scripts/layout.ts';
import type { RedisLike } from './redis-like.ts';

/**
 * Agrees with all other transports of the same base on where messages go: the first one writes it down. Producers that disagreed would
 * put messages of one key into different streams, and their order would be lost.
 *
 * Rejects with `TRANSPORT_REFUSED` when what is written differs.
 */
export async function agreeOnLayout(client: RedisLike, keys: Keys, settings: RedisStreamSettings): Promise<void> {
  const ours: readonly string[] = [FORMAT, String(settings.shards), settings.streamPerTopic ? '1' : '0'];
  // By its text: it runs once for each connection, and a pipeline of a Cluster could not ask for it again.
  const reply = await client.callBuffer('EVAL', layoutScript.lua, 1, keys.meta, ...ours);
  const theirs = Array.isArray(reply) ? reply.map(String) : [];
  if (ours.every((value, i) => value === theirs[i])) return;
  throw new RedisTransportError('TRANSPORT_REFUSED', {
    message: `Expected ${describe(theirs)} as ${keys.meta} says, received options for ${describe(ours)}.`,
    hint: 'Give all transports of one streamsPrefix the same shards and streamPerTopic, or choose another streamsPrefix.',
    retryable: false,
    mayHaveBeenStored: false,
  });
}

function describe([format, shards, perTopic]: readonly string[]): string {
  return `format ${format}, shards ${shards} and streamPerTopic ${perTopic === '1'}`;
}

/** Of the keys and scripts; the format of entries has its own number. */
const FORMAT = '1';
