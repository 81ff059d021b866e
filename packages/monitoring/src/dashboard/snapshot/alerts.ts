import type { Alert, AlertState } from '../../alerting/alert.ts';
import { SEVERITIES } from '../../rules/alert-rule.ts';
import type { AlertsAnswer } from '../protocol/index.ts';
import type { AlertDesk } from '../sources/faces.ts';
import type { WatchedBus } from '../sources/watched-bus.ts';

/** Every desk of all buses, each once: one may watch several. */
export function alertDesksOf(buses: readonly WatchedBus[]): readonly AlertDesk[] {
  return [...new Set(buses.flatMap((bus) => bus.faces().alertDesks))];
}

/** All alerts, what is most urgent first; null where nobody watches. */
export function alertsOf(desks: readonly AlertDesk[]): AlertsAnswer | null {
  if (desks.length === 0) return null;
  const alerts = desks.flatMap((desk) => desk.alerts());
  const over = alerts.filter(({ state }) => state === 'resolved');
  const open = alerts.filter(({ state }) => state !== 'resolved');
  const audit = desks.flatMap((desk) => desk.audit()).toSorted((a, b) => b.atMs - a.atMs);
  const all = desks.reduce((sum, desk) => sum + desk.allRules().length, 0);
  const rules = desks.reduce((sum, desk) => sum + desk.rules().length, 0);
  return {
    alerts: [
      ...open.toSorted(byUrgency).slice(0, MAX_OPEN),
      ...over.toSorted((a, b) => (b.resolvedAtMs ?? 0) - (a.resolvedAtMs ?? 0)).slice(0, MAX_LINES),
    ],
    silences: desks.flatMap((desk) => desk.silences()),
    audit: audit.slice(0, MAX_LINES),
    rules,
    quietRules: all - rules,
  };
}

/** How many of a bus fire, acknowledged or not. */
export function firingOn(desks: readonly AlertDesk[], bus: string): number {
  let firing = 0;
  for (const desk of desks) {
    for (const { state, labels } of desk.alerts()) {
      if ((state === 'firing' || state === 'acknowledged') && (labels['bus'] ?? bus) === bus) firing += 1;
    }
  }
  return firing;
}

function byUrgency(a: Alert, b: Alert): number {
  return (
    STATES.indexOf(a.state) - STATES.indexOf(b.state) ||
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    b.activeAtMs - a.activeAtMs
  );
}

const STATES: readonly AlertState[] = ['firing', 'acknowledged', 'pending', 'resolved'];
const MAX_OPEN = 1_000;
const MAX_LINES = 100;
