import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** What a finished demo left behind. */
export interface FinishedDemo {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A demo that runs in a process of its own, with pipes instead of a terminal. */
export interface DemoProcess {
  /** Resolves when stdout has what is looked for. */
  seen(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Closes our end of its stdout. */
  stopReading(): void;
  readonly finished: Promise<FinishedDemo>;
}

export const MAIN: string = join(import.meta.dirname, '../../src/main.ts');

/** Starts a module that is the demo, or the demo with something planted in it. */
export function startDemo(module: string, args: readonly string[]): DemoProcess {
  const child = spawn(process.execPath, ['--conditions=@tradewind/source', module, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let looks: (() => void)[] = [];
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    stdout += piece;
    for (const look of looks) look();
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    stderr += piece;
  });
  const finished = new Promise<FinishedDemo>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
  });
  return {
    finished,
    kill: (signal) => {
      child.kill(signal);
    },
    stopReading: () => {
      child.stdout.destroy();
    },
    seen: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!stdout.includes(text)) return;
          looks = looks.filter((other) => other !== look);
          resolve();
        };
        looks.push(look);
        look();
        child.once('close', () =>
          reject(new Error(`The demo ended before it printed ${JSON.stringify(text)}: ${stderr}`)),
        );
      }),
  };
}

export function runDemoProcess(args: readonly string[], module: string = MAIN): Promise<FinishedDemo> {
  return startDemo(module, args).finished;
}
