import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { takeLock } from '../../src/state/state-lock.ts';

let folder: string;
let path: string;
const others: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tradewind-lock-'));
  path = join(folder, 'it.lock');
});

afterEach(async () => {
  for (const other of others.splice(0)) {
    if (other.exitCode === null && other.signalCode === null) {
      other.kill('SIGKILL');
      await once(other, 'exit');
    }
  }
  rmSync(folder, { recursive: true });
});

/** Another process, which says what became of its try and holds on until it is killed. */
async function another(): Promise<{ readonly process: ChildProcess; readonly said: string }> {
  const process_ = fork(new URL('./lock-holder.ts', import.meta.url), [path], {
    execArgv: ['--conditions=@tradewind/source', '--expose-gc'],
  });
  others.push(process_);
  const [said] = (await once(process_, 'message')) as [string];
  return { process: process_, said };
}

describe('the lock of a state', () => {
  test('is for one at a time, also within a process, and whoever gives it back lets the next one in', () => {
    const unlock = takeLock(path);
    expect(readdirSync(folder)).toEqual(['it.lock']);
    expect(() => takeLock(path)).toThrow(
      `Expected ${path} for this process alone, and it is held already: by another process, maybe of another container, or by this one. Give each process a \`stateDir\` of its own.`,
    );
    // To be refused takes nothing from whoever has it.
    expect(() => takeLock(path)).toThrow(expect.objectContaining({ code: 'STATE_UNUSABLE' }));
    unlock();
    takeLock(path)();
    expect(readdirSync(folder)).toEqual(['it.lock']);
    expect(readFileSync(path, 'utf8')).toBe('');
  });

  test('is kept from another process, whatever a file says of who is alive', async () => {
    const holder = await another();
    expect(holder.said).toBe('held');
    expect(() => takeLock(path)).toThrow(expect.objectContaining({ code: 'STATE_UNUSABLE' }));
    expect((await another()).said).toBe('STATE_UNUSABLE');
    // As a container with the same process id and another start would have left it.
    const imposter = `${process.pid} ${performance.timeOrigin - 60_000}`;
    writeFileSync(join(folder, 'other.lock'), imposter);
    takeLock(join(folder, 'other.lock'))();
    writeFileSync(path, imposter);
    expect(() => takeLock(path)).toThrow(expect.objectContaining({ code: 'STATE_UNUSABLE' }));
  });

  test('is kept from another thread', async () => {
    const unlock = takeLock(path);
    const module_ = new URL('../../src/state/state-lock.ts', import.meta.url).href;
    const script = `
      const { parentPort } = require('node:worker_threads');
      import(${JSON.stringify(module_)}).then(({ takeLock }) => {
        try { takeLock(${JSON.stringify(path)}); parentPort.postMessage('held'); }
        catch ({ code }) { parentPort.postMessage(code); }
      });`;
    const thread = new Worker(script, { eval: true, execArgv: ['--conditions=@tradewind/source'] });
    expect(await once(thread, 'message')).toEqual(['STATE_UNUSABLE']);
    await thread.terminate();
    expect((await another()).said).toBe('STATE_UNUSABLE');
    unlock();
  });

  test('is free at once when the process that had it is killed', async () => {
    const { process: holder, said } = await another();
    expect(said).toBe('held');
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const unlock = takeLock(path);
    expect((await another()).said).toBe('STATE_UNUSABLE');
    unlock();
  });

  test('cannot be had where there is no folder', () => {
    expect(() => takeLock(join(folder, 'none', 'it.lock'))).toThrow(
      expect.objectContaining({ code: 'STATE_UNUSABLE', message: expect.stringContaining('written and locked') }),
    );
  });
});
