import type { JSX } from 'preact';
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Bar } from './components/bar.tsx';
import { Help } from './components/help.tsx';
import { Nav, isShown } from './components/nav.tsx';
import { Notices } from './components/notices.tsx';
import { clockTime } from './format/time.ts';
import { Alerts } from './screens/alerts.tsx';
import { Health } from './screens/health.tsx';
import { Login } from './screens/login.tsx';
import { Optimizer } from './screens/optimizer.tsx';
import { Overview } from './screens/overview.tsx';
import { Routing } from './screens/routing.tsx';
import { Tail } from './screens/tail.tsx';
import { Topics } from './screens/topics.tsx';
import { Transports } from './screens/transports.tsx';
import { Venues } from './screens/venues.tsx';
import { page } from './state/page.ts';
import { isOutOfDate } from './state/page-state.ts';
import { SCREENS, type Route } from './state/route.ts';
import { useRoute } from './state/use-route.ts';
import { useStore } from './state/store.ts';
import { useKeys } from './state/use-keys.ts';

/** The whole page. */
export function App(): JSX.Element {
  const phase = useStore(page, (state) => state.phase);
  if (phase === 'login') return <Login />;
  return <Shell />;
}

function Shell(): JSX.Element {
  const asked = useRoute();
  const session = useStore(page, (state) => state.session);
  const bus = useStore(page, (state) => state.bus);
  const isOld = useStore(page, isOutOfDate);
  const [isHelp, setHelp] = useState(false);
  const main = useRef<HTMLElement>(null);
  const screens = session?.buses.find(({ name }) => name === bus)?.screens;
  const route: Route = isShown(asked.screen, screens) ? asked : { screen: 'overview', subject: '' };
  const openHelp = useCallback(() => setHelp(true), []);
  useKeys(openHelp);
  useTitle(route, main);
  return (
    <>
      <div class="shell">
        <Bar onHelp={openHelp} onSkip={() => main.current?.focus()} />
        <Nav screen={route.screen} />
        <main ref={main} class={isOld ? 'main stale' : 'main'} tabIndex={-1}>
          <OldNote />
          <div class="screen">{bus === '' ? <FirstNote /> : <Screen key={route.screen} {...route} />}</div>
        </main>
      </div>
      <Notices />
      {isHelp ? (
        <Help version={session?.version ?? ''} frameEveryMs={session?.frameEveryMs} onClose={() => setHelp(false)} />
      ) : null}
    </>
  );
}

function Screen({ screen, subject }: Route): JSX.Element {
  switch (screen) {
    case 'overview':
      return <Overview />;
    case 'topics':
      return <Topics />;
    case 'transports':
      return <Transports key={subject} subject={subject} />;
    case 'venues':
      return <Venues />;
    case 'routing':
      return <Routing />;
    case 'alerts':
      return <Alerts subject={subject} />;
    case 'health':
      return <Health />;
    case 'optimizer':
      return <Optimizer />;
    case 'tail':
      return <Tail />;
  }
}

function FirstNote(): JSX.Element {
  const link = useStore(page, (state) => state.link);
  return <p class="empty">{link === 'lost' ? 'The server does not answer. It is tried again.' : 'Connecting…'}</p>;
}

/** Says over every screen that what is shown is old. */
function OldNote(): JSX.Element | null {
  const heardAtMs = useStore(page, (state) => (isOutOfDate(state) ? state.heardAtMs : undefined));
  const isAsking = useStore(page, ({ link }) => link === 'connecting');
  if (heardAtMs === undefined) return null;
  return (
    <p class="old-note" role="alert">
      Everything here is as it was at {clockTime(heardAtMs)}.{' '}
      {isAsking ? 'The next numbers are on their way.' : 'The page goes on by itself when the server is back.'}
    </p>
  );
}

/** The title of the tab tells screens apart; the focus goes to the heading when another screen is opened, not at the start. */
function useTitle({ screen }: Route, main: { readonly current: HTMLElement | null }): void {
  const bus = useStore(page, (state) => state.bus);
  const before = useRef(screen);
  // Before the paint: whoever goes on by keyboard at once starts from the heading, not from where the focus was.
  useLayoutEffect(() => {
    const title = SCREENS.find((row) => row.screen === screen)?.title ?? '';
    document.title = `${title}${bus === '' ? '' : `, ${bus}`} – Tradewind`;
    if (before.current !== screen) main.current?.querySelector('h1')?.focus();
    before.current = screen;
  }, [screen, bus, main]);
}
