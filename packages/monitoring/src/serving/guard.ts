import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { isLoopbackHost, type ServeSettings } from './options.ts';

/** What a request is refused with. */
interface Refusal {
  readonly status: 400 | 401 | 405 | 421;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where a request goes, or why it goes nowhere. */
export type Admission = { readonly path: string } | { readonly refusal: Refusal };

/**
 * Looks at a request before anything else does: method, address, URL. Never throws, whatever comes.
 *
 * The names in `Host` are checked against a list, so that a web page cannot reach a server on this machine under a name of its own (DNS
 * rebinding). A number cannot be bound to another address: it is refused only where the server is for this machine alone.
 */
export function admit({ method, url, headers }: IncomingMessage, settings: ServeSettings): Admission {
  if (method !== 'GET' && method !== 'HEAD') {
    return { refusal: { status: 405, text: 'Expected GET or HEAD.', headers: { allow: 'GET, HEAD' } } };
  }
  const host = hostName(headers.host);
  if (host === undefined || !isAllowedHost(host, settings)) {
    return { refusal: { status: 421, text: 'This server does not go by that name; see allowedHosts.' } };
  }
  const path = pathOf(url ?? '');
  return path === undefined ? { refusal: { status: 400, text: 'Expected a path.' } } : { path };
}

/** Whether the request has the token, where one is needed. Compares in constant time. */
export function isAuthorized({ headers }: IncomingMessage, { token }: ServeSettings): boolean {
  if (token === undefined) return true;
  const given = /^Bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  return isSameSecret(given, token);
}

/** Whether two texts are the same, in a time that does not tell how far they agree. */
export function isSameSecret(given: string, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret));
}

/** Digests are of one length, whatever was given. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Whether a server goes by this name. */
export function isAllowedHost(
  host: string,
  { allowedHosts, isLoopback }: Pick<ServeSettings, 'allowedHosts' | 'isLoopback'>,
): boolean {
  if (allowedHosts.has(host) || isLoopbackHost(host)) return true;
  return !isLoopback && isIP(host) !== 0;
}

/** `[::1]:9464` is `::1`, `Example.com:80` is `example.com`. */
export function hostName(host: string | undefined): string | undefined {
  const parts = /^(?:\[([0-9a-f:.]+)\]|([^\s:/@[\]]+))(?::\d{1,5})?$/i.exec(host ?? '');
  return (parts?.[1] ?? parts?.[2])?.toLowerCase();
}

/** The decoded path without its query; undefined for what is none, as `/%E0%A4%A`. */
export function pathOf(url: string): string | undefined {
  if (!url.startsWith('/') || url.length > MAX_URL_CHARACTERS) return undefined;
  try {
    const path = decodeURIComponent(url.split('?', 1)[0] ?? '');
    return path.includes('\0') ? undefined : path;
  } catch {
    return undefined;
  }
}

const MAX_URL_CHARACTERS = 2_048;
