import type { JSX } from 'preact';
import { LevelIcon } from '../components/level.tsx';
import { clockTime } from '../format/time.ts';
import { page } from '../state/page.ts';
import { useStore } from '../state/store.ts';
import { verdictOf } from '../state/verdict.ts';

/** The answer to "is it well, and if not, where" in one line. */
export function VerdictBar(): JSX.Element {
  const link = useStore(page, (state) => state.link);
  const frame = useStore(page, (state) => state.frame);
  const alerts = useStore(page, (state) => state.alerts);
  const health = useStore(page, (state) => state.health);
  const heardAtMs = useStore(page, (state) => state.heardAtMs);
  const { level, headline, causes, more } = verdictOf({ link, frame, alerts, health });
  return (
    <div class={`verdict ${level}`} role="status">
      <strong>
        <LevelIcon level={level} />
        {headline}
      </strong>
      {causes.length === 0 ? <span class="quiet">{quietText(level, frame?.bus, heardAtMs)}</span> : null}
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
