import { toTransportError, type RedisTransportError } from '../errors.ts';
import type { Script } from '../scripts/script.ts';
import type { CommandArgument, CommandPort, PortCall } from './ports.ts';
import type { ManagedClient } from './managed-client.ts';

/** Commands over a connection that is looked after elsewhere. */
export class CommandConnection implements CommandPort {
  readonly #managed: ManagedClient;

  constructor(managed: ManagedClient) {
    this.#managed = managed;
  }

  call(command: string, _key: string | undefined, args: readonly CommandArgument[]): Promise<unknown> {
    return this.#managed.submit(command, () => this.#managed.client.callBuffer(command, ...args));
  }

  run(script: Script, keys: readonly string[], args: readonly CommandArgument[]): Promise<unknown> {
    return this.#managed.submit(`running ${script.name}`, () => this.#runByHash(script, keys, args));
  }

  pipeline(_key: string, calls: readonly PortCall[]): Promise<readonly unknown[]> {
    const [first] = calls;
    if (first === undefined) return Promise.resolve([]);
    const doing = `${nameOf(first)}${calls.length === 1 ? '' : ` and ${calls.length - 1} more`}`;
    return this.#managed.submit(doing, () =>
      calls.length === 1 ? this.#single(first) : this.#several(calls),
    ) as Promise<readonly unknown[]>;
  }

  async #runByHash(script: Script, keys: readonly string[], args: readonly CommandArgument[]): Promise<unknown> {
    const { client } = this.#managed;
    try {
      return await client.callBuffer('EVALSHA', script.sha1, keys.length, ...keys, ...args);
    } catch (error) {
      if (!isNoScript(error)) throw error;
      // A server that was restarted has forgotten its scripts; the text brings them back.
      return client.callBuffer('EVAL', script.lua, keys.length, ...keys, ...args);
    }
  }

  /** A pipeline of one needs none of its machinery. */
  async #single(call: PortCall): Promise<readonly unknown[]> {
    try {
      const reply =
        'script' in call
          ? await this.#runByHash(call.script, call.keys, call.args)
          : await this.#managed.client.callBuffer(call.command, ...call.args);
      return [reply];
    } catch (error) {
      const failure = toTransportError(error, { doing: nameOf(call) });
      if (failure.reply === undefined) throw failure;
      return [failure];
    }
  }

  async #several(calls: readonly PortCall[]): Promise<readonly unknown[]> {
    const replies = await this.#execute(calls, 'EVALSHA');
    if (!replies.some(isNoScript)) return replies.map((reply, i) => asReply(reply, calls[i]));
    // WAIT again too: its answer was about what had been written before.
    const unknown = calls.filter((call, i) => isNoScript(replies[i]) || ('command' in call && call.command === 'WAIT'));
    const again = await this.#execute(unknown, 'EVAL');
    let next = 0;
    return replies.map((reply, i) => {
      const call = calls[i];
      return asReply(call !== undefined && unknown[next] === call ? again[next++] : reply, call);
    });
  }

  /** Replies and ioredis's errors, in order. */
  async #execute(calls: readonly PortCall[], evaluate: 'EVALSHA' | 'EVAL'): Promise<readonly unknown[]> {
    const pipeline = this.#managed.client.pipeline();
    for (const call of calls) {
      if ('script' in call) {
        const script = evaluate === 'EVAL' ? call.script.lua : call.script.sha1;
        pipeline.callBuffer(evaluate, script, call.keys.length, ...call.keys, ...call.args);
      } else pipeline.callBuffer(call.command, ...call.args);
    }
    const results = (await pipeline.exec()) ?? [];
    return calls.map((_, i) => results[i]?.[0] ?? results[i]?.[1]);
  }
}

/** The failure of one place of a pipeline; where the connection was lost, of the whole. */
function asReply(reply: unknown, call: PortCall | undefined): unknown {
  if (!(reply instanceof Error)) return reply;
  const failure: RedisTransportError = toTransportError(reply, { doing: call === undefined ? '' : nameOf(call) });
  if (failure.reply === undefined) throw failure;
  return failure;
}

function isNoScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}

function nameOf(call: PortCall): string {
  return 'script' in call ? `running ${call.script.name}` : call.command;
}
