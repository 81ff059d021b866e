import { remember, remembered } from './remembered.ts';

/** `system`: as the reader's system has it. */
export type Theme = 'system' | 'light' | 'dark';

export const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

const listeners = new Set<() => void>();

/** The one that was chosen in this browser. */
export function chosenTheme(): Theme {
  return THEMES.find((theme) => theme === remembered('theme')) ?? 'system';
}

/** Before anything is drawn, so that a page does not flash in the other theme. */
export function applyTheme(): void {
  const theme = chosenTheme();
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  colours.clear();
  for (const listener of listeners) listener();
}

/** Chooses one and keeps it. */
export function chooseTheme(theme: Theme): void {
  remember('theme', theme === 'system' ? undefined : theme);
  applyTheme();
}

/** Called after every change of the theme, also by the system. */
export function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const colours = new Map<string, string>();

/** What a colour of styles/tokens.css is in the theme that is on: a canvas cannot read variables. */
export function colour(token: string): string {
  const known = colours.get(token);
  if (known !== undefined) return known;
  const probe = document.createElement('span');
  probe.style.color = `var(--${token})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  colours.set(token, found);
  return found;
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', applyTheme);
