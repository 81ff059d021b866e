// One benchmark at a time on a machine: two at once are slow and noisy for each other, and no figure of either holds.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Words of commands that measure nothing, and so disturb nobody. */
const MEASURE_NOTHING = ['--help', '-h', '--list', 'list', 'trend', '--redraw'];

/** Whether a benchmark with these arguments keeps the processor busy. @param {readonly string[]} args */
export function measures(args) {
  return !args.some((argument) => MEASURE_NOTHING.includes(argument));
}

/**
 * Takes the machine's turn for a benchmark, for every checkout and every process of this user, and gives it back with what it returns.
 * The turn of a process that is gone is anybody's.
 *
 * @param {string} command what is said to whoever comes meanwhile
 * @param {{ path?: string, pid?: number }} [options]
 * @returns {() => void}
 * @throws {Error} when another benchmark runs: which one, and what to do
 */
export function takeBenchTurn(command, { path = join(tmpdir(), 'tradewind-bench.json'), pid = process.pid } = {}) {
  const holder = readHolder(path);
  if (holder && isAlive(holder.pid))
    throw new Error(
      `Expected no other benchmark on this machine; "${holder.command}" runs (process ${holder.pid}). Two at once make the figures of both worthless: run it again when that one is done.`,
    );
  if (holder) rmSync(path, { force: true });
  try {
    writeFileSync(path, JSON.stringify({ pid, command }), { flag: 'wx' });
  } catch (error) {
    // Somebody was quicker between the look and the writing.
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return takeBenchTurn(command, { path, pid });
    throw error;
  }
  return () => {
    if (readHolder(path)?.pid === pid) rmSync(path, { force: true });
  };
}

/** @param {string} path @returns {{ pid: number, command: string } | undefined} */
function readHolder(path) {
  try {
    const { pid, command } = JSON.parse(readFileSync(path, 'utf8'));
    return { pid: Number(pid), command: String(command) };
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined;
    if (error instanceof SyntaxError) return { pid: 0, command: 'unreadable' };
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
