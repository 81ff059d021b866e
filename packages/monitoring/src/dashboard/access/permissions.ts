import { showValue, type ValidationIssue } from '@tradewind/core-types';
import type { DashboardRole } from '../protocol/index.ts';

/** What somebody may do with a dashboard. */
export interface Permission {
  /** `viewer`: looks. `operator`: acknowledges, silences, retries, remedies, undoes too. */
  readonly role: DashboardRole;
  /** Whether payloads are shown: in the tail, of dead letters, and what plugins say about messages. */
  readonly payloads: boolean;
}

/** A token, whose it is, and what it allows. */
export interface DashboardToken extends Partial<Permission> {
  /** At least 16 characters. */
  readonly token: string;
  /** What audit trails call whoever uses it. */
  readonly name: string;
}

/** Somebody who was let in. */
export interface Visitor extends Permission {
  /** Null: nobody asked who it is. */
  readonly name: string | null;
  /** Undefined without a login. */
  readonly loginId?: string | undefined;
}

/** A token with its permission filled in: nothing but looking, without payloads. */
export interface ResolvedToken extends Permission {
  readonly token: string;
  readonly name: string;
}

export function resolveToken({ token, name, role = 'viewer', payloads = false }: DashboardToken): ResolvedToken {
  return { token, name, role, payloads };
}

/** Notes what is wrong with tokens. Their text is not in the issues: these are logged. */
export function checkTokens(issues: ValidationIssue[], tokens: readonly DashboardToken[]): void {
  if (!Array.isArray(tokens) || tokens.length > MAX_TOKENS) {
    issues.push({ path: 'tokens', expected: `at most ${MAX_TOKENS} tokens`, received: showValue(tokens) });
    return;
  }
  const seen = new Set<string>();
  for (const [index, { token, name, role, payloads }] of tokens.entries()) {
    const path = `tokens[${index}]`;
    if (typeof token !== 'string' || token.length < MIN_TOKEN_CHARACTERS || seen.has(token)) {
      const expected = `at least ${MIN_TOKEN_CHARACTERS} characters, another for each`;
      issues.push({ path: `${path}.token`, expected, received: 'fewer, or the same twice' });
    }
    seen.add(token);
    if (typeof name !== 'string' || name === '' || name.length > MAX_NAME_CHARACTERS) {
      issues.push({ path: `${path}.name`, expected: 'a name of up to 100 characters', received: showValue(name) });
    }
    checkPermission(issues, path, { role, payloads });
  }
}

/** Notes what is wrong with a permission. A role that is misspelt must not become another one. */
export function checkPermission(
  issues: ValidationIssue[],
  path: string,
  { role, payloads }: { readonly role?: unknown; readonly payloads?: unknown },
): void {
  if (role !== undefined && role !== 'viewer' && role !== 'operator') {
    issues.push({ path: `${path}.role`, expected: 'viewer or operator', received: showValue(role) });
  }
  if (payloads !== undefined && typeof payloads !== 'boolean') {
    issues.push({ path: `${path}.payloads`, expected: 'true or false', received: showValue(payloads) });
  }
}

/** The longest name of somebody who acts. */
export const MAX_NAME_CHARACTERS = 100;
const MIN_TOKEN_CHARACTERS = 16;
const MAX_TOKENS = 100;
