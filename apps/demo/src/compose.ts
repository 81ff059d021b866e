import { basename } from 'node:path';
import { seededRandom, systemClock, type BufferedMessageBusClient } from '@tradewind/core';
import type { Clock, RoutingPlugin } from '@tradewind/core-types';
import { ArbitrageDesk } from './arbitrage/arbitrage-desk.ts';
import type { BusReader } from './bus-reading.ts';
import { createBus } from './bus.ts';
import { EventPublisher } from './event-publisher.ts';
import type { DemoTopics, Publication } from './events.ts';
import type { Feed } from './feed.ts';
import { LearnedDesk } from './learning/learned-desk.ts';
import type { DemoOptions } from './options.ts';
import { ReplayFeed } from './replay/replay-feed.ts';
import { Bars } from './subscribers/bars.ts';
import { Census } from './subscribers/census.ts';
import { DeliveryCounts } from './subscribers/delivery-counts.ts';
import type { Desk } from './subscribers/desk.ts';
import { EventLog } from './subscribers/event-log.ts';
import { startExecutionGateway } from './subscribers/execution-gateway.ts';
import { Positions } from './subscribers/positions.ts';
import { RiskCheck } from './subscribers/risk-check.ts';
import { SpreadMonitor } from './subscribers/spread-monitor.ts';
import { Strategy } from './subscribers/strategy.ts';
import { TopOfBook } from './subscribers/top-of-book.ts';
import type { SourceSummary } from './summary/business-summary.ts';
import { Pacer } from './timeline/pacer.ts';
import { ReactionLedger } from './timeline/reaction-ledger.ts';
import { Timeline, type Silence } from './timeline/timeline.ts';
import { Simulation } from './venues/simulation.ts';
import { VENUES } from './venues/venue-profile.ts';
import { formatLongTime } from './view/format.ts';

/** What may be put in from outside: tests plant a plugin that loses messages, or a subscriber that is slow to drain. */
export interface ComposeExtras {
  readonly plugins?: readonly RoutingPlugin[] | undefined;
  /** Called when everything is in its place, before anything runs. */
  readonly onComposed?: ((demo: Composition) => void) | undefined;
  readonly clock?: Clock | undefined;
  /** How long the timeline waits for a reaction before it counts as lost, in real milliseconds. */
  readonly patienceMs?: number | undefined;
}

/** The whole demo, put together and not yet running. */
export interface Composition {
  readonly options: DemoOptions;
  readonly clock: Clock;
  /** One line for people about where the events come from. */
  readonly source: string;
  /** What has to be known about the data, as far as they have been read. */
  readonly caution: () => string | undefined;
  readonly sourceSummary: () => SourceSummary;
  readonly feed: Feed;
  readonly replay: ReplayFeed | undefined;
  readonly bus: BufferedMessageBusClient<DemoTopics>;
  readonly reader: BusReader;
  readonly ledger: ReactionLedger;
  readonly publisher: EventPublisher;
  readonly timeline: Timeline;
  readonly deliveries: DeliveryCounts;
  readonly log: EventLog;
  readonly census: Census;
  readonly topOfBook: TopOfBook;
  readonly bars: Bars;
  readonly strategy: Strategy;
  readonly riskCheck: RiskCheck;
  readonly positions: Positions;
  readonly spreadMonitor: SpreadMonitor;
  /** Of the simulated venues only: of a recording neither fees nor grids are known. */
  readonly arbitrage: ArbitrageDesk | undefined;
  /** Undefined with `--static`. */
  readonly learned: LearnedDesk | undefined;
}

/**
 * Puts the demo together: a feed, the timeline that writes, the bus, and the subscribers. A further capability is one more file and one
 * more line here.
 *
 * @throws DemoError `NO_RECORDING` or `UNREADABLE_RECORDING` when there is nothing to replay.
 */
