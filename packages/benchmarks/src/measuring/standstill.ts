/** So often progress is looked at. */
const LOOK_MS = 50;
/** How long there may be no progress. */
export const STANDSTILL_MS = 3000;
/** Looks and not the clock: a process that did not come to its turn for seconds has looked once in that time. */
const LOOKS = STANDSTILL_MS / LOOK_MS;

/**
 * Waits for something that may never come, for as long as `progress` rises. A bus that lost a message may wait for it without end, while a slow
 * one with a long queue needs its time: no fixed bound tells one from the other.
 *
 * The timer keeps the process alive: with nothing else under way Node would end it in the middle of the wait, and nobody would hear of the loss.
 * What has already come costs no timer, 0.3 µs.
 *
 * @param progress Counts what came so far; a constant where nothing can be counted, which makes the bound a fixed one.
 * @returns Whether it came. False: there was no progress for {@link STANDSTILL_MS}.
 * @throws Whatever the wait ends with.
 */
export async function endsBeforeStandstill(wait: Promise<unknown>, progress: () => number): Promise<boolean> {
  let hasEnded = false;
  const ended = (async (): Promise<true> => {
    await wait;
    hasEnded = true;
    return true;
  })();
  await Promise.resolve();
  return hasEnded || watch(ended, progress);
}

async function watch(ended: Promise<true>, progress: () => number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const standstill = new Promise<false>((resolve) => {
    let before = progress();
    let looks = 0;
    timer = setInterval(() => {
      const now = progress();
      looks = now === before ? looks + 1 : 0;
      before = now;
      if (looks >= LOOKS) resolve(false);
    }, LOOK_MS);
  });
  try {
    return await Promise.race([ended, standstill]);
  } finally {
    clearInterval(timer);
  }
}
