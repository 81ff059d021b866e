import { truncateSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { MonitoringError } from '../errors.ts';

/**
 * Takes what a file stands for, as a folder of state, for this process alone, in one go, because alerting and remediation are made so.
 *
 * It is a lock of the operating system on an empty file, held as a transaction of SQLite, which is the one way to it that Node.js has itself. No text in a file tells
 * who is alive: processes in two containers over one volume often have the same id, the same start and no way to see each other, and a heartbeat is late in a
 * loop that is busy and makes a restart wait. The system knows it: it keeps the lock for as long as the process lives, in whichever container, and takes it
 * back at once when it ends, however it ends. The file stays, because whoever deletes a file that others may have opened lets two in; and nothing else of this process
 * may open it: a process that closes any handle of a file gives up its lock.
 *
 * @returns Gives it back.
 * @throws MonitoringError `STATE_UNUSABLE` while another process has it, or this one has it already, or it cannot be locked.
 */
export function takeLock(path: string): () => void {
  let held: DatabaseSync;
  try {
    held = lockOf(path);
  } catch (cause) {
    throw resultOf(cause) === BUSY ? inUse(path) : unlockable(path, cause);
  }
  HELD.add(held);
  return () => {
    if (HELD.delete(held)) held.close();
  };
}

/** A handle that nobody refers to is closed when memory is collected, and gives up its lock: the lock is until it is given back. */
const HELD = new Set<DatabaseSync>();

/** Throws what SQLite throws. */
function lockOf(path: string): DatabaseSync {
  // Loaded where it is needed: in Node.js 22 and 24 it comes with a warning that it is experimental.
  const database = new (process.getBuiltinModule('node:sqlite').DatabaseSync)(path);
  try {
    try {
      database.exec(TAKE);
    } catch (error) {
      if (resultOf(error) !== NOT_A_DATABASE) throw error;
      // Nobody can hold what is no database: it is of a version that wrote the id of its process there, or damaged.
      truncateSync(path);
      database.exec(TAKE);
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The result code of SQLite without its extension; undefined for another error. */
function resultOf(error: unknown): number | undefined {
  const { errcode } = error as { readonly errcode?: number };
  return errcode === undefined ? undefined : errcode & 0xff;
}

function inUse(path: string): MonitoringError {
  return new MonitoringError('STATE_UNUSABLE', {
    message: `Expected ${path} for this process alone, and it is held already: by another process, maybe of another container, or by this one.`,
    hint: 'Give each process a `stateDir` of its own.',
  });
}

function unlockable(path: string, cause: unknown): MonitoringError {
  return new MonitoringError('STATE_UNUSABLE', {
    message: `Expected that ${path} can be written and locked, and it cannot.`,
    hint: 'Give another `stateDir`, on a file system that has locks, or make room and permissions there.',
    cause,
  });
}

/** Nothing is ever written: with its journal in memory the file stays empty and alone. */
const TAKE = 'PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE';
const BUSY = 5;
const NOT_A_DATABASE = 26;
