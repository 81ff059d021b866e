import { setTimeout as sleep } from 'node:timers/promises';
import type { BusUnderTest } from '../contenders/contender.ts';
import { receiptProblems, type ReceiptReport, type Receipts } from '../measuring/receipts.ts';

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
  /** Messages that `publish` refused. */
  readonly refused?: number | undefined;
  /** Deliveries that the bus must claim, where it claims any. Default: `sent`. `unchecked`: it also makes some that nobody here counts. */
  readonly deliveries?: number | 'unchecked' | undefined;
}

/** A message that is not there by then is lost. */
const GRACE_MS = 1000;
/** A bus that settles later than this has lost something, or never will. */
const SETTLE_MS = 60_000;
/** A repetition that comes later than this is not found. */
const QUIET_MS = 5;

/**
 * Waits until the bus says that everything is handled, and compares that with what arrived: lost, repeated, reordered and invented messages,
 * refusals, a settling that came too early, and claimed counts that are not true.
 */
export async function drawUpAccount(options: AccountOptions): Promise<Account> {
  const { bus, receipts, sent, refused = 0, deliveries = sent } = options;
  const accepted = sent - refused;
  const isSettled = await settles(bus);
  const late = accepted - receipts.received;
  if (late > 0) await arrival(receipts, accepted);
  await sleep(QUIET_MS);
  const report = receipts.report(sent);
  const cameLate = late - Math.max(0, accepted - report.received);
  const claimed = bus.extras?.claimedDeliveries?.() ?? deliveries;
  const problems = [
    ...receiptProblems(report),
    ...(refused > 0 ? [`refused ${refused} of ${sent} messages`] : []),
    ...(isSettled ? [] : [`did not settle within ${SETTLE_MS / 1000} s`]),
    ...(cameLate > 0 ? [`said that it was settled with ${cameLate} messages still to come`] : []),
    ...(deliveries === 'unchecked' || claimed === deliveries
      ? []
      : [`claims ${claimed} deliveries where ${deliveries} are due`]),
  ];
  return { receipts: report, problems };
}

async function settles(bus: BusUnderTest): Promise<boolean> {
  const timer = new AbortController();
  const timeout = sleep(SETTLE_MS, false, { signal: timer.signal, ref: false }).catch(() => false);
  const settled = await Promise.race([bus.settle().then(() => true), timeout]);
  timer.abort();
  return settled;
}

async function arrival(receipts: Receipts, accepted: number): Promise<void> {
  const untilMs = performance.now() + GRACE_MS;
  while (receipts.received < accepted && performance.now() < untilMs) await sleep(1);
}
