import type { ServerResponse } from 'node:http';
import { endWithin } from '../../serving/respond.ts';
import { refusal, type Refusal } from './refusal.ts';

/** JSON that is a text already. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Answers with JSON. */
export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = body instanceof JsonText ? body.text : JSON.stringify(body, jsonSafe);
  response.writeHead(status, {
    ...SAFE_HEADERS,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  endWithin(response, text);
}

/** Answers with what was wrong. Beyond a refusal nothing more is read from the connection. */
export function answerRefusal(response: ServerResponse, { status, code, message, hint }: Refusal): void {
  const headers: Record<string, string> = { connection: 'close' };
  if (code === 'METHOD_NOT_ALLOWED') headers['allow'] = 'GET, HEAD, POST';
  if (code === 'TOO_MANY_VIEWERS' || code === 'TOO_MANY_ATTEMPTS') headers['retry-after'] = '60';
  answerJson(response, status, { code, message, hint }, headers);
}

/** The refusal of a path that is none. */
export function notFound(what: string): Refusal {
  return refusal('NOT_FOUND', `Expected ${what}, and there is none.`, 'Look at GET /api/session for what there is.');
}

/** JSON has no numbers beyond the finite and no large integers. */
export function jsonSafe(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}

/**
 * On every answer. Scripts, styles, images and requests come from here alone; nothing is inline, framed, sniffed, kept, or told to other sites.
 */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};
