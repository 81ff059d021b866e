import type { Visitor } from '../access/permissions.ts';
import type { DashboardSession } from '../protocol/index.ts';
import type { WatchedBus } from '../sources/watched-bus.ts';

/** Who looks, and what there is to be seen. */
export function sessionOf(
  visitor: Visitor,
  buses: readonly WatchedBus[],
  { version, nowMs, frameEveryMs }: Pick<DashboardSession, 'version' | 'nowMs' | 'frameEveryMs'>,
): DashboardSession {
  const rows = buses.map((bus) => ({ name: bus.name, kind: bus.kind, screens: bus.screens() }));
  const all = new Set(rows.flatMap(({ screens }) => screens));
  return {
    role: visitor.role,
    payloads: visitor.payloads,
    name: visitor.name,
    loggedIn: visitor.loginId !== undefined,
    version,
    buses: rows,
    screens: ORDER.filter((screen) => all.has(screen)),
    nowMs,
    frameEveryMs,
  };
}

const ORDER = [
  'overview',
  'topics',
  'transports',
  'venues',
  'routing',
  'alerts',
  'health',
  'optimizer',
  'tail',
] as const satisfies DashboardSession['screens'];
