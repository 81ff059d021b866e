import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** A complete answer. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * Ends an answer with its body. A client that does not take it is dropped: it must not hold it in memory, nor its connection.
 *
 * @param withinMs - Until the last of it is handed to the operating system. Default 10 s.
 */
export function endWithin(
  response: ServerResponse,
  body: string | Buffer | undefined,
  withinMs: number = DRAIN_TIMEOUT_MS,
): void {
  const timer = setTimeout(() => response.destroy(), withinMs);
  timer.unref();
  const settled = (): void => clearTimeout(timer);
  response.once('finish', settled);
  response.once('close', settled);
  response.end(body);
}

/** Sends a short answer. */
export function respond(response: ServerResponse, { status, text, type, headers }: Answer): void {
  const body = text.endsWith('\n') ? text : `${text}\n`;
  response.writeHead(status, {
    ...SAFE_HEADERS,
    'content-type': type ?? 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  endWithin(response, body);
}

/**
 * Sends a long answer as fast as the client takes it.
 *
 * A client that takes nothing for 10 s is dropped: it must not hold what it asked for in memory.
 */
export async function stream(response: ServerResponse, type: string, pieces: AsyncIterable<string>): Promise<void> {
  response.writeHead(200, { ...SAFE_HEADERS, 'content-type': type });
  // Of one that is gone no drain comes: waiting for it would hold the place of another.
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  for await (const piece of pieces) {
    if (response.destroyed) return;
    if (response.write(piece)) continue;
    try {
      await once(response, 'drain', { signal: AbortSignal.any([gone.signal, AbortSignal.timeout(DRAIN_TIMEOUT_MS)]) });
    } catch {
      response.destroy();
      return;
    }
  }
  response.end();
}

/** Nothing here is to be kept, framed, sniffed or run. */
const SAFE_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
} as const;
const DRAIN_TIMEOUT_MS = 10_000;
