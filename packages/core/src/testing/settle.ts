import type { FlowControl } from '@tradewind/core-types';
import { BusError } from '../errors.ts';
import { ManualClock } from './manual-clock.ts';

/** What can come to rest: a buffered client, or a manual clock. */
export type Settling = ManualClock | Pick<FlowControl, 'flush'>;

/**
 * Resolves when everything that was accepted has been handled, or waits for a retry: `await settle(clock, client)`.
 *
 * Clients are flushed in the order given: where messages flow from one to the other, give them in that order. Manual clocks run their
 * microtasks and turns meanwhile; their time stands still. Rejects with BusError `DOES_NOT_SETTLE` when a client cannot come to rest without
 * time passing: then `advance` the clock.
 */
export async function settle(...parts: readonly Settling[]): Promise<void> {
  const clocks = parts.filter((part) => part instanceof ManualClock);
  await settleAll(clocks);
  for (const part of parts) {
    if (part instanceof ManualClock) continue;
    await flushed(part, clocks);
  }
  await settleAll(clocks);
}

async function flushed(client: Pick<FlowControl, 'flush'>, clocks: readonly ManualClock[]): Promise<void> {
  if (clocks.length === 0) return client.flush();
  const progress = { resting: false };
  const rest = (): void => {
    progress.resting = true;
  };
  const flushing = client.flush();
  // Its rejection is passed on below; until then it must not count as unhandled.
  flushing.then(rest, rest);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    await settleAll(clocks);
    if (progress.resting) return flushing;
  }
  throw new BusError('DOES_NOT_SETTLE', {
    message: `Expected the client to come to rest, and it still waits for something after ${MAX_ROUNDS} rounds in which no time passed.`,
    hint: 'Advance the clock to the next retry, flush interval or handler timeout.',
  });
}

async function settleAll(clocks: readonly ManualClock[]): Promise<void> {
  for (const clock of clocks) await clock.settle();
}

const MAX_ROUNDS = 100;
