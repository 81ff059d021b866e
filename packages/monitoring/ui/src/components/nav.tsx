import type { JSX } from 'preact';
import type { DashboardScreen } from '../../../src/dashboard/protocol/index.ts';
import { page } from '../state/page.ts';
import { SCREENS, hashOf } from '../state/route.ts';
import { useStore } from '../state/store.ts';
import { illComponents, openAlerts } from '../state/verdict.ts';
import { Badge, type Level } from './level.tsx';

/** The screens that have a source, with how many things on them want somebody. */
export function Nav({ screen }: { readonly screen: DashboardScreen }): JSX.Element {
  const session = useStore(page, (state) => state.session);
  const bus = useStore(page, (state) => state.bus);
  const alerts = useStore(page, (state) => state.alerts);
  const health = useStore(page, (state) => state.health);
  const deadLetters = useStore(page, (state) => state.frame?.deadLetters ?? 0);
  const open = openAlerts(alerts);
  const ill = (health?.buses ?? []).filter(({ name }) => name === bus).flatMap(illComponents);
  const counts: Partial<Record<DashboardScreen, { readonly count: number; readonly level: Level }>> = {
    alerts: {
      count: open.length,
      level: open.some(({ severity }) => severity === 'critical') ? 'critical' : 'warning',
    },
    health: { count: ill.length, level: ill.some(({ status }) => status === 'down') ? 'critical' : 'warning' },
    transports: { count: deadLetters, level: 'warning' },
  };
  const shown = SCREENS.filter((row) => isShown(row.screen, session?.buses.find(({ name }) => name === bus)?.screens));
  return (
    <nav class="nav" aria-label="Screens">
      <ul class="plain">
        {shown.map((row) => (
          <li key={row.screen}>
            <a href={hashOf(row.screen)} aria-current={row.screen === screen ? 'page' : undefined}>
              {row.title}
              <Count {...counts[row.screen]} of={row.screen} />
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** A screen whose source is not installed on this bus stays hidden. */
export function isShown(screen: DashboardScreen, screens: readonly DashboardScreen[] | undefined): boolean {
  return screens === undefined ? screen === 'overview' : screens.includes(screen);
}

function Count(props: {
  readonly of: DashboardScreen;
  readonly count?: number;
  readonly level?: Level;
}): JSX.Element | null {
  const { count = 0, level = 'none' } = props;
  if (count === 0) return null;
  return (
    <>
      <Badge level={level}>{count > 999 ? '999+' : count}</Badge>
      <span class="unseen">{props.of === 'transports' ? 'dead letters' : 'open'}</span>
    </>
  );
}
