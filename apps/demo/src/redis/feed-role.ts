import { setTimeout as delay } from 'node:timers/promises';
import { Priority, quoteTopic, tradeTopic, type Quote, type SubmitOrder, type Trade } from '@tradewind/core-types';
import { EXECUTION_TOPICS } from '../bus-policy.ts';
import type { FeedEvent } from '../events.ts';
import { Simulation } from '../venues/simulation.ts';
import { storedBefore } from './journal.ts';
import { tell, type RoleBus, type RunningRole } from './role-bus.ts';
import type { RoleTask } from './roles.ts';
import type { NumberedEvent } from './rules.ts';

/**
 * Publishes the quotes and trades of the simulated venues at the pace of the market, and takes the orders that come back.
 *
 * The market is the same to the byte each time, and its events are numbered. A feed that is started again goes through it up to the last
 * event that its journal says is stored, and on from there: an event that was stored and not yet noted is published a second time, none is left out.
 */
export function runFeed(bus: RoleBus, task: RoleTask): RunningRole {
  let isStopped = false;
  bus.inbox.subscribe(`${EXECUTION_TOPICS}*`, (payload) => {
    bus.journal.note('in', 'execute', [(payload as SubmitOrder).clientOrderId]);
  });
  const market = (async () => {
    const marketMicros = await publishMarket(bus, task, () => isStopped);
    tell({ kind: 'ended', marketMicros });
  })();
  market.catch((error: unknown) => {
    // The one handler of what goes wrong in this process.
    process.emit('uncaughtException', error instanceof Error ? error : new Error(String(error)));
  });
  return {
    stop() {
      isStopped = true;
    },
  };
}

async function publishMarket(bus: RoleBus, task: RoleTask, isStopped: () => boolean): Promise<number> {
  const { outbox, journal } = bus;
  const simulation = new Simulation({ seed: task.seed });
  const first = storedBefore(task.folder, 'feed', 'market');
  const endMicros = task.seconds * MICROS_PER_SECOND;
  let n = 0;
  let stored = first;
  let micros = 0;
  const confirm = async (): Promise<void> => {
    await outbox.flush();
    journal.note('out', 'market', range(stored, n));
    stored = Math.max(stored, n);
  };
  while (!isStopped()) {
    const due = Math.min(endMicros, (Date.now() - task.openedAtMs) * MICROS_PER_MS * task.speed);
    for (let at = simulation.nextBefore(due); at !== undefined; at = simulation.nextBefore(due)) {
      micros = at;
      const event = simulation.take();
      if (!isPublished(event)) continue;
      if (n >= first) await publish(bus, { n, event });
      n += 1;
      // A long way to catch up is gone in steps, so that the journal follows.
      if (n - stored >= STEP) await confirm();
      if (isStopped()) break;
    }
    await confirm();
    if (due >= endMicros) break;
    await delay(PACE_MS);
  }
  await confirm();
  return Math.round(isStopped() ? micros : endMicros);
}

async function publish({ outbox }: RoleBus, numbered: NumberedEvent): Promise<void> {
  const { event } = numbered;
  const topic = event.type === 'quote' ? quoteTopic(event.instrumentId) : tradeTopic(event.instrumentId);
  if (!outbox.publish(topic, numbered, HIGH))
    await outbox.publishWhenReady(topic, numbered, { ...HIGH, timeoutMs: PATIENCE_MS });
}

function isPublished(event: FeedEvent): event is Quote | Trade {
  return event.type === 'quote' || event.type === 'trade';
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

const HIGH = { priority: Priority.HIGH };
const MICROS_PER_SECOND = 1_000_000;
const MICROS_PER_MS = 1000;
/** How often it looks at what is due. */
const PACE_MS = 5;
const STEP = 1000;
/** A Redis that is away is waited for, this long. */
const PATIENCE_MS = 60_000;
