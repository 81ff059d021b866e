import { isIP } from 'node:net';
import type { StandaloneOptions } from './connection-options.ts';

/**
 * Reads `redis://user:password@host:port/db`, `rediss://` or `unix:///path?db=1`. Undefined: it is none of these.
 * It says no more, because a URL with a mistake in it may still hold a password.
 */
export function parseConnectionUrl(text: string): StandaloneOptions | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return undefined;
  const username = decoded(url.username);
  const password = decoded(url.password);
  if (username === undefined || password === undefined) return undefined;
  const credentials = {
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
  };
  const db = databaseOf(url);
  if (db === undefined) return undefined;
  if (url.protocol === 'unix:') {
    return url.pathname === '' ? undefined : { path: decodeURIComponent(url.pathname), db, ...credentials };
  }
  if ((url.protocol !== 'redis:' && url.protocol !== 'rediss:') || url.hostname === '') return undefined;
  // An address of IPv6 stands in brackets in a URL, and without them everywhere else.
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  return {
    host,
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    db,
    ...credentials,
    // An address is no name: TLS checks the certificate against it all the same.
    ...(url.protocol === 'rediss:' ? { tls: isIP(host) === 0 ? { servername: host } : {} } : {}),
  };
}

function databaseOf(url: URL): number | undefined {
  const text = url.searchParams.get('db') ?? (url.protocol === 'unix:' ? '' : url.pathname.slice(1));
  if (text === '') return 0;
  const db = Number(text);
  return Number.isInteger(db) && db >= 0 && db <= MAX_DATABASE ? db : undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const DEFAULT_PORT = 6379;
const MAX_DATABASE = 65_535;
