import type { JSX } from 'preact';
import { text } from '../format/quantity.ts';
import type { Link } from '../state/page-state.ts';
import { page } from '../state/page.ts';
import { useStore } from '../state/store.ts';
import { LevelIcon, type Level } from './level.tsx';

/** How the page hears from the server. Told to screen readers when it changes, not with every second that passes. */
export function LinkState(): JSX.Element {
  const link = useStore(page, (state) => state.link);
  const waitS = useStore(page, ({ retryAtMs, nowMs }) =>
    retryAtMs === undefined ? undefined : Math.max(0, Math.ceil((retryAtMs - nowMs) / 1_000)),
  );
  const { level, word } = WORDS[link];
  return (
    <span class={`link ${level}`}>
      <LevelIcon level={level} />
      <span role="status">{word}</span>
      {link === 'lost' && waitS !== undefined ? <span aria-hidden="true">{text(waitS, 'seconds')}</span> : null}
    </span>
  );
}

const WORDS: Readonly<Record<Link, { readonly level: Level; readonly word: string }>> = {
  connecting: { level: 'none', word: 'Connecting' },
  live: { level: 'good', word: 'Live' },
  stale: { level: 'warning', word: 'Late: no news' },
  lost: { level: 'critical', word: 'Lost, reconnecting' },
};
