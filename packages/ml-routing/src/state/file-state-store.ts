import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isSealed } from './state-envelope.ts';
import { StateError } from './state-error.ts';
import type { StateStore, StoredText } from './state-store.ts';

/**
 * A state in a file, and the good one before it in `PATH.previous`.
 *
 * Saving writes a file of another name, flushes it to the disk, puts it in place by `rename`, and flushes the folder: whoever reads finds the old state
 * or the new one, never a part, whatever happens in between, and of several writers the last one wins. The state before becomes `PATH.previous` only if
 * it can be read. What cannot is set aside as `PATH.corrupt-1`, `-2`, …
 */
export class FileStateStore implements StateStore {
  readonly name: string;
  readonly #path: string;

  /** @param path - Of the file; its folder is made at the first saving. */
  constructor(path: string) {
    this.#path = path;
    this.name = `file ${path}`;
  }

  async load(): Promise<readonly StoredText[]> {
    const found = await Promise.all([this.#path, this.#previous].map((place) => this.#read(place)));
    return found.filter((stored) => stored !== undefined);
  }

  async save(text: string): Promise<void> {
    const temporary = `${this.#path}.${randomUUID()}.tmp`;
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      await writeDurably(temporary, text);
      await this.#keepLastGood();
      await rename(temporary, this.#path);
      await syncFolder(dirname(this.#path));
    } catch (cause) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw failed(`write ${this.#path}`, cause);
    }
  }

  async setAside({ place, text }: StoredText): Promise<string> {
    // What is there by now may be another writer's good state: only what was read is moved.
    const now = await this.#read(place);
    if (now === undefined || now.text !== text) return place;
    for (let number = 1; ; number += 1) {
      const aside = `${this.#path}.corrupt-${number}`;
      try {
        await link(place, aside);
        await rm(place, { force: true });
        return aside;
      } catch (cause) {
        if (codeOf(cause) === 'ENOENT') return place;
        if (codeOf(cause) !== 'EEXIST' || number >= MOST_ASIDE) throw failed(`set ${place} aside`, cause);
      }
    }
  }

  get #previous(): string {
    return `${this.#path}.previous`;
  }

  /** By a second name for the same file, so that there is no moment without the current one. */
  async #keepLastGood(): Promise<void> {
    const current = await this.#read(this.#path);
    if (current === undefined) return;
    if (!(await isSealed(current.text))) {
      await this.setAside(current);
      return;
    }
    const temporary = `${this.#previous}.${randomUUID()}.tmp`;
    try {
      await link(this.#path, temporary);
      await rename(temporary, this.#previous);
    } catch (cause) {
      // Another writer has just moved it: then that one keeps it.
      if (codeOf(cause) !== 'ENOENT') throw cause;
    } finally {
      // Two names of one file stay as they are under `rename`, and then the temporary one is left.
      await rm(temporary, { force: true });
    }
  }

  async #read(place: string): Promise<StoredText | undefined> {
    try {
      return { place, text: await readFile(place, 'utf8') };
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return undefined;
      throw failed(`read ${place}`, cause);
    }
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', OWNER_ONLY);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows has no folders that can be opened; there a rename is as durable as it gets.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown }).code;
}

function failed(what: string, cause: unknown): StateError {
  if (cause instanceof StateError) return cause;
  const message = `Expected to ${what}, received ${String(cause)}. Check the path and its rights; learning goes on without being saved.`;
  return new StateError('STATE_STORE_FAILED', message, cause);
}

/** States hold topic names and traffic: not for everybody on the machine. */
const OWNER_ONLY = 0o600;
const MOST_ASIDE = 99;
