import type { Clock, Random } from '@tradewind/core-types';
import type { CommandArgument, CommandPort, Connections, PortCall } from '../../src/connection/ports.ts';
import { RedisTransportError } from '../../src/errors.ts';
import { publishManyScript } from '../../src/scripts/publish.ts';
import { unpackEntry } from '../../src/wire/entry-codec.ts';

/** What a connection does to one write. */
export type Mishap = 'none' | 'lost before' | 'lost after' | 'lost in the middle' | 'full' | 'forgets';

interface ModelOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** What happens to the next write. */
  readonly next: () => Mishap;
}

/** A server with one connection that keeps streams as the publish script does, and a connection that loses whatever it is told to lose. */
export class ModelServer implements CommandPort {
  readonly streams = new Map<string, unknown[]>();
  readonly #states = new Map<string, { readonly epoch: number; readonly last: number }>();
  readonly #options: ModelOptions;

  constructor(options: ModelOptions) {
    this.#options = options;
  }

  connections(): Connections {
    return {
      commands: this,
      claims: this,
      isCluster: false,
      state: { status: 'ready', sinceMs: 0, lastError: undefined, facts: undefined, onChange: () => () => undefined },
      open: () => Promise.resolve(),
      reader: () => {
        throw new Error('nobody reads here');
      },
      close: () => Promise.resolve(),
    };
  }

  call(): Promise<unknown> {
    return Promise.reject(new Error('only scripts come here'));
  }

  run(): Promise<unknown> {
    return Promise.reject(new Error('only pipelines come here'));
  }

  async pipeline(_key: string, calls: readonly PortCall[]): Promise<readonly unknown[]> {
    const mishap = this.#options.next();
    if (mishap === 'forgets') this.#states.clear();
    const entries = calls.flatMap((call) => entriesOf(call));
    const kept = mishap === 'lost before' ? 0 : mishap === 'lost in the middle' ? entries.length >> 1 : entries.length;
    const answers = entries.map((entry, i) => {
      if (i >= kept) return undefined;
      return mishap === 'full' && i === entries.length - 1 ? FULL : this.#publish(entry);
    });
    let next = 0;
    const replies = calls.map((call) => {
      const ofCall = answers.slice(next, (next += entriesOf(call).length));
      return ofCall[0] === FULL ? outOfMemory() : ofCall;
    });
    // The answer takes its time, so that two writes are on their way.
    await new Promise<void>((resolve) => {
      this.#options.clock.setTimer(resolve, 1 + this.#options.random.next());
    });
    if (mishap.startsWith('lost')) throw lost(mishap !== 'lost before');
    return replies;
  }

  #publish({ stream, producer, epoch, number, forced, bytes }: ModelEntry): unknown {
    const state = this.#states.get(producer);
    if (state?.epoch === epoch && Number(number) <= (state?.last ?? 0)) return 2;
    if (forced !== 1 && state === undefined && number !== 1) return [4];
    if (forced !== 1 && state !== undefined) {
      if (state.epoch > Number(epoch)) return [5, String(state.epoch)];
      if (state.epoch < Number(epoch) && number !== 1) return [4];
      if (state.epoch === epoch && Number(number) > state.last + 1) return [3, state.last];
    }
    const kept = this.streams.get(stream) ?? [];
    this.streams.set(stream, kept);
    kept.push(...unpackEntry(bytes as Buffer, 1, 1e6).messages.map(({ payload }) => payload));
    this.#states.set(producer, { epoch: Number(epoch), last: Number(number) });
    return 1;
  }
}

/** An entry of a call, as its script takes it. */
interface ModelEntry {
  readonly stream: string;
  readonly producer: string;
  readonly epoch: unknown;
  readonly number: unknown;
  readonly forced: unknown;
  readonly bytes: CommandArgument | undefined;
}

function entriesOf(call: PortCall): readonly ModelEntry[] {
  if (!('script' in call) || call.script !== publishManyScript) throw new Error('only one script comes here');
  const { keys, args } = call;
  return Array.from({ length: keys.length / 2 }, (_, i): ModelEntry => {
    const [epoch, number, forced, bytes] = args.slice(1 + 4 * i);
    return { stream: keys[2 * i] ?? '', producer: keys[2 * i + 1] ?? '', epoch, number, forced, bytes };
  });
}

function lost(mayHaveBeenStored: boolean): RedisTransportError {
  return new RedisTransportError('TRANSPORT_UNAVAILABLE', {
    message: 'The connection was lost.',
    hint: 'Try again.',
    retryable: true,
    mayHaveBeenStored,
  });
}

function outOfMemory(): RedisTransportError {
  const details = { message: 'It is full.', hint: 'Try again.', retryable: true, mayHaveBeenStored: false };
  return new RedisTransportError('TRANSPORT_FULL', details, 'OOM');
}

/** What the script answers for an entry that the server refused, and was not the first. */
const FULL = [6, "OOM command not allowed when used memory > 'maxmemory'."];
