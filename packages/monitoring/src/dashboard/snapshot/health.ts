import type { HealthAnswer, RemediationRow, RemedyRow } from '../protocol/index.ts';
import type { WatchedBus } from '../sources/watched-bus.ts';

/** How every component is, and what was and can be done about it. */
export function healthOf(buses: readonly WatchedBus[]): HealthAnswer {
  const remediation: RemediationRow[] = [];
  const remedies: RemedyRow[] = [];
  for (const bus of buses) {
    const desk = bus.faces().remedyDesk;
    if (desk === undefined) continue;
    const { enabled, busyWith = null } = desk;
    remediation.push({ bus: bus.name, enabled, busyWith, entries: desk.recent(MAX_LINES) });
    for (const { component, remedy } of desk.available()) {
      remedies.push({ bus: bus.name, component, remedy: remedy.name, description: remedy.description });
    }
  }
  return { buses: buses.map(({ monitoring }) => monitoring.health()), remediation, remedies };
}

const MAX_LINES = 100;
