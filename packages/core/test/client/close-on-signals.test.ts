import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('signalled-program.ts', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** Runs the program, sends a signal each time it says `ready`, and waits for its end. */
function run(mode: string, signals: readonly NodeJS.Signals[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--conditions=@tradewind/source', PROGRAM, mode], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const left = [...signals];
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (let i = 0; i < text.split('ready').length - 1; i += 1) {
        const signal = left.shift();
        if (signal !== undefined) child.kill(signal);
      }
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, output }));
  });
}

test('a signal drains the client, and the process ends by that signal', async () => {
  const { signal, output } = await run('drain', ['SIGTERM']);
  expect(output).toContain('handled 3');
  expect(output).toContain('closed {"queued":[0,0,0,0],"unsettled":0}');
  expect(signal).toBe('SIGTERM');
});

test('a second signal gives up draining', async () => {
  const { signal, output } = await run('stuck', ['SIGINT', 'SIGINT']);
  expect(output).toContain('"unsettled":1');
  expect(signal).toBe('SIGINT');
});

test('who listens to the signal as well decides about the end of the process', async () => {
  const { code, signal, output } = await run('listening', ['SIGTERM']);
  expect(output).toContain('closed');
  expect([code, signal]).toEqual([7, null]);
});

test('once disposed it listens no more', async () => {
  const { signal, output } = await run('disposed', ['SIGTERM']);
  expect(output).not.toContain('closed');
  expect(signal).toBe('SIGTERM');
});
