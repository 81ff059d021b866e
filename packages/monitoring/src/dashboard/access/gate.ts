import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { hostName, isAllowedHost, pathOf } from '../../serving/guard.ts';
import { isLoopbackHost } from '../../serving/options.ts';
import { notFound } from '../answering/answer.ts';
import { refusal, type Refusal } from '../answering/refusal.ts';
import type { Logins, TokenRefused } from './logins.ts';
import type { Permission, Visitor } from './permissions.ts';

/** What the gate goes by. */
export interface GateSettings {
  readonly prefix: string;
  readonly allowedHosts: ReadonlySet<string>;
  /** What whoever is on this machine may do; only where there are no tokens. */
  readonly local: Permission;
  readonly logins: Logins;
  /** Whether the cookie is for encrypted connections alone. */
  readonly secureCookie: boolean;
}

/** A request that may be looked at: its path below the prefix, and its parameters. */
export interface Admitted {
  readonly path: string;
  readonly query: URLSearchParams;
}

/**
 * Looks at a request before anything else does: its method, address, origin, URL. Never throws, whatever comes.
 *
 * - `Host` must be a name of this server: a web page that resolves a name of its own to this address is refused (DNS rebinding).
 * - A browser says by `Sec-Fetch-Site` and `Origin` which page a request is from; another one than ours is refused, also for reading: a page
 *   elsewhere must not be able to hold streams open. Only a link to the page itself may come from anywhere. A POST without `Origin` or with another content type than JSON is refused (forgery).
 */
export function admit(request: IncomingMessage, settings: GateSettings): Admitted | Refusal {
  const { method, url = '', headers } = request;
  const host = hostName(headers.host);
  if (host === undefined || !isAllowedHost(host, gateNames(settings))) {
    return refusal('WRONG_HOST', 'This server does not go by that name.', 'Add the name to allowedHosts.');
  }
  const path = pathOf(url);
  const query = queryOf(url);
  if (path === undefined || query === undefined) {
    return refusal('INVALID_REQUEST', 'Expected a path, and the URL has none.', 'Check how it is encoded.');
  }
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') {
    return refusal('METHOD_NOT_ALLOWED', 'Expected GET, HEAD or POST.', 'Nothing was done.');
  }
  const { prefix } = settings;
  const below = path === prefix || path.startsWith(`${prefix}/`) ? path.slice(prefix.length) || '/' : undefined;
  const site = headers['sec-fetch-site'];
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (isForeign && !(below !== undefined && isOpening(request, below))) return foreignOrigin();
  if (method === 'POST') {
    if (!isOwnOrigin(headers.origin, headers.host)) return foreignOrigin(headers);
    if (!/^application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? '')) {
      return refusal('NOT_JSON', 'Expected content of type application/json.', 'Send it as JSON.');
    }
  } else if (headers.origin !== undefined && !isOwnOrigin(headers.origin, headers.host)) {
    return foreignOrigin(headers);
  }
  return below === undefined ? notFound('a path of the dashboard') : { path: below, query };
}

/**
 * Who it is: by the cookie of a login, or by `Authorization: Bearer` as programs send it. Without tokens it is whoever sits at this machine,
 * and nobody from elsewhere: not by another address, and not through a proxy that says that it is one. A proxy that adds none of `Forwarded`, `Via`,
 * `X-Forwarded-…`, `X-Real-IP` cannot be told from this machine, and makes everybody look local: behind a proxy there have to be tokens.
 *
 * @returns Undefined: nobody.
 */
export function visitorOf(
  request: IncomingMessage,
  { logins, local }: GateSettings,
): Visitor | TokenRefused | undefined {
  const { headers, socket } = request;
  if (!logins.areNeeded) {
    const isForwarded = FORWARDED.some((name) => headers[name] !== undefined);
    return isForwarded || !isLocalAddress(socket.remoteAddress) ? undefined : { ...local, name: null };
  }
  const bearer = /^Bearer +([^\s]+)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return logins.identify(bearer, addressOf(request));
  const secret = cookieOf(headers.cookie ?? '', cookieName(request));
  return secret === undefined ? undefined : logins.visitorOf(secret);
}

/** Where a request comes from, as far as this server can tell. */
export function addressOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? '';
}

/** The header that gives a browser its login, or takes it away where there is none. */
export function loginCookie(request: IncomingMessage, settings: GateSettings, secret: string | undefined): string {
  const attributes = `Path=${settings.prefix || '/'}; HttpOnly; SameSite=Strict${settings.secureCookie ? '; Secure' : ''}`;
  const lifetime = secret === undefined ? '; Max-Age=0' : '';
  return `${cookieName(request)}=${secret ?? ''}; ${attributes}${lifetime}`;
}

/** Cookies do not tell ports apart: two dashboards on one machine must not end each other's logins. */
function cookieName({ socket }: IncomingMessage): string {
  return `tradewind-dashboard-${socket.localPort ?? 0}`;
}

function cookieOf(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

/** Without tokens only this machine is served, and an address in `Host` that others use is refused too. */
function gateNames({ allowedHosts, logins }: GateSettings) {
  return { allowedHosts, isLoopback: !logins.areNeeded };
}

/**
 * A link elsewhere may open the page: that reads nothing that the other site could see. What the page asks for is none of it: a window that another page
 * opened on the stream of events would hold it.
 */
function isOpening({ method, headers }: IncomingMessage, below: string): boolean {
  if (below === '/api' || below.startsWith('/api/')) return false;
  return method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}

function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined || host === undefined) return false;
  return (
    origin.toLowerCase() === `http://${host}`.toLowerCase() || origin.toLowerCase() === `https://${host}`.toLowerCase()
  );
}

function isLocalAddress(address: string | undefined): boolean {
  return address !== undefined && isLoopbackHost(address.replace(/^::ffff:/i, ''));
}

function queryOf(url: string): URLSearchParams | undefined {
  const at = url.indexOf('?');
  const text = at < 0 ? '' : url.slice(at + 1);
  try {
    // Where the encoding is torn, URLSearchParams would put signs of replacement.
    decodeURIComponent(text);
    return new URLSearchParams(text);
  } catch {
    return undefined;
  }
}

/** A proxy that hands on another `Host` than the browser's makes every origin foreign: whoever set it up needs to see both. */
function foreignOrigin({ origin, host }: IncomingHttpHeaders = {}): Refusal {
  if (origin === undefined || host === undefined || hostOf(origin) !== hostName(host)) {
    return refusal('FORBIDDEN', 'Expected a request of this page, and it came from elsewhere.', 'Nothing was done.');
  }
  return refusal(
    'FORBIDDEN',
    `Expected a request of this page at ${host}, and it came from ${origin}.`,
    'Nothing was done. A proxy must hand on the Host with its port, as nginx does with $http_host.',
  );
}

/** The name in an origin, without its port; undefined for one that has none, as `null`. */
function hostOf(origin: string): string | undefined {
  return hostName(/^https?:\/\/(.+)$/i.exec(origin)?.[1]);
}

/** What proxies add. */
const FORWARDED = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
] as const;
