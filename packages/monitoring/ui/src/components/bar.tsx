import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Done } from '../../../src/dashboard/protocol/index.ts';
import { chooseBus, page, reconnect, tellFailure } from '../state/page.ts';
import { act } from '../state/requests.ts';
import { useStore } from '../state/store.ts';
import { THEMES, chooseTheme, chosenTheme, onTheme, type Theme } from '../state/theme.ts';
import { Choice, Switches } from './controls.tsx';
import { LinkState } from './link-state.tsx';
import { Badge } from './level.tsx';

/** Ends the login; the next question is answered by the form for it. */
async function logOut(): Promise<void> {
  try {
    await act<Done>('logout', {});
    reconnect();
  } catch (error) {
    tellFailure(error);
  }
}

/** What stays on every screen: which bus, how the connection is, the theme, help. */
export function Bar({ onHelp, onSkip }: { readonly onHelp: () => void; readonly onSkip: () => void }): JSX.Element {
  const session = useStore(page, (state) => state.session);
  const bus = useStore(page, (state) => state.bus);
  const buses = session?.buses ?? [];
  return (
    <header class="bar">
      {/* A button: what stands behind # in the address says which screen it is. */}
      <button type="button" class="skip" onClick={onSkip}>
        Skip to the numbers
      </button>
      <span class="brand">
        <img src="assets/icon.svg" alt="" />
        Tradewind
      </span>
      {buses.length > 1 ? (
        <Choice
          label="Bus"
          options={buses.map(({ name }) => ({ value: name, name }))}
          value={bus}
          onChoose={chooseBus}
        />
      ) : (
        <strong>{bus}</strong>
      )}
      {session?.role === 'viewer' ? <Badge level="none">read-only</Badge> : null}
      <span class="spring" />
      <LinkState />
      <ThemeSwitch />
      <button type="button" class="button" onClick={onHelp}>
        Help
      </button>
      {session?.loggedIn === true ? (
        <button type="button" class="button" onClick={() => void logOut()}>
          Log out
        </button>
      ) : null}
    </header>
  );
}

function ThemeSwitch(): JSX.Element {
  const [theme, setTheme] = useState<Theme>(chosenTheme());
  useEffect(() => onTheme(() => setTheme(chosenTheme())), []);
  return (
    <Switches
      label="Theme"
      options={THEMES.map((value) => ({ value, name: THEME_NAMES[value] }))}
      value={theme}
      onChoose={chooseTheme}
    />
  );
}

const THEME_NAMES: Readonly<Record<Theme, string>> = { system: 'System', light: 'Light', dark: 'Dark' };
