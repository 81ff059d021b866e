import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';
import { Guardian } from './guardian.ts';
import { configurationText, type RedisServerOptions } from './server-options.ts';
import { ServerProcess } from './server-process.ts';
import { RedisTestingError } from './testing-error.ts';

const START_TIMEOUT_MS = 20_000;
const PORT_ATTEMPTS = 5;

/** A real redis-server on a port of the loopback interface, with its data in a temporary folder. */
export interface RedisServer {
  /** Always `127.0.0.1`. */
  readonly host: string;
  /** Stays the same over {@link RedisServer.restart}. */
  readonly port: number;
  /** With the password, where there is one. */
  readonly url: string;
  /** Of the process; undefined while it does not run. */
  readonly pid: number | undefined;
  /** Where its data, configuration and log are. */
  readonly directory: string;
  /** One command over a connection of its own; replies as text, numbers and lists. */
  command(name: string, ...args: readonly (string | number | Buffer)[]): Promise<unknown>;
  /** `kill -9`; resolves when the process is gone. The data stays for {@link RedisServer.restart}. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open, nothing answers. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** Starts it again on the same port and data, ending it first where it still runs. Resolves when it has loaded its data. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. Calling it again does nothing. */
  stop(): Promise<void>;
}

/**
 * Starts a server and resolves when it answers. It dies with this process, however that ends, and leaves nothing behind.
 *
 * @throws RedisTestingError `SERVER_MISSING` where there is no such program, `SERVER_EXITED` or `SERVER_NOT_READY` with the end of its log.
 */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const root = mkdtempSync(join(tmpdir(), 'tradewind-redis-'));
  const guardian = new Guardian(root);
  try {
    const server = await startIn(root, guardian, options);
    return Object.assign(server, { stop: stopper([server], guardian) });
  } catch (error) {
    await guardian.end();
    throw error;
  }
}

/** @internal One server of a set, in a folder below the one that the guardian removes. */
export async function startIn(
  root: string,
  guardian: Guardian,
  options: RedisServerOptions,
  isSentinel = false,
): Promise<RunningServer> {
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const directory = join(root, String(port));
    mkdirSync(directory, { recursive: true });
    const file = join(directory, 'redis.conf');
    writeFileSync(file, configurationText(options, { port, directory, isSentinel }));
    const startTimeoutMs = options.startTimeoutMs ?? START_TIMEOUT_MS;
    const args = isSentinel ? [file, '--sentinel'] : [file];
    const program = options.program ?? 'redis-server';
    const server = new RunningServer(new ServerProcess({ program, args, port, directory, startTimeoutMs }, guardian), {
      port,
      directory,
      password: options.password,
    });
    try {
      await server.restart();
      return server;
    } catch (error) {
      const mayRetry = options.port === undefined && attempt < PORT_ATTEMPTS;
      // Between the search for a port and the start somebody else may have taken it.
      if (!(mayRetry && error instanceof RedisTestingError && error.message.includes('Address already in use')))
        throw error;
    }
  }
}

/** @internal Ends all servers of a set, then the guardian, once. */
export function stopper(servers: readonly RunningServer[], guardian: Guardian): () => Promise<void> {
  let stopped: Promise<void> | undefined;
  return () =>
    (stopped ??= (async () => {
      await Promise.all(servers.map((server) => server.kill()));
      await guardian.end();
    })());
}

/** @internal A server without its `stop`, which belongs to whoever owns the folder. */
export class RunningServer implements Omit<RedisServer, 'stop'> {
  readonly host: string = '127.0.0.1';
  readonly port: number;
  readonly directory: string;
  readonly url: string;
  readonly #process: ServerProcess;
  readonly #password: string | undefined;

  constructor(
    process: ServerProcess,
    where: { readonly port: number; readonly directory: string; readonly password: string | undefined },
  ) {
    this.#process = process;
    this.#password = where.password;
    this.port = where.port;
    this.directory = where.directory;
    const secret = where.password === undefined ? '' : `:${encodeURIComponent(where.password)}@`;
    this.url = `redis://${secret}${this.host}:${this.port}`;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  async command(name: string, ...args: readonly (string | number | Buffer)[]): Promise<unknown> {
    const client = new Redis({
      host: this.host,
      port: this.port,
      password: this.#password,
      lazyConnect: true,
      maxRetriesPerRequest: 0,
      enableReadyCheck: false,
      disableClientInfo: true,
      retryStrategy: () => null,
    });
    client.on('error', () => undefined);
    try {
      return await client.call(name, ...args);
    } finally {
      client.disconnect();
    }
  }

  async kill(): Promise<void> {
    await this.#process.end('SIGKILL');
  }

  pause(): void {
    this.#process.signal('SIGSTOP');
  }

  resume(): void {
    this.#process.signal('SIGCONT');
  }

  async restart(): Promise<void> {
    await this.#process.end('SIGTERM');
    await this.#process.start();
  }
}
