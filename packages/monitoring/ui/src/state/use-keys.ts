import { useEffect } from 'preact/hooks';
import { areShortcutsOn } from '../components/help.tsx';
import { hashOf } from './route.ts';
import { Shortcuts, type Command } from './shortcuts.ts';
import { THEMES, chooseTheme, chosenTheme } from './theme.ts';

/** Does what keys ask for, except where somebody types or a dialog is open. */
export function useKeys(onHelp: () => void): void {
  useEffect(() => {
    const shortcuts = new Shortcuts();
    const pressed = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target) || !areShortcutsOn()) return;
      const command = shortcuts.press(event.key, event.timeStamp);
      if (command === undefined) return;
      event.preventDefault();
      obey(command, onHelp);
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [onHelp]);
}

function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector('dialog[open]') !== null) return true;
  return (
    target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement
  );
}

function obey(command: Command, onHelp: () => void): void {
  switch (command.kind) {
    case 'go':
      location.hash = hashOf(command.screen);
      return;
    case 'help':
      return onHelp();
    case 'search':
      return document.querySelector<HTMLInputElement>('input[type=search]')?.focus();
    case 'theme':
      return chooseTheme(THEMES[(THEMES.indexOf(chosenTheme()) + 1) % THEMES.length] ?? 'system');
  }
}
