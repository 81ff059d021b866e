import type { Visitor } from '../access/permissions.ts';
import type { ActLog } from '../actions/act-log.ts';
import { missing } from '../actions/body.ts';
import { storeOf } from '../actions/dead-letter-actions.ts';
import type { Activity } from '../activity/activity.ts';
import type { DashboardSettings } from '../options.ts';
import { alertDesksOf, alertsOf } from '../snapshot/alerts.ts';
import { deadLettersOf } from '../snapshot/dead-letters.ts';
import { explanationOf } from '../snapshot/explanation.ts';
import { healthOf } from '../snapshot/health.ts';
import { isChart, type HistoryQuery, type Store } from '../snapshot/charts.ts';
import { historyOf } from '../snapshot/history.ts';
import { optimizerOf } from '../snapshot/optimizer.ts';
import { routingOf } from '../snapshot/routing.ts';
import { runbookAnswer } from '../snapshot/runbook.ts';
import { sessionOf } from '../snapshot/session.ts';
import { topicsOf } from '../snapshot/topics.ts';
import { transportsOf } from '../snapshot/transports.ts';
import { venuesOf } from '../snapshot/venues.ts';
import type { WatchedBus } from '../sources/watched-bus.ts';
import type { Live } from '../streaming/live.ts';
import type { JsonText } from './answer.ts';
import { historyText } from './history-text.ts';
import { Parameters } from './parameters.ts';
import type { Turns } from './turns.ts';

/** What answers are made from. */
export interface ReadContext {
  readonly settings: DashboardSettings;
  readonly buses: readonly WatchedBus[];
  readonly live: Live;
  readonly acts: ActLog;
  readonly activityOf: (bus: WatchedBus) => Activity;
  readonly version: string;
  /** Long works are done with these. */
  readonly turns: Turns;
}

/** One read: who asks, and with which parameters. */
interface Reading {
  readonly visitor: Visitor;
  readonly parameters: Parameters;
  readonly context: ReadContext;
}

type Read = (reading: Reading) => object | null | Promise<object | null>;

/**
 * Answers a GET below `/api`.
 *
 * @returns Undefined where there is no such path. Rejects with a `MonitoringError` or `ValidationError` that says what is wrong with the request.
 */
export async function answerRead(
  path: string,
  query: URLSearchParams,
  { visitor, context }: Pick<Reading, 'visitor' | 'context'>,
): Promise<object | null | undefined> {
  const parameters = new Parameters(query);
  if (path.startsWith(RUNBOOKS)) return runbook(path.slice(RUNBOOKS.length), context);
  const read = READS.get(path);
  return read === undefined ? undefined : read({ visitor, parameters, context });
}

/** The bus that is asked for, by default the first. @throws MonitoringError `NOT_FOUND` */
export function busOf(buses: readonly WatchedBus[], name: string | undefined): WatchedBus {
  const bus = name === undefined ? buses[0] : buses.find((one) => one.name === name);
  if (bus === undefined) throw missing(`the bus ${name}`);
  return bus;
}

const READS: ReadonlyMap<string, Read> = new Map<string, Read>([
  [
    '/api/session',
    async ({ visitor, context: { buses, live, settings, version } }) => {
      await live.collector.fresh();
      const { clock, frameEveryMs } = settings;
      return sessionOf(visitor, buses, { version, nowMs: clock.now(), frameEveryMs });
    },
  ],
  ['/api/history', history],
  ['/api/topics', topics],
  [
    '/api/transports',
    async ({ parameters, context }) => {
      const buses = busesOf(context, parameters);
      await context.live.collector.fresh();
      return transportsOf(buses, context.live.readingOf);
    },
  ],
  [
    '/api/venues',
    async ({ parameters, context }) => {
      const buses = busesOf(context, parameters);
      await context.live.collector.fresh();
      return venuesOf(buses, context.live.readingOf);
    },
  ],
  ['/api/routing', routing],
  ['/api/alerts', ({ context }) => alertsOf(alertDesksOf(context.buses))],
  ['/api/alerts/explanation', explanation],
  ['/api/health', ({ context }) => healthOf(context.buses)],
  ['/api/optimizer', ({ context }) => optimizerOf(context.buses)],
  ['/api/acts', ({ context }) => context.acts.answer()],
  ['/api/dead-letters', deadLetters],
]);

/** One bus, or all of them. */
function busesOf({ buses }: ReadContext, parameters: Parameters): readonly WatchedBus[] {
  const name = parameters.text('bus');
  return name === undefined ? buses : [busOf(buses, name)];
}

function history({ parameters, context: { buses, live, settings, turns } }: Reading): Promise<JsonText> {
  const chart = parameters.required('series');
  if (!isChart(chart)) throw missing(`the chart ${chart}`);
  const bus = busOf(buses, parameters.text('bus'));
  const nowMs = settings.clock.now();
  const toMs = parameters.number('to', nowMs, [0, MAX_TIME_MS]);
  const fromMs = parameters.number('from', toMs - HOUR_MS, [0, MAX_TIME_MS]);
  const quantile = parameters.number('quantile', 0.99, [0, 1]);
  const { history: store, isWhileWatched } = live.collector;
  const query = { chart, bus: bus.name, fromMs, toMs, quantile, whileWatched: isWhileWatched };
  return turns.run(writtenHistory(store, query));
}

function* writtenHistory(store: Store, query: HistoryQuery): Generator<void, JsonText> {
  return yield* historyText(yield* historyOf(store, query));
}

function topics({ parameters, context: { buses, activityOf, settings } }: Reading): object {
  const bus = busOf(buses, parameters.text('bus'));
  const limit = parameters.integer('limit', 200, [1, 2_000]);
  const stretch = activityOf(bus).read();
  return topicsOf(bus, stretch, { pattern: parameters.text('pattern'), limit, nowMs: settings.clock.now() });
}

async function routing({ visitor, parameters, context }: Reading): Promise<object> {
  const buses = busesOf(context, parameters);
  const limit = parameters.integer('limit', 100, [1, 500]);
  await context.live.collector.fresh();
  const query = { pattern: parameters.text('pattern'), limit, payloads: visitor.payloads };
  return routingOf(buses, context.live.readingOf, query);
}

function explanation({ parameters, context: { buses, settings } }: Reading): object {
  const id = parameters.required('id');
  const found = explanationOf(alertDesksOf(buses), id, settings.clock.now());
  if (found === undefined) throw missing(`the alert ${id}`);
  return found;
}

function runbook(name: string, { buses }: ReadContext): object {
  const found = runbookAnswer(alertDesksOf(buses), name);
  if (found === undefined) throw missing(`the rule ${name}`);
  return found;
}

function deadLetters({ visitor, parameters, context: { buses } }: Reading): Promise<object> {
  const store = parameters.required('store');
  return deadLettersOf(storeOf(buses, store), {
    store,
    pattern: parameters.text('pattern'),
    id: parameters.text('id'),
    after: parameters.text('after'),
    limit: parameters.integer('limit', 100, [1, 500]),
    payloads: visitor.payloads,
  });
}

const RUNBOOKS = '/api/runbooks/';
const HOUR_MS = 3_600_000;
const MAX_TIME_MS = 8.64e15;
