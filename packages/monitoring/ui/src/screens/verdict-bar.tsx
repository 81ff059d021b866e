import type { JSX } from 'preact';
import { LevelIcon } from '../components/level.tsx';
import { clockTime } from '../format/time.ts';
import { page } from '../state/page.ts';
import { useStore } from '../state/store.ts';
import { verdictOf, type Verdict } from '../state/verdict.ts';

/** The answer to "is it well, and if not, where" in one line. */
export function VerdictBar(): JSX.Element {
  const { level, headline, causes, more } = useStore(page, verdictOf, READS_THE_SAME);
  const bus = useStore(page, ({ frame }) => frame?.bus);
  const heardAtMs = useStore(page, (state) => (state.link === 'live' ? undefined : state.heardAtMs));
  return (
    <div class={`verdict ${level}`} role="status">
      <strong>
        <LevelIcon level={level} />
        {headline}
      </strong>
      {causes.length === 0 ? <span class="quiet">{quietText(level, bus, heardAtMs)}</span> : null}
      <ul class="plain">
        {causes.map((cause) => (
          <li key={cause.href + cause.text}>
            <LevelIcon level={cause.level} /> <a href={cause.href}>{cause.text}</a>
          </li>
        ))}
        {more > 0 ? <li>and {more} more</li> : null}
      </ul>
    </div>
  );
}

function quietText(level: string, bus: string | undefined, heardAtMs: number | undefined): string {
  if (level === 'good') return `No alert fires, and every part of ${bus ?? 'the bus'} is up.`;
  return heardAtMs === undefined ? '' : `Last heard at ${clockTime(heardAtMs)}.`;
}

/** A verdict is made anew with each frame, and seldom says anything else. */
const READS_THE_SAME = {
  isSame: (a: Verdict, b: Verdict): boolean => JSON.stringify(a) === JSON.stringify(b),
};
