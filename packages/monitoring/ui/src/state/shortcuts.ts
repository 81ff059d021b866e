import { SCREENS } from './route.ts';
import type { DashboardScreen } from '../../../src/dashboard/protocol/index.ts';

/** What a key asks for. */
export type Command =
  | { readonly kind: 'go'; readonly screen: DashboardScreen }
  | { readonly kind: 'help' }
  | { readonly kind: 'theme' }
  | { readonly kind: 'search' };

/** All of them, for people. */
export const SHORTCUTS: readonly { readonly keys: readonly string[]; readonly does: string }[] = [
  ...SCREENS.map(({ key, title }) => ({ keys: ['g', key], does: `Go to ${title}` })),
  { keys: ['/'], does: 'Look for something on this screen' },
  { keys: ['d'], does: 'Next theme: system, light, dark' },
  { keys: ['?'], does: 'This help' },
  { keys: ['Esc'], does: 'Close a dialog' },
];

/** Makes commands of keys; two keys of one command come within a second. */
export class Shortcuts {
  #goAtMs = -Infinity;

  /** @param nowMs - Any clock that goes forward. */
  press(key: string, nowMs: number): Command | undefined {
    const isSecond = nowMs - this.#goAtMs <= TOGETHER_MS;
    this.#goAtMs = key === 'g' ? nowMs : -Infinity;
    if (isSecond) {
      const found = SCREENS.find((row) => row.key === key);
      return found === undefined ? undefined : { kind: 'go', screen: found.screen };
    }
    if (key === '?') return { kind: 'help' };
    if (key === '/') return { kind: 'search' };
    return key === 'd' ? { kind: 'theme' } : undefined;
  }
}

const TOGETHER_MS = 1_000;
