import type { JSX } from 'preact';
import { page } from '../state/page.ts';
import { useStore } from '../state/store.ts';
import { LevelIcon } from './level.tsx';

/** What was done and what failed, until it is closed; screen readers are told at once. */
export function Notices(): JSX.Element {
  const notices = useStore(page, (state) => state.notices);
  return (
    <div class="notices" role="status">
      {notices.map(({ id, kind, text }) => (
        <div class={`notice ${kind}`} key={id}>
          <LevelIcon level={kind} />
          <p>{text}</p>
          <button
            type="button"
            class="button bare"
            aria-label="Close this message"
            onClick={() => page.dispatch({ kind: 'notice-closed', id })}
          >
            ✕
          </button>
        </div>
      ))}
    </div>
  );
}
