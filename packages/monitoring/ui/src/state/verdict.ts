import type { AlertRow, AlertsAnswer, Frame, HealthAnswer } from '../../../src/dashboard/protocol/index.ts';
import { hashOf } from './route.ts';
import type { Link } from './page-state.ts';

type ComponentHealth = HealthAnswer['buses'][number];

/** Whether a bus is well, in a line, and where it is not. */
export interface Verdict {
  readonly level: 'none' | 'good' | 'warning' | 'critical';
  readonly headline: string;
  /** The worst first, a few. */
  readonly causes: readonly Cause[];
  /** How many causes there are beyond these. */
  readonly more: number;
}

interface Cause {
  readonly level: 'warning' | 'critical' | 'info';
  readonly text: string;
  /** Where to look. */
  readonly href: string;
}

/** What a verdict is made of. */
export interface VerdictInput {
  readonly link: Link;
  readonly frame: Frame | undefined;
  readonly alerts: AlertsAnswer | undefined;
  readonly health: HealthAnswer | undefined;
}

/** Judges a bus by its alerts and its health. Old numbers are no verdict. */
export function verdictOf({ link, frame, alerts, health }: VerdictInput): Verdict {
  if (frame === undefined) return { level: 'none', headline: 'Waiting for the first numbers', causes: [], more: 0 };
  if (link !== 'live') {
    return { level: 'none', headline: 'Unknown: what is below is old', causes: [], more: 0 };
  }
  const fromAlerts = openAlerts(alerts)
    .filter(({ labels }) => labels['bus'] === undefined || labels['bus'] === frame.bus)
    .map(causeOfAlert);
  const tree = health?.buses.find(({ name }) => name === frame.bus);
  const fromHealth = tree === undefined ? [] : illComponents(tree).map(causeOfIllness);
  const causes = [...fromAlerts, ...fromHealth].toSorted((a, b) => RANK[a.level] - RANK[b.level]);
  const level = causes.some((cause) => cause.level === 'critical') || frame.status === 'down' ? 'critical' : undefined;
  const worst =
    level ?? (frame.status === 'degraded' || causes.some((cause) => cause.level === 'warning') ? 'warning' : 'good');
  return {
    level: worst,
    headline: HEADLINES[worst],
    causes: causes.slice(0, MAX_CAUSES),
    more: Math.max(0, causes.length - MAX_CAUSES),
  };
}

/** Alerts that somebody should look at: they fire, are more than information, and neither silenced nor explained by another. */
export function openAlerts(alerts: AlertsAnswer | undefined): readonly AlertRow[] {
  return (alerts?.alerts ?? []).filter(
    ({ state, severity, silencedBy, inhibitedBy }) =>
      severity !== 'info' &&
      (state === 'firing' || state === 'acknowledged') &&
      silencedBy === undefined &&
      inhibitedBy === undefined,
  );
}

/** Components that are ill themselves: those above them are ill because of them. */
export function illComponents(tree: ComponentHealth): readonly ComponentHealth[] {
  const below = tree.parts.flatMap(illComponents);
  if (below.length > 0) return below;
  return tree.status === 'up' ? [] : [tree];
}

/** All components of a tree, with how deep each is. */
export function flattened(
  tree: ComponentHealth,
  depth = 0,
): readonly { readonly part: ComponentHealth; readonly depth: number }[] {
  return [{ part: tree, depth }, ...tree.parts.flatMap((part) => flattened(part, depth + 1))];
}

function causeOfAlert({ id, severity, summary, state }: AlertRow): Cause {
  const text = state === 'acknowledged' ? `${summary} (acknowledged)` : summary;
  return { level: severity, text, href: hashOf('alerts', id) };
}

function causeOfIllness({ component, status, reason }: ComponentHealth): Cause {
  const text = reason === '' ? `${component} is ${status}` : `${component} is ${status}: ${reason}`;
  return { level: status === 'down' ? 'critical' : 'warning', text, href: hashOf('health') };
}

const HEADLINES = { good: 'All is well', warning: 'Works with less', critical: 'Needs somebody now' } as const;
const RANK = { critical: 0, warning: 1, info: 2 } as const;
const MAX_CAUSES = 4;
