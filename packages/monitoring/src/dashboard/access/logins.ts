import { createHash, randomBytes } from 'node:crypto';
import type { Logger } from '@tradewind/core-types';
import { isSameSecret } from '../../serving/guard.ts';
import type { ResolvedToken, Visitor } from './permissions.ts';

interface Login {
  readonly visitor: Visitor;
  readonly endsAtMs: number;
}

/** Why a token was not taken: it is none of this dashboard; `too-many`: and this address has sent ten such in a minute. */
export type TokenRefused = 'wrong' | 'too-many';

/** What logins are made from. */
export interface LoginsOptions {
  readonly tokens: readonly ResolvedToken[];
  readonly now: () => number;
  readonly logger: Pick<Logger, 'warn'>;
}

/**
 * Who is logged in.
 *
 * A page cannot send a header with an `EventSource`, so a login is a random secret in a cookie. Only its digest is kept. A login ends after 12
 * hours; of more than 50 of one token the oldest ends.
 *
 * Wrong tokens are counted and logged, by address, however they come. Who sends more than ten in a minute is told so; a right token is taken all the
 * same, because behind a proxy everybody has one address, and tokens of 16 characters are not found by trying.
 */
export class Logins {
  readonly #tokens: readonly ResolvedToken[];
  readonly #now: () => number;
  readonly #logger: Pick<Logger, 'warn'>;
  #wrongTokens = 0;
  readonly #byDigest = new Map<string, Login>();
  readonly #failures = new Map<string, { count: number; untilMs: number }>();

  constructor({ tokens, now, logger }: LoginsOptions) {
    this.#tokens = tokens;
    this.#now = now;
    this.#logger = logger;
  }

  /** How many tokens came that were wrong, since the start. */
  get wrongTokens(): number {
    return this.#wrongTokens;
  }

  /** Whether anybody has to say who he is. */
  get areNeeded(): boolean {
    return this.#tokens.length > 0;
  }

  /** Whose token this is, or why it is none. */
  identify(token: string, address: string): Visitor | TokenRefused {
    return this.#find(token) ?? this.#refuse(address);
  }

  /** Makes a login for somebody who was identified; returns its secret. */
  login(found: Visitor): { readonly secret: string; readonly visitor: Visitor } {
    const secret = randomBytes(32).toString('base64url');
    const loginId = digestOf(secret);
    const visitor = { ...found, loginId };
    this.#byDigest.set(loginId, { visitor, endsAtMs: this.#now() + LOGIN_MS });
    this.#endOldestOf(visitor);
    return { secret, visitor };
  }

  /** Every token is compared, so that the time does not say which one was near. */
  #find(token: string): Visitor | undefined {
    let visitor: Visitor | undefined;
    for (const { token: own, name, role, payloads } of this.#tokens) {
      if (isSameSecret(token, own)) visitor = { name, role, payloads };
    }
    return visitor;
  }

  /** Whose secret this is, as long as the login stands. */
  visitorOf(secret: string): Visitor | undefined {
    const login = this.#byDigest.get(digestOf(secret));
    return login !== undefined && login.endsAtMs > this.#now() ? login.visitor : undefined;
  }

  /** Whether a login, once made, still stands: a stream that is open ends with it. */
  stands({ loginId }: Visitor): boolean {
    if (loginId === undefined) return true;
    const login = this.#byDigest.get(loginId);
    return login !== undefined && login.endsAtMs > this.#now();
  }

  logout({ loginId }: Visitor): void {
    if (loginId !== undefined) this.#byDigest.delete(loginId);
  }

  /** Bounded for each token alone: one that logs in again and again must not end the logins of another. */
  #endOldestOf({ name }: Visitor): void {
    const own = [...this.#byDigest].filter(([, { visitor }]) => visitor.name === name);
    for (const [digest] of own.slice(0, Math.max(0, own.length - MAX_LOGINS_OF_TOKEN))) this.#byDigest.delete(digest);
  }

  #refuse(address: string): TokenRefused {
    this.#wrongTokens += 1;
    const failures = this.#failuresOf(address);
    failures.count += 1;
    // Whoever tries must not fill the log.
    if (failures.count <= MAX_FAILURES) {
      const fields = { event: 'dashboard.wrong-token', address, count: failures.count };
      this.#logger.warn(fields, `A wrong token came from ${address}.`);
    }
    return failures.count > MAX_FAILURES ? 'too-many' : 'wrong';
  }

  /** Of the current minute of an address. */
  #failuresOf(address: string): { count: number } {
    const known = this.#failures.get(address);
    if (known !== undefined && known.untilMs > this.#now()) return known;
    const failures = { count: 0, untilMs: this.#now() + FAILURES_MS };
    this.#failures.delete(address);
    this.#failures.set(address, failures);
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > MAX_ADDRESSES && oldest !== undefined) this.#failures.delete(oldest);
    return failures;
  }
}

function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

const LOGIN_MS = 12 * 3_600_000;
const MAX_LOGINS_OF_TOKEN = 50;
const MAX_FAILURES = 10;
const FAILURES_MS = 60_000;
const MAX_ADDRESSES = 1_000;
