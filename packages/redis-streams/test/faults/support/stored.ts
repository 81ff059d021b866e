import { Redis } from 'ioredis';
import { unpackEntry } from '../../../src/wire/entry-codec.ts';

const MAX_ENTRY_BYTES = 2 ** 24;
const PAGE = 1000;

/** What the streams of a base hold, stream by stream, in their order: the numbers that the producers of the fault tests publish. */
export async function storedNumbers(port: number, prefix: string): Promise<ReadonlyMap<string, readonly number[]>> {
  return storedOf([port], prefix);
}

/** The same of all masters of a Cluster; a stream that stands at two of them at once is an error. */
export async function storedOf(
  ports: readonly number[],
  prefix: string,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const stored = new Map<string, readonly number[]>();
  for (const port of ports) {
    for (const [key, numbers] of await storedAt(port, prefix)) {
      if (stored.has(key)) throw new Error(`Expected the stream ${key} at one master, found it at two.`);
      stored.set(key, numbers);
    }
  }
  return stored;
}

/** How many entries a server has, a replica too, over all streams of a base. */
export async function entriesAt(port: number, prefix: string): Promise<number> {
  const redis = new Redis({ port, readOnly: true });
  try {
    let entries = 0;
    for (const key of await streamsOf(redis, prefix)) entries += await redis.xlen(key);
    return entries;
  } finally {
    redis.disconnect();
  }
}

async function storedAt(port: number, prefix: string): Promise<ReadonlyMap<string, readonly number[]>> {
  const redis = new Redis({ port });
  const stored = new Map<string, number[]>();
  try {
    for (const key of await streamsOf(redis, prefix)) {
      const numbers: number[] = [];
      let after = '-';
      for (;;) {
        // Page after page, until there is no more.
        const entries = await redis.xrangeBuffer(key, after, '+', 'COUNT', PAGE);
        for (const [, fields] of entries) {
          const { messages } = unpackEntry(fields[1] ?? Buffer.alloc(0), 1, MAX_ENTRY_BYTES);
          for (const { payload } of messages) numbers.push((payload as { readonly n: number }).n);
        }
        const last = entries.at(-1);
        if (last === undefined || entries.length < PAGE) break;
        after = `(${String(last[0])}`;
      }
      stored.set(key, numbers);
    }
  } finally {
    redis.disconnect();
  }
  return stored;
}

/** Everything that is pending in a group, over all streams of a base. */
export async function pendingOf(port: number, prefix: string, group: string): Promise<number> {
  const redis = new Redis({ port });
  try {
    let pending = 0;
    for (const key of await streamsOf(redis, prefix)) {
      const [count] = (await redis.xpending(key, group)) as [number];
      pending += count;
    }
    return pending;
  } finally {
    redis.disconnect();
  }
}

/** How many consumers the server knows of, over all streams of a base and one of its groups. */
export async function consumersOf(port: number, prefix: string, group: string): Promise<number> {
  const redis = new Redis({ port });
  try {
    let consumers = 0;
    for (const key of await streamsOf(redis, prefix)) {
      consumers += ((await redis.xinfo('CONSUMERS', key, group)) as readonly unknown[]).length;
    }
    return consumers;
  } finally {
    redis.disconnect();
  }
}

async function streamsOf(redis: Redis, prefix: string): Promise<readonly string[]> {
  const keys = await redis.keys(`{${prefix}:*}:*`);
  const types = await Promise.all(keys.map((key) => redis.type(key)));
  return keys.filter((_, i) => types[i] === 'stream').toSorted();
}
