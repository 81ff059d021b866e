import { Worker } from 'node:worker_threads';
import { moduleBeside } from '../../running/child-process.ts';
import type { Beat } from './metronome-thread.ts';
import { nowUs } from './shared-clock.ts';

/** So many messages a second, in packets: one each millisecond, or rarer where there are fewer messages. */
export interface Pace {
  readonly perSecond: number;
  readonly messages: number;
  /** When the first packet is due, by `nowUs`. */
  readonly startUs: number;
  readonly send: (n: number) => void;
}

const MS_PER_SECOND = 1000;
const US_PER_MS = 1000;
/** Places of the memory that is shared with the metronome. */
const WORDS = 2;

/** When a message is meant to be sent, by `nowUs`: with its packet, whatever became of the ones before. */
export function intendedUs(n: number, { startUs, perSecond }: Pick<Pace, 'startUs' | 'perSecond'>): number {
  return startUs + Math.floor((n * MS_PER_SECOND) / perSecond) * US_PER_MS;
}

/**
 * Sends all messages, each as soon as its packet is due: an open loop that catches up where it was late and skips nothing.
 *
 * The beat comes from a thread that sleeps in between: timers of the event loop come up to a millisecond late, and a loop that spins takes the
 * processor time which the server and the consumer need on a machine with few cores.
 */
export async function sendAtPace(pace: Pace): Promise<void> {
  const { perSecond, messages, startUs, send } = pace;
  const shared = new Int32Array(new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT));
  const workerData: Beat = { startUs, everyUs: packetMs(perSecond) * US_PER_MS, shared };
  const metronome = new Worker(moduleBeside(import.meta.url, './metronome-thread'), { workerData });
  let sent = 0;
  try {
    await new Promise<void>((resolve, reject) => {
      metronome.once('error', reject);
      metronome.on('message', () => {
        Atomics.store(shared, 0, 0);
        const now = nowUs();
        while (sent < messages && intendedUs(sent, pace) <= now) send(sent++);
        if (sent === messages) resolve();
      });
    });
  } finally {
    await metronome.terminate();
  }
}

/** A beat at which nothing is due would only wake the process; rates that milliseconds do not divide are looked at each millisecond. */
function packetMs(perSecond: number): number {
  return Math.max(1, MS_PER_SECOND % perSecond === 0 ? MS_PER_SECOND / perSecond : 1);
}
