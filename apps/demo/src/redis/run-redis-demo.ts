import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DemoOptions } from '../options.ts';
import { formatCount } from '../view/format.ts';
import { RedisBooks } from './redis-accounts.ts';
import { findRedis, type RedisPlace } from './redis-place.ts';
import type { RedisReport } from './redis-report.ts';
import { ROLES, type FromRole, type Role } from './roles.ts';
import { Supervisor } from './supervisor.ts';

/** What a run over Redis is told and tells. */
export interface RedisDemoHooks {
  /** One line for people, about once a second and whenever a process comes or goes. */
  readonly onLine: (text: string) => void;
  /** Called once with what stops the market before its end. */
  readonly onStoppable: (stop: () => void) => void;
}

/**
 * Runs feed, strategy and risk check as processes of their own over Redis, starts each again that ends before its time, and makes up the
 * books from what each has noted.
 *
 * @throws DemoError `REDIS_UNAVAILABLE`.
 */
export async function runRedisDemo(options: DemoOptions, hooks: RedisDemoHooks): Promise<RedisReport> {
  const place = await findRedis(process.env['REDIS_URL']);
  const folder = mkdtempSync(join(tmpdir(), 'tradewind-demo-'));
  try {
    return await new RedisDemo({ options, hooks, place, folder }).run();
  } finally {
    await place.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface RedisDemoParts {
  readonly options: DemoOptions;
  readonly hooks: RedisDemoHooks;
  readonly place: RedisPlace;
  readonly folder: string;
}

class RedisDemo {
  readonly #parts: RedisDemoParts;
  readonly #books: RedisBooks;
  readonly #supervisor: Supervisor;
  readonly #seconds: number;
  readonly #startedAtMs = performance.now();
  readonly #losses: string[] = [];
  readonly #failures: string[] = [];
  #unsettled = 0;
  readonly #ready = new Set<Role>();
  #mishap: NodeJS.Timeout | undefined;
  #hadMishap = false;
  #isStopped = false;
  #marketMicros: number | undefined;

  constructor(parts: RedisDemoParts) {
    this.#parts = parts;
    const { options, place, folder } = parts;
    this.#seconds = options.seconds ?? DEFAULT_SECONDS;
    this.#books = new RedisBooks(folder);
    this.#supervisor = new Supervisor(
      {
        redisUrl: place.url,
        streamsPrefix: place.streamsPrefix,
        folder,
        seed: options.seed,
        seconds: this.#seconds,
        speed: Math.min(options.speed, AS_FAST_AS_IT_GOES),
        openedAtMs: Date.now(),
      },
      { onMessage: (role, message) => this.#onMessage(role, message), onGone: (role, how) => this.#onGone(role, how) },
    );
  }

  async run(): Promise<RedisReport> {
    const { hooks, place } = this.#parts;
    hooks.onStoppable(() => this.#stop());
    for (const role of ROLES) this.#supervisor.start(role);
    const show = setInterval(() => this.#show(), SHOW_EVERY_MS);
    try {
      await this.#untilEnded();
      await this.#untilSettled();
    } finally {
      clearInterval(show);
      clearTimeout(this.#mishap);
    }
    const { kill } = this.#parts.options;
    if (kill !== undefined && !this.#hadMishap) hooks.onLine(`the market ended before the ${kill} could be killed`);
    const stored = await place.measure();
    const stuck = await this.#supervisor.close(CLOSE_MS);
    this.#books.read();
    return this.#report(stored, stuck);
  }

  #report(stored: { readonly entries: number; readonly memoryBytes: number }, stuck: readonly Role[]): RedisReport {
    const { options, place } = this.#parts;
    const elapsedMs = Math.round(performance.now() - this.#startedAtMs);
    const accounts = this.#books.settle({
      losses: this.#losses,
      failures: this.#failures,
      stuck,
      unsettled: this.#unsettled,
      isComplete: this.#marketMicros !== undefined,
    });
    const published = accounts.lines.reduce((sum, line) => sum + line.published, 0);
    return {
      schemaVersion: 1,
      mode: 'redis',
      interrupted: this.#isStopped,
      market: { seed: options.seed, micros: this.#marketMicros ?? 0 },
      redis: { private: place.isPrivate, version: place.version, ...stored },
      processes: this.#supervisor.lives,
      performance: {
        node: process.version,
        elapsedMs,
        publishedPerSecond: Math.round((published * MS_PER_SECOND) / elapsedMs),
      },
      accounts,
      exitCode: accounts.problems.length === 0 ? 0 : 1,
    };
  }

  /**
   * With `--kill`: a third of the way in, a process dies as in an accident; later, where the last one was not ready by then, since the market
   * does not wait for those who are slow to start.
   */
  #planMishap(): void {
    const { kill, speed } = this.#parts.options;
    if (kill === undefined || this.#mishap !== undefined) return;
    const dueMs = Math.min((this.#seconds * MS_PER_SECOND) / speed / MISHAP_SHARE, LATEST_MISHAP_MS);
    const leftMs = dueMs - (performance.now() - this.#startedAtMs);
    this.#mishap = setTimeout(() => this.#tryMishap(kill), Math.max(0, leftMs));
  }

  /** One that has not done anything yet is killed as soon as it has: only then is there something to lose. */
  #tryMishap(role: Role): void {
    this.#books.read();
    if (this.#books.hasBegun(role)) {
      this.#hadMishap = true;
      this.#supervisor.kill(role);
    } else this.#mishap = setTimeout(() => this.#tryMishap(role), LOOK_EVERY_MS);
  }

  #stop(): void {
    this.#isStopped = true;
    this.#supervisor.tell('feed', { kind: 'stop' });
  }

  #onMessage(role: Role, message: FromRole): void {
    switch (message.kind) {
      case 'ready': {
        this.#parts.hooks.onLine(`${role} runs as process ${this.#supervisor.pidOf(role)}`);
        // One that was started again after the market was stopped does not know of it.
        if (this.#isStopped) this.#supervisor.tell(role, { kind: 'stop' });
        this.#ready.add(role);
        if (this.#ready.size === ROLES.length) this.#planMishap();
        return;
      }
      case 'ended': {
        this.#marketMicros = message.marketMicros;
        return;
      }
      case 'lost': {
        this.#losses.push(`${role}: ${message.what}`);
        return;
      }
      case 'closed': {
        this.#unsettled += message.unsettled;
        return;
      }
      case 'failed': {
        this.#failures.push(`the ${role} failed: ${message.message}`);
      }
    }
  }

  #onGone(role: Role, how: string): void {
    this.#parts.hooks.onLine(`${role} ended by ${how}; it is started again`);
  }

  async #untilEnded(): Promise<void> {
    const { speed } = this.#parts.options;
    const deadline = performance.now() + (this.#seconds * MS_PER_SECOND) / Math.min(speed, FASTEST) + PATIENCE_MS;
    while (this.#marketMicros === undefined && performance.now() < deadline) await delay(LOOK_EVERY_MS);
  }

  /** What is still on its way when the market has ended arrives, unless something is wrong. */
  async #untilSettled(): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    do {
      this.#books.read();
      if (this.#books.areSettled) return;
      await delay(LOOK_EVERY_MS);
    } while (performance.now() < deadline);
  }

  #show(): void {
    this.#books.read();
    const flows = this.#books
      .lines()
      .map(({ what, published, handled }) => `${what} ${formatCount(handled)}/${formatCount(published)}`);
    this.#parts.hooks.onLine(flows.join(' · '));
  }
}

const DEFAULT_SECONDS = 20;
const MS_PER_SECOND = 1000;
const SHOW_EVERY_MS = 1000;
const LOOK_EVERY_MS = 50;
const MISHAP_SHARE = 3;
const LATEST_MISHAP_MS = 60_000;
/** Infinity does not go through JSON. */
const AS_FAST_AS_IT_GOES = 1e9;
/** Market seconds in a second: faster than any machine, so that `max` has a deadline too. */
const FASTEST = 1;
/** What has not come after so long never will. */
const PATIENCE_MS = 60_000;
const CLOSE_MS = 20_000;
