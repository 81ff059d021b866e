import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { afterEach, describe, expect, test } from 'vitest';

import { SAME_KEY_PRESS_MS } from '../run/foreground.mjs';

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

let runner: ChildProcess;
let output: string;
let exited: Promise<number | null>;

/** Starts the runner in a process group of its own, as a terminal does. */
async function start(...args: string[]): Promise<void> {
  output = '';
  runner = spawn(process.execPath, [fixture('run-in-foreground.mjs'), ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  runner.stdout?.on('data', (chunk) => (output += String(chunk)));
  exited = new Promise((resolve) => runner.once('close', resolve));
}

async function until(text: string): Promise<void> {
  while (!output.includes(text)) {
    if (runner.exitCode !== null) throw new Error(`Expected "${text}" before the end; got "${output}"`);
    await sleep(5);
  }
}

/** What Ctrl-C does: the signal goes to the whole group, and npm, one of the group, passes its own copy on. */
function pressCtrlC(): void {
  process.kill(-(runner.pid ?? 0), 'SIGINT');
  runner.kill('SIGINT');
}

afterEach(() => {
  if (runner.exitCode === null) runner.kill('SIGTERM');
});

describe('a program in the foreground', () => {
  test('gets a Ctrl-C once, a second one as the second, and its exit code comes back', async () => {
    await start(fixture('count-signals.mjs'));
    await until('ready');
    pressCtrlC();
    await until('SIGINT 1');
    await sleep(2 * SAME_KEY_PRESS_MS);
    expect(output).toBe('ready\nSIGINT 1\n');
    pressCtrlC();
    expect(await exited).toBe(7);
    expect(output).toBe('ready\nSIGINT 1\nSIGINT 2\n');
  });

  test('gets the SIGTERM that was meant for it', async () => {
    await start(fixture('count-signals.mjs'));
    await until('ready');
    runner.kill('SIGTERM');
    expect(await exited).toBe(9);
  });

  test('has its exit code returned', async () => {
    await start('--eval', 'process.exitCode = 5');
    expect(await exited).toBe(5);
  });

  test('that dies of a signal ends as a shell would say it', async () => {
    await start('--eval', "process.kill(process.pid, 'SIGKILL')");
    expect(await exited).toBe(128 + 9);
  });
});
