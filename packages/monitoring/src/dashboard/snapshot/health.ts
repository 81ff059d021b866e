import type { HealthAnswer, RemediationRow, RemedyRow } from '../protocol/index.ts';
import { letThrow, type Attempt } from './attempt.ts';
import type { WatchedBus } from '../sources/watched-bus.ts';

/** How every component is, and what was and can be done about it; a part that `attempt` could not read is left out. */
export function healthOf(buses: readonly WatchedBus[], attempt: Attempt = letThrow): HealthAnswer {
  const remediation: RemediationRow[] = [];
  const remedies: RemedyRow[] = [];
  for (const bus of buses) {
    const desk = attempt(() => bus.faces().remedyDesk);
    if (desk === undefined) continue;
    const row = attempt(() => {
      const { enabled, busyWith = null } = desk;
      return { bus: bus.name, enabled, busyWith, circuits: desk.circuits(), entries: desk.recent(MAX_LINES) };
    });
    if (row !== undefined) remediation.push(row);
    for (const { component, remedy } of attempt(() => desk.available()) ?? []) {
      remedies.push({ bus: bus.name, component, remedy: remedy.name, description: remedy.description });
    }
  }
  const health = buses.flatMap(({ monitoring }) => attempt(() => monitoring.health()) ?? []);
  return { buses: health, remediation, remedies };
}

const MAX_LINES = 100;
