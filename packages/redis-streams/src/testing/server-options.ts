/** How a test server is run. Everything is optional: without anything it keeps its data in memory and needs no password. */
export interface RedisServerOptions {
  /** The program. Default: `redis-server` on the PATH. */
  readonly program?: string | undefined;
  /** Default: a free one. */
  readonly port?: number | undefined;
  /** The append-only file and when it is flushed. Default `no`: what a `kill` ends is gone. */
  readonly appendOnly?: 'no' | 'everysec' | 'always' | undefined;
  /** Default: unbounded. */
  readonly maxMemoryBytes?: number | undefined;
  /** Default `noeviction`. */
  readonly evictionPolicy?: string | undefined;
  /** For the default user. */
  readonly password?: string | undefined;
  /** Further lines of the configuration file, such as `'stream-node-max-entries': '10'`; a list gives several lines of one name. */
  readonly config?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** How long a start may take, data to load included. Default 20,000. */
  readonly startTimeoutMs?: number | undefined;
}

/** Where a server listens, and what it runs as. */
export interface ServerSetting {
  readonly port: number;
  readonly directory: string;
  readonly isSentinel: boolean;
}

/** The text of a configuration file. Values with blanks are quoted by whoever gives them, as Redis wants it. */
export function configurationText(options: RedisServerOptions, setting: ServerSetting): string {
  const lines: string[] = [
    `port ${setting.port}`,
    'bind 127.0.0.1',
    'protected-mode no',
    'daemonize no',
    `dir ${JSON.stringify(setting.directory)}`,
    `logfile ${JSON.stringify(`${setting.directory}/${LOG_FILE}`)}`,
  ];
  if (!setting.isSentinel) {
    // No snapshots: a background save of a test server would only take processor time away from what is tested.
    lines.push('save ""', 'repl-diskless-sync-delay 0', 'maxclients 1000');
    const appendOnly = options.appendOnly ?? 'no';
    lines.push(`appendonly ${appendOnly === 'no' ? 'no' : 'yes'}`);
    if (appendOnly !== 'no') lines.push(`appendfsync ${appendOnly}`);
    if (options.maxMemoryBytes !== undefined) lines.push(`maxmemory ${options.maxMemoryBytes}`);
    if (options.evictionPolicy !== undefined) lines.push(`maxmemory-policy ${options.evictionPolicy}`);
    if (options.password !== undefined) {
      lines.push(`requirepass ${JSON.stringify(options.password)}`, `masterauth ${JSON.stringify(options.password)}`);
    }
  }
  for (const [name, value] of Object.entries(options.config ?? {})) {
    for (const one of typeof value === 'string' ? [value] : value) lines.push(`${name} ${one}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Of each server, in its folder. */
export const LOG_FILE = 'redis.log';
