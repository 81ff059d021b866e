import { BufferedMessageBusClient } from '@tradewind/core';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Metrics } from '../experiments/experiment.ts';
import { Receipts, receiptProblems } from '../measuring/receipts.ts';

/** A load of asynchronous handlers, and the workers that run them. */
export interface WorkerCourse {
  readonly workers: { readonly min: number; readonly max: number };
  /** How many messages come at once, at the beginning. */
  readonly messages: number;
  /** How long the client rests after the last of them. */
  readonly restMs: number;
}

/** As long as an answer of a database or a venue nearby takes. */
const HANDLER_MS = 10;
/** Many keys, so that the workers are what bounds the load. */
const TOPICS = 1000;
const MS_PER_SECOND = 1000;
const US_PER_MS = 1000;

/**
 * Gives a client a backlog whose handlers wait ten milliseconds each, lets it work that off, and then rest.
 *
 * @returns `messagesPerSecond` while there was work; workers at most (`peakWorkers`), at the end (`workersAtEnd`) and on average over time
 *   (`averageWorkers`); `restCpuMsPerSecond` of the rest.
 * @throws Error when a message was lost or came twice.
 */
export async function runWorkerCourse({ workers, messages, restMs }: WorkerCourse): Promise<Metrics> {
  const client = new BufferedMessageBusClient({ workers, lanes: { NORMAL: { capacity: messages } } });
  const receipts = new Receipts({ messages, streams: TOPICS });
  const size = new SizeOverTime(workers.min);
  client.events.on('workersScaled', ({ to }) => size.changed(to));
  client.subscribe('events.fill.*', async (index: number) => {
    await sleep(HANDLER_MS);
    receipts.record(index, index % TOPICS);
  });
  const startMs = performance.now();
  for (let index = 0; index < messages; index += 1) client.publish(`events.fill.${index % TOPICS}`, index);
  await client.flush();
  const busyMs = performance.now() - startMs;
  const cpu = process.cpuUsage();
  await sleep(restMs);
  const { user, system } = process.cpuUsage(cpu);
  const problems = receiptProblems(receipts.report(messages));
  if (problems.length > 0) throw new Error(`The client ${problems.join(', ')}.`);
  const course = size.end();
  await client.close();
  return {
    messagesPerSecond: (messages / busyMs) * MS_PER_SECOND,
    ...course,
    ...(restMs === 0 ? {} : { restCpuMsPerSecond: ((user + system) / US_PER_MS / restMs) * MS_PER_SECOND }),
  };
}

/** How many workers there were, weighed by time. */
class SizeOverTime {
  readonly #startMs = performance.now();
  #sinceMs = performance.now();
  #size: number;
  #peak: number;
  #sum = 0;

  constructor(size: number) {
    this.#size = size;
    this.#peak = size;
  }

  changed(size: number): void {
    const nowMs = performance.now();
    this.#sum += this.#size * (nowMs - this.#sinceMs);
    this.#sinceMs = nowMs;
    this.#size = size;
    this.#peak = Math.max(this.#peak, size);
  }

  end(): Metrics {
    this.changed(this.#size);
    return {
      peakWorkers: this.#peak,
      workersAtEnd: this.#size,
      averageWorkers: this.#sum / (performance.now() - this.#startMs),
    };
  }
}
