import type { RedisTransportError } from '../errors.ts';
import type { Script } from '../scripts/script.ts';

/** An argument of a command as it goes to Redis. */
export type CommandArgument = string | number | Buffer;

/** One command of a pipeline: `args` is all that follows its name, the key included. */
interface CommandCall {
  readonly command: string;
  readonly args: readonly CommandArgument[];
}

/** One script of a pipeline. */
export interface ScriptCall {
  readonly script: Script;
  readonly keys: readonly string[];
  readonly args: readonly CommandArgument[];
}

export type PortCall = CommandCall | ScriptCall;

/**
 * Sends commands over one connection (in Cluster: one to each node) and never blocks it.
 *
 * Every call settles within `commandTimeoutMs`: with the reply (text as `Buffer`, integers as numbers, nil as null), or by rejecting with a
 * RedisTransportError that says whether a retry may help and whether the command may have been carried out. While there is no connection
 * a call waits for one, within the same deadline. A connection that is lost rejects all that is on its way at once; nothing is ever sent
 * twice by itself.
 */
export interface CommandPort {
  /** `key` is the key by which Cluster finds the node, which `args` must contain as well; undefined: any node. */
  call(command: string, key: string | undefined, args: readonly CommandArgument[]): Promise<unknown>;
  run(script: Script, keys: readonly string[], args: readonly CommandArgument[]): Promise<unknown>;
  /**
   * All in one write, in order, for keys of one slot; `key` is one of them. One that fails does not stop the next ones:
   * its place has the error. Rejects when nothing could be sent or the connection was lost.
   */
  pipeline(key: string, calls: readonly PortCall[]): Promise<readonly unknown[]>;
}

/** A connection of its own for reads that wait at the server. One read at a time. */
export interface ReaderPort {
  /**
   * `args` is all that follows the command, `BLOCK` included where it waits; `blockMs` tells how long the server may take on top of
   * the deadline of a command. `XREADGROUP` and `XREAD` answer `[[stream, [[id, [field, value]]]]]`, or null.
   */
  read(command: string, args: readonly CommandArgument[], blockMs: number): Promise<unknown>;
  /** Ends the read that waits, which answers null. */
  unblock(): Promise<void>;
  close(): void;
}

/** How the connection for commands is. */
export type ConnectionStatus = 'idle' | 'connecting' | 'ready' | 'lost' | 'closed';

/** What is known about a server when a connection to it is ready. */
export interface ServerFacts {
  /** `[7, 0, 15]`. */
  readonly version: readonly [number, number, number];
  readonly maxMemoryPolicy: string | undefined;
  readonly maxMemoryBytes: number | undefined;
  /** Whether it appends to a file or takes snapshots. */
  readonly persistent: boolean | undefined;
}

/** The connection for commands, as it is and was. */
export interface ConnectionState {
  readonly status: ConnectionStatus;
  readonly sinceMs: number;
  /** Why it is lost. */
  readonly lastError: RedisTransportError | undefined;
  /** Undefined until the first connection is ready, and where the user may not ask. */
  readonly facts: ServerFacts | undefined;
  /** Calls back with every change; call what it returns to end that. */
  onChange(listener: (status: ConnectionStatus) => void): () => void;
}

/** All connections of one transport. */
export interface Connections {
  readonly commands: CommandPort;
  readonly claims: CommandPort;
  readonly state: ConnectionState;
  readonly isCluster: boolean;
  /**
   * Connects, once. With `startup: 'require'` it rejects when Redis cannot be reached or refuses us; with `'degrade'` it resolves all the same.
   * A wrong password rejects in any case.
   */
  open(): Promise<void>;
  /** A new connection for blocking reads of keys in the slot of this one. */
  reader(slotKey: string): ReaderPort;
  /** Settles what is on its way, and closes what it made itself. */
  close(): Promise<void>;
}
