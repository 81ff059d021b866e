import { readFile, readdir } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import { endWithin } from '../serving/respond.ts';
import { SAFE_HEADERS } from './answering/answer.ts';

interface Asset {
  readonly bytes: Buffer;
  readonly type: string;
  readonly etag: string;
}

/**
 * The files of the page, as the build has put them into the tarball.
 *
 * Read once, when somebody first asks, and served from memory by their names: no path of a request ever reaches the file system.
 */
export class Assets {
  readonly #directory: URL;
  #files: Promise<ReadonlyMap<string, Asset>> | undefined;

  constructor(directory: URL = DIRECTORY) {
    this.#directory = directory;
  }

  /** Answers with a file; false where there is none of that name. */
  async answer(name: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    this.#files ??= readAssets(this.#directory);
    const asset = (await this.#files).get(name);
    if (asset === undefined) return false;
    const { bytes, type, etag } = asset;
    // Kept, but asked for each time: after an update nobody has half of the old page.
    const headers = { ...SAFE_HEADERS, 'cache-control': 'no-cache', 'content-type': type, etag };
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, headers);
      response.end();
      return true;
    }
    response.writeHead(200, { ...headers, 'content-length': bytes.length });
    endWithin(response, request.method === 'HEAD' ? undefined : bytes);
    return true;
  }
}

async function readAssets(directory: URL): Promise<ReadonlyMap<string, Asset>> {
  const found = new Map<string, Asset>();
  const names = await readdir(directory).catch(() => []);
  for (const name of names) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const bytes = await readFile(new URL(name, directory));
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    found.set(name, { bytes, type, etag });
  }
  return found;
}

/** From `dist/dashboard` and from `src/dashboard` alike. */
const DIRECTORY = new URL('../../dist/ui/', import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};
