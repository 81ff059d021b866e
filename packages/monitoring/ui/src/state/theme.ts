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

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', applyTheme);
