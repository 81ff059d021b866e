/** What is told of whether somebody can see the page. */
export interface SightListener {
  /** Nobody has seen it for five seconds. */
  readonly slept: () => void;
  /** Somebody sees it again. */
  readonly woke: () => void;
}

/**
 * Watches whether somebody sees the page; a glance at another tab does not count.
 *
 * A browser opens six connections to a server over HTTP/1.1, for all its tabs together: streams of tabs that nobody sees would take them from those
 * that somebody does.
 *
 * @returns What ends it.
 */
export function watchSight({ slept, woke }: SightListener): () => void {
  let isAsleep = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    clearTimeout(timer);
    if (document.hidden) {
      if (!isAsleep) timer = setTimeout(sleep, SLEEP_AFTER_MS);
    } else if (isAsleep) {
      isAsleep = false;
      woke();
    }
  };
  const sleep = (): void => {
    isAsleep = true;
    slept();
  };
  look();
  document.addEventListener('visibilitychange', look);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
  };
}

const SLEEP_AFTER_MS = 5_000;
