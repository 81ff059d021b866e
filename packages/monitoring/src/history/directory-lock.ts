import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { MonitoringError } from '../errors.ts';

/**
 * Takes a folder for this process alone, by a file with its process id. What a process left that is gone is taken over.
 *
 * @returns Gives it back.
 * @throws MonitoringError `STATE_UNUSABLE` while another process has it, or this one has it already.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, 'lock');
  if (!(await tryLock(path))) {
    const owner = await readFile(path, 'utf8').catch(() => '');
    if (isAlive(owner)) throw inUse(directory, owner);
    await rm(path, { force: true });
    if (!(await tryLock(path))) throw inUse(directory, owner);
  }
  return () => rm(path, { force: true });
}

/** With the time at which it started: in a container the process after a restart often has the same id. */
const SELF = `${process.pid} ${performance.timeOrigin}`;

async function tryLock(path: string): Promise<boolean> {
  try {
    await writeFile(path, SELF, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isAlive(owner: string): boolean {
  const pid = Number.parseInt(owner, 10);
  if (pid === process.pid) return owner === SELF;
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is there all the same.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function inUse(directory: string, owner: string): MonitoringError {
  return new MonitoringError('STATE_UNUSABLE', {
    message: `Expected ${directory} for this process alone, and the process ${Number.parseInt(owner, 10)} uses it.`,
    hint: 'Give each process a `stateDir` of its own.',
  });
}
