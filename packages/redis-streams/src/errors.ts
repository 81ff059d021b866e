import type { RejectedMessage, TransportError, TransportErrorCode } from '@tradewind/core-types';

/** What a {@link RedisTransportError} is made of: its sentences, and the members of the contract's `TransportError`. */
export interface RedisTransportErrorDetails {
  /** What was expected and what came, as one sentence. No secret is in it. */
  readonly message: string;
  /** The next step, as a full sentence. */
  readonly hint: string;
  readonly retryable: boolean;
  readonly mayHaveBeenStored: boolean;
  readonly rejected?: readonly RejectedMessage[] | undefined;
  readonly cause?: unknown;
}

/** How the Redis Streams transport fails: the `TransportError` of the contract. Tell it by `code`. */
export class RedisTransportError extends Error implements TransportError {
  readonly code: TransportErrorCode;
  readonly retryable: boolean;
  readonly mayHaveBeenStored: boolean;
  readonly rejected: readonly RejectedMessage[] | undefined;
  /** The first word of what Redis answered: `OOM`, `READONLY`, `NOGROUP`. Undefined: it did not answer. */
  readonly reply: string | undefined;

  constructor(code: TransportErrorCode, details: RedisTransportErrorDetails, reply?: string) {
    super(`${details.message} ${details.hint}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'RedisTransportError';
    this.code = code;
    this.retryable = details.retryable;
    this.mayHaveBeenStored = details.mayHaveBeenStored;
    this.rejected = details.rejected;
    this.reply = reply;
  }
}

/** What was being done when something failed. */
export interface FailureContext {
  /** As in "while …": `publishing to {stream:0}:normal`. */
  readonly doing: string;
  /** Whether it had been sent, so that Redis may have carried it out. Default true. */
  readonly sent?: boolean | undefined;
}

/**
 * What Redis or ioredis said, as a typed error. An error that is already one comes back as it is.
 *
 * The text of Redis goes into the message, credentials and arguments never; ioredis's own error, which carries the arguments of its
 * command (a password among them, if the command was AUTH), is therefore no cause of it.
 */
export function toTransportError(error: unknown, context: FailureContext): RedisTransportError {
  if (error instanceof RedisTransportError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const reply = replyWord(text);
  const known = reply === undefined ? undefined : REPLIES[reply];
  if (reply !== undefined && known !== undefined) {
    const [code, retryable, hint] = known;
    const message = `Expected Redis to carry it out while ${context.doing}, and it answered: ${shorten(text)}.`;
    return new RedisTransportError(code, { message, hint, retryable, mayHaveBeenStored: false }, reply);
  }
  return unanswered(error, text, context, reply);
}

function unanswered(
  error: unknown,
  text: string,
  context: FailureContext,
  reply: string | undefined,
): RedisTransportError {
  const systemCode = codeOf(error);
  const refused = systemCode !== undefined && NEVER_REACHED.has(systemCode);
  if (reply !== undefined && systemCode === undefined) {
    return new RedisTransportError(
      'TRANSPORT_REFUSED',
      {
        message: `Expected Redis to carry it out while ${context.doing}, and it answered: ${shorten(text)}.`,
        hint: 'Look at the server and at its version.',
        retryable: false,
        mayHaveBeenStored: false,
      },
      reply,
    );
  }
  if (systemCode !== undefined && (isAboutTls(systemCode) || text.includes('secure TLS connection'))) {
    return new RedisTransportError('TRANSPORT_UNAVAILABLE', {
      message: `Expected a connection over TLS that both sides trust while ${context.doing}, and it failed with ${systemCode}.`,
      hint: 'Check `tls` in `connection`: `ca` of the server, its `servername`, `cert` and `key` where it asks for them; it is tried again.',
      retryable: true,
      mayHaveBeenStored: context.sent === true,
    });
  }
  return new RedisTransportError('TRANSPORT_UNAVAILABLE', {
    message: `Expected an answer of Redis while ${context.doing}, and the connection failed${systemCode === undefined ? '' : ` with ${systemCode}`}.`,
    hint: 'Check that the server runs and can be reached; trying again is safe.',
    retryable: true,
    mayHaveBeenStored: !refused && context.sent !== false,
  });
}

/** Redis begins its errors with a word in capitals; ioredis's own sentences begin otherwise. */
function replyWord(text: string): string | undefined {
  // That a user may not run a command in a script has no word up to 7.0.
  if (text.includes("user executing the script can't")) return 'NOPERM';
  // Up to 6.2 its error stands behind the name of the script, with `ERR` before it or with nothing.
  const inScript = /user_script:\s?\d+:\s-?([A-Z]{3,})\s/u.exec(text)?.[1];
  if (inScript !== undefined) return inScript;
  const end = text.indexOf(' ');
  const word = end < 0 ? text : text.slice(0, end);
  return /^[A-Z]{3,}$/u.test(word) ? word : undefined;
}

/** What Node.js and OpenSSL say of certificates and of TLS itself. */
function isAboutTls(code: string): boolean {
  return /^(?:ERR_TLS_|ERR_SSL_|EPROTO$|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|INVALID_CA)/u.test(
    code,
  );
}

function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

function shorten(text: string): string {
  const line = text
    .replaceAll(/\s+/gu, ' ')
    // The server repeats the arguments of a command that it does not know: of AUTH the password.
    .replace(/,? with args beginning with:.*$/u, '')
    .trim();
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT - 1)}…` : line.replace(/\.$/u, '');
}

const MAX_TEXT = 200;

/** Errors of the operating system after which nothing can have been sent. */
const NEVER_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOENT']);

/** What Redis answers: the code, whether a retry may help, and the next step. None of these was carried out. */
const REPLIES: Readonly<Record<string, readonly [TransportErrorCode, boolean, string] | undefined>> = {
  OOM: ['TRANSPORT_FULL', true, 'Give the server more memory or trim its streams; it is tried again.'],
  READONLY: ['TRANSPORT_UNAVAILABLE', true, 'It is a replica: it is tried again, at the new master once there is one.'],
  LOADING: ['TRANSPORT_UNAVAILABLE', true, 'It is loading its data; it is tried again.'],
  BUSY: ['TRANSPORT_UNAVAILABLE', true, 'A script keeps it busy; it is tried again.'],
  MASTERDOWN: ['TRANSPORT_UNAVAILABLE', true, 'Its master is away; it is tried again.'],
  CLUSTERDOWN: ['TRANSPORT_UNAVAILABLE', true, 'The cluster does not serve this slot now; it is tried again.'],
  TRYAGAIN: ['TRANSPORT_UNAVAILABLE', true, 'The slot is being moved; it is tried again.'],
  MOVED: ['TRANSPORT_UNAVAILABLE', true, 'The slot was moved; it is tried again where it is.'],
  ASK: ['TRANSPORT_UNAVAILABLE', true, 'The slot is being moved; it is tried again.'],
  CROSSSLOT: ['TRANSPORT_REFUSED', false, 'Report this: keys of one call must share a slot.'],
  NOREPLICAS: ['TRANSPORT_UNAVAILABLE', true, 'It has too few replicas to write; it is tried again.'],
  MISCONF: [
    'TRANSPORT_UNAVAILABLE',
    true,
    'It cannot write its snapshots; free its disk or change stop-writes-on-bgsave-error.',
  ],
  UNBLOCKED: ['TRANSPORT_UNAVAILABLE', true, 'It changed its role while a read waited; it is tried again.'],
  NOGROUP: ['TRANSPORT_UNAVAILABLE', true, 'The stream or the group is gone; it is made again.'],
  NOSCRIPT: ['TRANSPORT_UNAVAILABLE', true, 'It forgot its scripts; it is tried again with the text.'],
  NOAUTH: ['TRANSPORT_DENIED', false, 'Give a username and a password in `connection`.'],
  WRONGPASS: ['TRANSPORT_DENIED', false, 'Correct the username or the password in `connection`.'],
  NOPERM: ['TRANSPORT_DENIED', false, 'Give the user the permissions that the README lists under "Minimum ACL".'],
  WRONGTYPE: [
    'TRANSPORT_REFUSED',
    false,
    'Something else is stored under this key: choose another streamsPrefix or remove it.',
  ],
};
