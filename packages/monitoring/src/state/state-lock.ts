import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { MonitoringError } from '../errors.ts';

/**
 * Takes what a file stands for, as a folder of state, for this process alone; the file holds its process id. What a process left that is gone is
 * taken over. Synchronous, because alerting and remediation are made in one go.
 *
 * @returns Gives it back.
 * @throws MonitoringError `STATE_UNUSABLE` while another process has it, or this one has it already, or it cannot be written.
 */
export function takeLock(path: string): () => void {
  try {
    if (!tryLock(path)) {
      const owner = ownerOf(path);
      if (isAlive(owner)) throw inUse(path, owner);
      rmSync(path, { force: true });
      if (!tryLock(path)) throw inUse(path, ownerOf(path));
    }
  } catch (cause) {
    throw cause instanceof MonitoringError ? cause : unwritable(path, cause);
  }
  return () => rmSync(path, { force: true });
}

/** With the time at which it started: in a container the process after a restart often has the same id. */
const SELF = `${process.pid} ${performance.timeOrigin}`;

function tryLock(path: string): boolean {
  try {
    writeFileSync(path, SELF, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Empty where it has gone meanwhile. */
function ownerOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
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

function inUse(path: string, owner: string): MonitoringError {
  return new MonitoringError('STATE_UNUSABLE', {
    message: `Expected ${path} for this process alone, and the process ${Number.parseInt(owner, 10)} uses it.`,
    hint: 'Give each process a `stateDir` of its own.',
  });
}

function unwritable(path: string, cause: unknown): MonitoringError {
  return new MonitoringError('STATE_UNUSABLE', {
    message: `Expected that ${path} can be written, and it cannot.`,
    hint: 'Give another `stateDir`, or make room and permissions there.',
    cause,
  });
}
