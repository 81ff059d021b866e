import { createRequire } from 'node:module';
import type { MetricsSink, MetricsSource } from '@tradewind/core-types';
import { Logins } from './access/logins.ts';
import { ActLog } from './actions/act-log.ts';
import { Activity } from './activity/activity.ts';
import { Turns } from './answering/turns.ts';
import { Assets } from './assets.ts';
import { Handler } from './handler.ts';
import { resolveDashboardOptions, type DashboardOptions } from './options.ts';
import { WatchedBus } from './sources/watched-bus.ts';
import { Live } from './streaming/live.ts';
import { Streams } from './streaming/streams.ts';
import { Tail } from './tail/tail.ts';
import type { RequestHandler } from '../serving/handler.ts';

/**
 * A web page for the operators of one bus or many, to be mounted in a server that is there; `serveDashboard` brings one of its own.
 *
 * Safe by default: without `tokens` it answers this machine alone; a foreign `Host`, `Origin` or site is refused; nothing of the page is inline. It
 * reads the buses once a second while somebody looks, whoever they are and however many, and not at all otherwise.
 */
export interface Dashboard extends AsyncDisposable, MetricsSource {
  /**
   * Answers one request; it has to be given the whole URL, prefix included. It never throws, whatever comes. A URL that is not below the prefix is a 404.
   */
  readonly handler: RequestHandler;
  /** How many streams are open: pages and tails. */
  readonly streams: number;
  /** How many streams are open, and how many wrong tokens came. */
  collect(into: MetricsSink): void;
  /** Ends all streams and stops looking; the buses, alerts and remediators go on. Again: the same promise. */
  close(): Promise<void>;
}

/**
 * Makes a dashboard. What it shows it finds by itself: alerts, remedies, dead letters, traces, opportunities among the parts of the monitorings; a screen without a source stays hidden.
 *
 * @throws ValidationError `INVALID_OPTIONS` with every issue.
 * @throws MonitoringError `TOKEN_REQUIRED` where others can reach it by `allowedHosts` and there are no tokens.
 */
export function createDashboard(options: DashboardOptions): Dashboard {
  const settings = resolveDashboardOptions(options);
  const { monitorings, beside, clock, prefix, allowedHosts, local, secureCookie, tokens } = settings;
  const logins = new Logins({ tokens, now: () => clock.now(), logger: settings.logger });
  const streams = new Streams(settings, logins);
  // What is given beside belongs to the first bus; the alerts are those of all.
  const buses = monitorings.map((monitoring, index) => new WatchedBus(monitoring, index === 0 ? beside : {}));
  const acts = new ActLog(settings.logger);
  const live = new Live(settings, buses, { streams, acts });
  const tail = new Tail(settings);
  const activities = new Map(buses.map((bus) => [bus, new Activity(bus, settings)]));
  const handler = new Handler({
    gate: { prefix, allowedHosts, local, logins, secureCookie },
    logins,
    streams,
    tail,
    assets: new Assets(),
    context: {
      settings,
      buses,
      live,
      acts,
      version: packageVersion(),
      turns: new Turns(),
      activityOf: (bus) => activities.get(bus) as Activity,
    },
  });
  let closing: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    streams.close();
    tail.close();
    for (const activity of activities.values()) activity.close();
    await live.collector.close();
  };
  const close = (): Promise<void> => (closing ??= end());
  return {
    handler: (request, response) => handler.handle(request, response),
    get streams() {
      return streams.size;
    },
    collect: (into) => {
      into.describe('tradewind_dashboard_streams', 'Streams of the dashboard that are open: pages and tails.');
      into.gauge('tradewind_dashboard_streams', streams.size);
      into.describe('tradewind_dashboard_wrong_tokens_total', 'Tokens that came to the dashboard and were wrong.');
      into.counter('tradewind_dashboard_wrong_tokens_total', logins.wrongTokens);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Of this package, wherever it is installed. */
function packageVersion(): string {
  const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string };
  return version;
}
