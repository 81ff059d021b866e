import { MonitoringError } from '../errors.ts';

/**
 * The error of an address that others can reach without a token.
 *
 * @param option - The one that was left out: `token` of a server, `tokens` of a dashboard.
 * @param instead - What to do where no token is wanted.
 */
export function tokenRequired(host: string, option: 'token' | 'tokens', instead: string): MonitoringError {
  return new MonitoringError('TOKEN_REQUIRED', {
    message: `Expected \`${option}\` for ${host}, which others can reach, and there is none.`,
    hint: `Give \`${option}\`, or ${instead}.`,
  });
}

/** What to do instead, of a server of its own. */
export const WITHOUT_HOST = 'leave `host` out to be reached from this machine alone';
