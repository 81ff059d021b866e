import { ValidationError } from '@tradewind/core-types';
import { checkNumber, NOT_NEGATIVE } from '../checks.ts';
import { REAL_TIME, type TimeSource } from './time-source.ts';

/** A plan of sending, and what sends. */
export interface OpenLoop {
  /** When each message is meant to be sent, in milliseconds after the start, rising. */
  readonly arrivalsMs: Float64Array;
  /** Sends one message. `intendedAtMs` is by `performance.now()`, or by `time`; latency is counted from there. What it throws ends the loop, which rejects with it. */
  readonly send: (index: number, intendedAtMs: number) => void;
  /** Gives up this long after the last message was due; what is left stays unsent. Default 10,000 ms. */
  readonly patienceMs?: number | undefined;
  /** Stops sending when aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the real one. */
  readonly time?: TimeSource | undefined;
}

/** What came of a plan: how much was offered, and how much of it the sender managed. */
export interface OpenLoopReport {
  readonly planned: number;
  /** Fewer than planned when the patience was over or the signal aborted. */
  readonly sent: number;
  /** Whether the signal ended it. */
  readonly isAborted: boolean;
  /** When the plan began. */
  readonly startMs: number;
  /** When the last message was sent. */
  readonly endMs: number;
  /** How late the latest sending was: a bus that keeps its publisher waiting shows here. */
  readonly longestDelayMs: number;
}

/**
 * Sends each message as soon as its time has come, whatever became of the ones before: an open loop. A sender that is late, because
 * the bus kept it waiting, catches up and skips nothing; as latency counts from the *intended* time, waiting is never left out, which
 * G. Tene calls coordinated omission.
 *
 * Between two looks at the clock the event loop goes round, and at most 1,024 messages are sent, so that a bus that works between turns
 * comes to its turn. Gaps above 4 ms are slept through, shorter ones are spent going round: pacing takes CPU time, the same for every
 * contender.
 *
 * @throws ValidationError `INVALID_OPTIONS` for a plan that is empty, or whose times are not finite and rising from 0; whatever `send` throws.
 */
export function runOpenLoop(plan: OpenLoop): Promise<OpenLoopReport> {
  const { arrivalsMs, send, patienceMs = DEFAULT_PATIENCE_MS, signal, time = REAL_TIME } = plan;
  checkArrivals(arrivalsMs);
  checkNumber('patienceMs', patienceMs, NOT_NEGATIVE);
  const planned = arrivalsMs.length;
  return new Promise((resolve, reject) => {
    const startMs = time.nowMs() + LEAD_MS;
    const giveUpMs = startMs + (arrivalsMs[planned - 1] as number) + patienceMs;
    let sent = 0;
    let longestDelayMs = 0;
    // Whatever is thrown in a turn of the event loop would end the process.
    const turn = (): void => {
      try {
        goOn();
      } catch (error) {
        reject(error);
      }
    };
    const goOn = (): void => {
      const nowMs = time.nowMs();
      const end = Math.min(planned, sent + MAX_SENT_PER_TURN);
      while (sent < end && startMs + (arrivalsMs[sent] as number) <= nowMs) {
        const intendedAtMs = startMs + (arrivalsMs[sent] as number);
        if (nowMs - intendedAtMs > longestDelayMs) longestDelayMs = nowMs - intendedAtMs;
        send(sent, intendedAtMs);
        sent += 1;
      }
      if (sent === planned || nowMs > giveUpMs || signal?.aborted === true) {
        resolve({
          planned,
          sent,
          isAborted: sent < planned && signal?.aborted === true,
          startMs,
          endMs: time.nowMs(),
          longestDelayMs,
        });
        return;
      }
      const gapMs = startMs + (arrivalsMs[sent] as number) - time.nowMs();
      if (gapMs > SLEEP_ABOVE_MS) time.sleep(turn, gapMs - WAKE_EARLY_MS);
      else time.nextTurn(turn);
    };
    time.nextTurn(turn);
  });
}

/** One that is no number is never due, and the loop would wait for it without end. */
function checkArrivals(arrivalsMs: Float64Array): void {
  if (arrivalsMs.length === 0) {
    throw new ValidationError('INVALID_OPTIONS', {
      path: 'arrivalsMs',
      expected: 'at least one arrival',
      received: 'an empty plan',
      hint: 'Give the load shape a longer duration or a higher rate.',
    });
  }
  let beforeMs = 0;
  for (let index = 0; index < arrivalsMs.length; index += 1) {
    const atMs = arrivalsMs[index] as number;
    if (!(atMs >= beforeMs && atMs < Number.POSITIVE_INFINITY)) {
      throw new ValidationError('INVALID_OPTIONS', {
        path: `arrivalsMs[${index}]`,
        expected: `a finite time of at least ${beforeMs} ms, since arrivals are in the order of sending`,
        received: String(atMs),
        hint: 'Let arrivalsMs() of the load shape return finite times in rising order.',
      });
    }
    beforeMs = atMs;
  }
}

const DEFAULT_PATIENCE_MS = 10_000;
const MAX_SENT_PER_TURN = 1024;
/** Time to reach the event loop before the first message is due. */
const LEAD_MS = 1;
/** Timers come up to a millisecond late, and later on a busy machine: what is left of a gap is spent going round. */
const SLEEP_ABOVE_MS = 4;
const WAKE_EARLY_MS = 2;
