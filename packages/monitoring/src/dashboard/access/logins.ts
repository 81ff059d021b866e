import { createHash, randomBytes } from 'node:crypto';
import { isSameSecret } from '../../serving/guard.ts';
import type { ResolvedToken, Visitor } from './permissions.ts';

interface Login {
  readonly visitor: Visitor;
  readonly endsAtMs: number;
}

/** What became of an attempt to log in. */
export type LoginAttempt =
  | { readonly secret: string; readonly visitor: Visitor }
  | { readonly refused: 'wrong' | 'too-many' };

/**
 * Who is logged in.
 *
 * A page cannot send a header with an `EventSource`, so a login is a random secret in a cookie. Only its digest is kept. A login ends after 12
 * hours; of more than 200 the oldest ends. An address that gave ten wrong tokens within a minute has to wait for the next one.
 */
export class Logins {
  readonly #tokens: readonly ResolvedToken[];
  readonly #now: () => number;
  readonly #byDigest = new Map<string, Login>();
  readonly #failures = new Map<string, { count: number; untilMs: number }>();

  constructor(tokens: readonly ResolvedToken[], now: () => number) {
    this.#tokens = tokens;
    this.#now = now;
  }

  /** Whether anybody has to say who he is. */
  get areNeeded(): boolean {
    return this.#tokens.length > 0;
  }

  login(token: string, address: string): LoginAttempt {
    if (this.#hasToWait(address)) return { refused: 'too-many' };
    const found = this.find(token);
    if (found === undefined) {
      this.#failed(address);
      return { refused: 'wrong' };
    }
    const secret = randomBytes(32).toString('base64url');
    const loginId = digestOf(secret);
    const visitor = { ...found, loginId };
    this.#byDigest.set(loginId, { visitor, endsAtMs: this.#now() + LOGIN_MS });
    const [oldest] = this.#byDigest.keys();
    if (this.#byDigest.size > MAX_LOGINS && oldest !== undefined) this.#byDigest.delete(oldest);
    return { secret, visitor };
  }

  /** Who has this token. Every token is compared, so that the time does not say which one was near. */
  find(token: string): Visitor | undefined {
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

  #hasToWait(address: string): boolean {
    const failures = this.#failures.get(address);
    if (failures === undefined) return false;
    if (failures.untilMs > this.#now()) return failures.count >= MAX_FAILURES;
    this.#failures.delete(address);
    return false;
  }

  #failed(address: string): void {
    const failures = this.#failures.get(address) ?? { count: 0, untilMs: this.#now() + FAILURES_MS };
    failures.count += 1;
    this.#failures.set(address, failures);
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > MAX_ADDRESSES && oldest !== undefined) this.#failures.delete(oldest);
  }
}

function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

const LOGIN_MS = 12 * 3_600_000;
const MAX_LOGINS = 200;
const MAX_FAILURES = 10;
const FAILURES_MS = 60_000;
const MAX_ADDRESSES = 1_000;
