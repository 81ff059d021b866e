import type { MetricsSink } from '@tradewind/core-types';
import type { CommandPort } from '../connection/ports.ts';

export interface ServerMemoryOptions {
  readonly commands: CommandPort;
  readonly clock: { now(): number };
  /** Whether the server can be asked now. */
  readonly isReady: () => boolean;
}

/**
 * The memory of the server as of the scrape before: a scrape does not wait for Redis, it asks for the next one, at most once in five seconds.
 * Of a Cluster it is that of one node. Nothing is written where the user may not ask, and no limit where there is none.
 */
export class ServerMemory {
  readonly #options: ServerMemoryOptions;
  #usedBytes: number | undefined;
  #limitBytes: number | undefined;
  #askedMs = -Infinity;
  #isAsking = false;

  constructor(options: ServerMemoryOptions) {
    this.#options = options;
  }

  collect(into: MetricsSink): void {
    void this.refresh();
    if (this.#usedBytes === undefined) return;
    into.describe('tradewind_transport_server_memory_bytes', 'Memory that the server uses.');
    into.gauge('tradewind_transport_server_memory_bytes', this.#usedBytes);
    if (this.#limitBytes === undefined) return;
    into.describe('tradewind_transport_server_memory_limit_bytes', 'Memory that the server may use: its maxmemory.');
    into.gauge('tradewind_transport_server_memory_limit_bytes', this.#limitBytes);
  }

  /** For people: that the server will soon refuse to take more; empty while it will not, or nobody knows. Asks for the next time. */
  get reason(): string {
    void this.refresh();
    if (this.#usedBytes === undefined || this.#limitBytes === undefined) return '';
    const part = this.#usedBytes / this.#limitBytes;
    return part < HIGH_PART ? '' : `the server uses ${Math.round(part * 100)} % of the memory that it may use`;
  }

  /** Asks Redis, unless it was asked a moment ago. Does not reject: what is not known is not written. */
  async refresh(): Promise<void> {
    const { clock, commands, isReady } = this.#options;
    const nowMs = clock.now();
    if (this.#isAsking || nowMs - this.#askedMs < LEAST_BETWEEN_MS || !isReady()) return;
    this.#isAsking = true;
    this.#askedMs = nowMs;
    try {
      this.#learn(String(await commands.call('INFO', undefined, ['memory'])));
    } catch {
      this.#usedBytes = undefined;
      this.#limitBytes = undefined;
    } finally {
      this.#isAsking = false;
    }
  }

  #learn(info: string): void {
    this.#usedBytes = fieldOf(info, 'used_memory');
    const limit = fieldOf(info, 'maxmemory');
    // 0 stands for none.
    this.#limitBytes = limit === 0 ? undefined : limit;
  }
}

function fieldOf(info: string, name: string): number | undefined {
  const value = new RegExp(`^${name}:(\\d+)`, 'mu').exec(info)?.[1];
  return value === undefined ? undefined : Number(value);
}

const LEAST_BETWEEN_MS = 5_000;
/** Of `maxmemory`: from where on it is time to free some. */
const HIGH_PART = 0.85;
