import { PRIORITIES, type Priority } from '@tradewind/core-types';
import { laneName, type Keys } from '../keys.ts';
import type { CommandPort } from '../connection/ports.ts';
import { RedisTransportError } from '../errors.ts';
import { texts } from './replies.ts';

/** A stream as it can be read. */
export interface StreamName {
  readonly key: string;
  readonly priority: Priority;
}

/**
 * Which streams a shard has: one a lane, or with `streamPerTopic` one for each topic that was published in it, which the publishers
 * write down in a set of the shard.
 */
export class ShardStreams {
  readonly #commands: CommandPort;
  readonly #keys: Keys;
  readonly #perTopic: boolean;
  readonly #known = new Map<number, readonly StreamName[]>();

  constructor(commands: CommandPort, keys: Keys, perTopic: boolean) {
    this.#commands = commands;
    this.#keys = keys;
    this.#perTopic = perTopic;
  }

  /** Asks the server only where streams may have been added: most of the time that costs one `SCARD`. */
  async of(shard: number): Promise<readonly StreamName[]> {
    const known = this.#known.get(shard);
    if (!this.#perTopic) return known ?? this.#remember(shard, this.#fixed(shard));
    const key = this.#keys.topics(shard);
    const count = Number(await this.#commands.call('SCARD', key, [key]));
    if (known?.length === count) return known;
    const names: StreamName[] = [];
    for (const member of texts(await this.#commands.call('SMEMBERS', key, [key]))) {
      const colon = member.indexOf(':');
      const lane = member.slice(0, colon);
      const priority = PRIORITIES.find((one) => laneName(one) === lane);
      if (priority !== undefined)
        names.push({ key: this.#keys.stream(shard, priority, member.slice(colon + 1)), priority });
    }
    return this.#remember(shard, names);
  }

  #fixed(shard: number): readonly StreamName[] {
    return PRIORITIES.map((priority) => ({ key: this.#keys.stream(shard, priority), priority }));
  }

  #remember(shard: number, names: readonly StreamName[]): readonly StreamName[] {
    this.#known.set(shard, names);
    return names;
  }
}

/**
 * Creates the group on streams of one shard where it is missing, and the streams too.
 *
 * @returns The streams on which it was missing.
 * @throws RedisTransportError when Redis cannot be reached or refuses.
 */
export async function createGroups(
  commands: CommandPort,
  group: string,
  streams: readonly { readonly key: string; readonly start: string }[],
): Promise<readonly string[]> {
  const [first] = streams;
  if (first === undefined) return [];
  const calls = streams.map(({ key, start }) => ({
    command: 'XGROUP',
    args: ['CREATE', key, group, start, 'MKSTREAM'],
  }));
  const replies = await commands.pipeline(first.key, calls);
  return streams
    .filter((_, i) => {
      const reply = replies[i];
      if (!(reply instanceof RedisTransportError)) return true;
      if (reply.reply === 'BUSYGROUP') return false;
      throw reply;
    })
    .map(({ key }) => key);
}
