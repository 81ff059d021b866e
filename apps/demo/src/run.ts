import type { CloseReport } from '@tradewind/core-types';
import type { Composition } from './compose.ts';
import { settleAccounts } from './summary/accounts.ts';
import { businessSummary } from './summary/business-summary.ts';
import { performanceSummary } from './summary/performance.ts';
import { demoReport, type DemoReport } from './summary/report.ts';
import type { View } from './view/view.ts';
import { StateTracker } from './view/state-tracker.ts';

/**
 * Runs a demo to its end: the market, then the draining of the bus, then the report.
 *
 * A recording that cannot be read to its end does not take the rest with it: the report says so, and its exit code.
 */
export async function runDemo(demo: Composition, view: View): Promise<DemoReport> {
  const { timeline, bus, feed, clock } = demo;
  const tracker = new StateTracker(demo);
  let draining = false;
  const look = setInterval(() => tracker.look(), LOOK_EVERY_MS);
  const show = setInterval(() => view.show(tracker.state(draining)), view.everyMs);
  const startedAtMs = clock.now();
  let failure: Error | undefined;
  let unread = false;
  let closing: CloseReport;
  try {
    tracker.look();
    await timeline.run().catch((error: unknown) => {
      failure = error instanceof Error ? error : new Error(String(error));
    });
    tracker.look();
    draining = true;
    view.show(tracker.state(draining));
    closing = await bus.close({ deadlineMs: DRAIN_DEADLINE_MS });
    await demo.arbitrage?.finish();
    unread = demo.options.seconds === undefined && !timeline.isStopped && !feed.ended;
    await feed.close();
  } finally {
    clearInterval(look);
    clearInterval(show);
    view.close();
  }
  return report(demo, { tracker, closing, failure, unread, elapsedMs: clock.now() - startedAtMs });
}

interface RunFacts {
  readonly tracker: StateTracker;
  readonly closing: CloseReport;
  readonly failure: Error | undefined;
  readonly unread: boolean;
  readonly elapsedMs: number;
}

function report(demo: Composition, { tracker, closing, failure, unread, elapsedMs }: RunFacts): DemoReport {
  const { timeline, publisher, deliveries, ledger, options, feed, replay } = demo;
  const bus = demo.reader.read();
  return demoReport({
    interrupted: timeline.isStopped,
    learning: demo.learned?.summary() ?? null,
    business: businessSummary({
      source: demo.sourceSummary(),
      startNs: feed.startNs,
      marketMicros: timeline.endedAtMicros,
      census: demo.census.counts,
      tapes: demo.bars.tapes(),
      bars: { published: publisher.published.bar, open: demo.bars.openBars() },
      books: demo.topOfBook.books(),
      ordersWanted: demo.strategy.counts.orders,
      risk: demo.riskCheck.counts,
      positions: demo.positions.list(),
      arbitrage: demo.arbitrage?.summary(),
    }),
    performance: performanceSummary({
      elapsedMs,
      speed: options.speed,
      published: publisher.total,
      delivered: deliveries.total,
      bus,
      peakWorkers: tracker.peakWorkers,
      maxLagMs: tracker.maxLagMs,
      waitsForRoom: publisher.waits,
      spreadMonitor: demo.spreadMonitor.counts,
    }),
    accounts: settleAccounts({
      published: publisher.published,
      deliveries: deliveries.accounts,
      unknown: deliveries.unknown,
      bus,
      closing,
      lateReactions: timeline.lateReactions,
      abandonedReactions: ledger.abandoned,
      rejected: replay?.progress.rejected ?? 0,
      unread,
      failure,
    }),
    rejections: replay?.progress.rejections ?? [],
  });
}

const LOOK_EVERY_MS = 100;
/** The slowest consumers need milliseconds; what is not drained after this long never will be. */
const DRAIN_DEADLINE_MS = 10_000;