export async function compose(options: DemoOptions, extras: ComposeExtras = {}): Promise<Composition> {
  const { clock = systemClock, plugins = [] } = extras;
  const { speed } = options;
  const replay = options.replayPath === undefined ? undefined : await ReplayFeed.open(options.replayPath);
  const feed: Feed = replay ?? new Simulation({ seed: options.seed });
  const log = new EventLog();
  const onNotice = (text: string): void => log.add({ atMicros: timeline.nowMicros, kind: 'system', text });
  const learned = options.static ? undefined : new LearnedDesk(log);
  await learned?.start();
  const { bus, reader } = createBus({
    clock,
    plugins: [...plugins, ...(learned?.plugins ?? [])],
    scheduler: learned?.scheduler,
    onNotice,
  });
  const ledger = new ReactionLedger();
  const publisher = new EventPublisher(bus.untyped(), ledger);
  const timeline: Timeline = new Timeline({
    feed,
    publisher,
    ledger,
    clock,
    endMicros: endOf(options),
    onSkip: (silence) => noteSilence(log, silence),
    patienceMs: extras.patienceMs,
    pacer: new Pacer({ clock, speed }),
  });
  const deliveries = new DeliveryCounts();
  const desk: Desk = {
    bus,
    clock,
    deliveries,
    log,
    ledger,
    listings: feed.listings,
    startNs: feed.startNs,
    areVenuesComparable: () => replay?.progress.isRetimed !== true,
    schedule: (atMicros: number, publication: Publication, tieKey: string) =>
      timeline.schedule(atMicros, publication, tieKey),
  };
  startExecutionGateway(desk, feed);
  const demo: Composition = {
    options,
    clock,
    source: describeSource(options, replay),
    caution: () => cautionOf(replay),
    sourceSummary: () => summarizeSource(options, replay),
    feed,
    replay,
    bus,
    reader,
    ledger,
    publisher,
    timeline,
    deliveries,
    log,
    census: new Census(desk),
    topOfBook: new TopOfBook(desk),
    bars: new Bars(desk),
    strategy: new Strategy(desk, speed),
    riskCheck: new RiskCheck(desk),
    positions: new Positions(desk),
    spreadMonitor: new SpreadMonitor(desk, speed),
    arbitrage: replay === undefined ? new ArbitrageDesk(desk, seededRandom(options.seed)) : undefined,
    learned,
  };
  extras.onComposed?.(demo);
  return demo;
}

function endOf({ seconds }: DemoOptions): number {
  return seconds === undefined ? Number.POSITIVE_INFINITY : Math.round(seconds * MICROS_PER_SECOND);
}

function noteSilence(log: EventLog, { fromMicros, toMicros }: Silence): void {
  const text = `skipped ${formatLongTime(toMicros - fromMicros)} without an event`;
  log.add({ atMicros: toMicros, kind: 'market', text });
}

function describeSource(options: DemoOptions, replay: ReplayFeed | undefined): string {
  if (replay === undefined) return `${VENUES.length} simulated venues · seed ${options.seed}`;
  const { files } = replay.progress;
  return files.length === 1 ? `replay of ${basename(files[0] ?? '')}` : `replay of ${files.length} recordings`;
}

function cautionOf(replay: ReplayFeed | undefined): string | undefined {
  if (replay?.progress.isRetimed === true) return 'RE-TIMED: prices of different times, for plumbing and load only';
  if (replay?.progress.isReplica === true) return 'SYNTHETIC: venues made from the recording of one';
  return undefined;
}

function summarizeSource(options: DemoOptions, replay: ReplayFeed | undefined): SourceSummary {
  if (replay === undefined) return { mode: 'simulation', seed: options.seed, venues: VENUES.map(({ name }) => name) };
  const { files, rejected, isRetimed, isReplica } = replay.progress;
  return {
    mode: 'replay',
    files: files.map((file) => basename(file)),
    retimed: isRetimed,
    replica: isReplica,
    rejected,
  };
}

const MICROS_PER_SECOND = 1_000_000;
