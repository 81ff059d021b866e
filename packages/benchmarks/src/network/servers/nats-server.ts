import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BenchmarkError } from '../../errors.ts';
import { howToGet, isInstalled } from './programs.ts';

/** A nats-server of this run alone. */
export interface NatsServer {
  readonly port: number;
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

const START_MS = 10_000;
const LOOK_EVERY_MS = 20;

/**
 * Starts nats-server with JetStream on a free port, its data in a temporary folder. It is ended with this process.
 *
 * @throws BenchmarkError `SERVER_MISSING`, `RUN_FAILED` when it does not start.
 */
export async function startNatsServer(): Promise<NatsServer> {
  if (!isInstalled('nats-server')) {
    throw new BenchmarkError('SERVER_MISSING', {
      message: howToGet('nats-server'),
      hint: 'Or leave the contenders of NATS out.',
    });
  }
  const folder = mkdtempSync(join(tmpdir(), 'tradewind-nats-'));
  // It chooses a port itself and writes it into a file, since one that is chosen here may be taken by then.
  const args = ['-a', '127.0.0.1', '-p', '-1', '--ports_file_dir', folder, '-js', '-sd', folder];
  const child = spawn('nats-server', args, { stdio: 'ignore' });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const end = (): void => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', end);
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
    process.removeListener('exit', end);
    end();
  };
  try {
    return { port: await portOf(child, folder), pid: child.pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function portOf(child: ChildProcess, folder: string): Promise<number> {
  const untilMs = performance.now() + START_MS;
  while (performance.now() < untilMs && child.exitCode === null) {
    const file = readdirSync(folder).find((name) => name.endsWith('.ports'));
    const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8');
    const port = /"nats:\/\/[^"]*:(\d+)"/u.exec(text)?.[1];
    if (port !== undefined) return Number(port);
    await delay(LOOK_EVERY_MS);
  }
  throw new BenchmarkError('RUN_FAILED', {
    message: `Expected nats-server to listen within ${START_MS} ms; it ${child.exitCode === null ? 'did not' : `ended with ${child.exitCode}`}.`,
    hint: 'Run "nats-server -js" by hand to see what it says.',
  });
}
