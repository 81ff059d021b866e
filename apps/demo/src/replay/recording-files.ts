import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DemoError } from '../errors.ts';

/**
 * The recordings that a path names: the file itself, or the recordings that lie in a folder (not in its subfolders), by name.
 *
 * @throws DemoError `NO_RECORDING` when there is nothing of that name, or no recording in the folder.
 */
export async function recordingFiles(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new DemoError('NO_RECORDING', {
      message: `Expected a recording or a folder of recordings at ${path}, found nothing that can be read.`,
      hint: 'Give the path of a .jsonl or .jsonl.gz file, or of a folder that holds some.',
      cause,
    });
  });
  if (found.isFile()) return [path];
  const names = found.isDirectory() ? await readdir(path) : [];
  const files = names.filter((name) => RECORDING.test(name)).toSorted();
  if (files.length > 0) return files.map((name) => join(path, name));
  throw new DemoError('NO_RECORDING', {
    message: `Expected files that end in .jsonl or .jsonl.gz in ${path}, found none among ${names.length} entries.`,
    hint: 'Subfolders are not searched: name the folder that holds the recordings.',
  });
}

const RECORDING = /\.jsonl(?:\.gz)?$/;
