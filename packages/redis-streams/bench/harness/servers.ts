import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startRedisServer, type RedisServer } from '../../src/testing/index.ts';
import type { Contender } from './contender.ts';

/** The server of one run, fresh and empty. */
export interface BenchServer {
  readonly redisPort: number;
  readonly natsPort: number;
  readonly redis: RedisServer | undefined;
  /** CPU time of the server so far, user and system, in microseconds; in steps of 10 ms. */
  cpuUs(): number;
  stop(): Promise<void>;
}

/** Starts what a contender needs: redis-server without an append-only file, or nats-server with JetStream. */
export async function startServer(kind: Contender['server']): Promise<BenchServer> {
  if (kind === 'nats') return startNats();
  const redis = await startRedisServer();
  return { redisPort: redis.port, natsPort: 0, redis, cpuUs: () => cpuOf(redis.pid), stop: () => redis.stop() };
}

const START_MS = 10_000;
/** Of Linux, for `/proc/PID/stat`: the same on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;
const US_PER_SECOND = 1e6;

async function startNats(): Promise<BenchServer> {
  const directory = mkdtempSync(join(tmpdir(), 'tradewind-nats-'));
  const port = 21_500 + Math.floor(Math.random() * 8000);
  const child = spawn('nats-server', ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', directory], {
    stdio: 'ignore',
  });
  const failure = new Promise<never>((_, reject) =>
    child.once('error', (error) =>
      reject(
        new Error(
          `Expected nats-server, with which the benchmarks compare: ${error.message}. Install it, for example with "apt-get install nats-server".`,
        ),
      ),
    ),
  );
  failure.catch(() => undefined);
  // Whatever ends this process, nothing is left running.
  const end = (): void => {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', end);
  await Promise.race([failure, untilOpen(port)]);
  return {
    redisPort: 0,
    natsPort: port,
    redis: undefined,
    cpuUs: () => cpuOf(child.pid),
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      end();
      process.removeListener('exit', end);
      await gone;
    },
  };
}

function cpuOf(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name, in brackets, may hold blanks: the fields are counted behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * US_PER_SECOND) / TICKS_PER_SECOND;
}

async function untilOpen(port: number): Promise<void> {
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await delay(20);
  }
  throw new Error(`Expected nats-server to listen on port ${port} within ${START_MS} ms.`);
}
