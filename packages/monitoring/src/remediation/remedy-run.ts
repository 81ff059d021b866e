import type { Clock, Remedy } from '@tradewind/core-types';
import type { Stopwatch } from '../clock/stopwatch.ts';
import type { RemediationEntry } from './remediation-entry.ts';
import type { ResolvedRule } from './remediation-rule.ts';
import type { RemedyTurn } from './remedy-lock.ts';

/** What came of a run within its time. */
export interface RunOutcome extends Pick<RemediationEntry, 'atMs' | 'result' | 'tookMs' | 'error'> {
  /** Of a remedy that was past its time: when it has ended after all, which may be never. */
  readonly late?: Promise<LateEnd> | undefined;
}

/** How a remedy ended that was past its time. */
interface LateEnd {
  readonly tookMs: number;
  /** Undefined: without one. */
  readonly error: string | undefined;
}

/** What is run, and how long anybody waits for it. */
export interface RunOptions extends Pick<ResolvedRule, 'settleMs' | 'timeoutMs'> {
  readonly remedy: Remedy;
  /** Ended when the remedy has ended and it is known whether it helped. */
  readonly turn: RemedyTurn;
  readonly isBetter: () => boolean;
  /** How often that is asked, in milliseconds. */
  readonly lookEveryMs: number;
  readonly clock: Pick<Clock, 'now' | 'setTimer' | 'clearTimer'>;
  readonly stopwatch: Stopwatch;
  /** Aborted when nobody wants to know any more whether it helped. */
  readonly closed: AbortSignal;
}

/**
 * Runs a remedy and waits until it is known whether it helped. Never rejects.
 *
 * A remedy cannot be stopped from outside: when its time is over its signal is aborted, the run has failed, and its turn goes on until it really ends.
 */
export async function runRemedy(options: RunOptions): Promise<RunOutcome> {
  const { remedy, turn, timeoutMs, clock, stopwatch } = options;
  const atMs = clock.now();
  const beganMs = stopwatch();
  const took = (): number => stopwatch() - beganMs;
  const abort = new AbortController();
  // Inside of an asynchronous function also one that throws instead of rejecting rejects.
  const ended = (async () => remedy.run(abort.signal))().then(() => undefined, reasonOf);
  const overdue = new Promise<typeof OVERDUE>((resolve) => {
    const timer = clock.setTimer(
      () => {
        turn.overdue(clock.now());
        abort.abort(new Error(`It did not end within ${timeoutMs} ms.`));
        resolve(OVERDUE);
      },
      timeoutMs,
      { background: true },
    );
    void ended.then(() => clock.clearTimer(timer));
  });
  const end = await Promise.race([ended, overdue]);
  if (end === OVERDUE) {
    const late = ended.then((error) => {
      turn.end();
      return { tookMs: took(), error };
    });
    return { atMs, result: 'failed', tookMs: took(), error: overdueText(timeoutMs), late };
  }
  try {
    const result = end === undefined ? await settled(options) : 'failed';
    return { atMs, result, tookMs: took(), error: end };
  } catch (error) {
    return { atMs, result: 'failed', tookMs: took(), error: reasonOf(error) };
  } finally {
    turn.end();
  }
}

/** Looks whether it helped. Rejects where that cannot be asked. */
async function settled(options: RunOptions): Promise<'done' | 'healed' | 'no-better'> {
  const { settleMs, isBetter, stopwatch, closed } = options;
  if (settleMs === 0) return 'done';
  const endsMs = stopwatch() + settleMs;
  while (!isBetter()) {
    if (closed.aborted) return 'done';
    if (stopwatch() >= endsMs) return 'no-better';
    await nextLook(options);
  }
  return 'healed';
}

/** Waits until it is time to look again, or nobody wants to. */
function nextLook({ clock, lookEveryMs, closed }: RunOptions): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clock.clearTimer(timer);
      closed.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.setTimer(end, lookEveryMs, { background: true });
    closed.addEventListener('abort', end);
  });
}

function overdueText(timeoutMs: number): string {
  return `It did not end within ${timeoutMs} ms; nothing else is treated until it does.`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const OVERDUE: unique symbol = Symbol('overdue');
