import { setTimeout as sleep } from 'node:timers/promises';
import type { BusUnderTest } from '../contenders/contender.ts';
import { receiptProblems, type ReceiptReport, type Receipts } from '../measuring/receipts.ts';
import { endsBeforeStandstill, STANDSTILL_MS } from '../measuring/standstill.ts';
import { Refusals } from './refusals.ts';

/** What was sent, and what came of it. */
export interface Account {
  readonly receipts: ReceiptReport;
  readonly problems: readonly string[];
}

/** What an account is drawn up from. */
export interface AccountOptions {
  readonly bus: BusUnderTest;
  readonly receipts: Receipts;
  readonly sent: number;
  /** Messages that `publish` refused. Default: none. */
  readonly refusals?: Refusals | undefined;
  /** Deliveries that the bus must claim, where it claims any. Default: `sent`. `unchecked`: it also makes some that nobody here counts. */
  readonly deliveries?: number | 'unchecked' | undefined;
}

/** A message that is not there by then is lost. */
const GRACE_MS = 1000;
/** A repetition that comes later than this is not found. */
const QUIET_MS = 5;
const STANDSTILL_S = STANDSTILL_MS / 1000;
/** The phrase for a bus that never said that all is handled. */
export const UNSETTLED: string = `did not settle within ${STANDSTILL_S} s of the last arrival`;

/**
 * Waits until a bus says that all is handled, for as long as messages arrive: one that lost a message may never say so.
 *
 * @param arrived Counts the messages that arrived, of every kind that the bus still has to hand over.
 * @returns Whether it said so.
 */
export function settles(bus: BusUnderTest, arrived: () => number): Promise<boolean> {
  return endsBeforeStandstill(bus.settle(), arrived);
}

/** Closes a bus. What is wrong with that, as a phrase; nothing when it closed. */
export async function closingProblems(bus: BusUnderTest): Promise<readonly string[]> {
  const isClosed = await endsBeforeStandstill(bus.close(), () => 0);
  return isClosed ? [] : [`did not close within ${STANDSTILL_S} s`];
}

/**
 * Waits until the bus says that everything is handled, or nothing arrives any more, and compares that with what arrived: lost, repeated,
 * reordered and invented messages, refusals, a settling that came too early or never, and claimed counts that are not true.
 */
export async function drawUpAccount(options: AccountOptions): Promise<Account> {
  const { bus, receipts, sent, refusals = new Refusals(), deliveries = sent } = options;
  // Not known before the end: a promise may reject until then.
  const accepted = (): number => sent - refusals.count;
  const isSettled = await settles(bus, () => receipts.received);
  const atSettling = receipts.received;
  if (isSettled && atSettling < accepted()) await arrival(receipts, accepted);
  await sleep(QUIET_MS);
  const report = receipts.report(sent);
  const cameLate = isSettled ? receipts.received - atSettling : 0;
  const claimed = bus.extras?.claimedDeliveries?.() ?? deliveries;
  const problems = [
    ...receiptProblems(report),
    ...refusals.problems(sent),
    ...(isSettled ? [] : [UNSETTLED]),
    ...(cameLate > 0 ? [`said that it was settled with ${cameLate} messages still to come`] : []),
    ...(deliveries === 'unchecked' || claimed === deliveries
      ? []
      : [`claims ${claimed} deliveries where ${deliveries} are due`]),
  ];
  return { receipts: report, problems };
}

async function arrival(receipts: Receipts, accepted: () => number): Promise<void> {
  const untilMs = performance.now() + GRACE_MS;
  while (receipts.received < accepted() && performance.now() < untilMs) await sleep(1);
}
