// What a message costs the regime detector and its policy.
//
// Quotes of 16 instruments are routed through the plugin, with prices that change: with 25 quotes per instrument and observation, as a busy venue sends
// them, and with one, so that every message closes an observation. Then messages that are no ticks, and the policy's look at each of them.
import { setTimeout as sleep } from 'node:timers/promises';
import type { FactKey, PathLoad, Quote, RoutableMessage, RoutingContext, RoutingPlugin } from '@tradewind/core-types';
import { MarketRegimeDetector, RegimePolicy } from '../src/index.ts';
import { countCollections, cpuNs, median, type BenchPart } from './measure.ts';

/** What a decision may cost. */
const TARGET_NS = 2_000;
const START_MS = 1_704_067_200_000;
const INSTRUMENTS = 16;

export const regimesBench: BenchPart = {
  name: 'regimes',
  async run(quick) {
    const rounds = quick ? 3 : 9;
    const messages = quick ? 100_000 : 400_000;
    const collections = countCollections();
    for (const perObservation of [25, 1]) {
      const { plugin } = new MarketRegimeDetector();
      const own = median(
        rounds,
        () => routeNs(messages, perObservation, routeOf(plugin)) - routeNs(messages, perObservation, none),
      );
      const verdict = own <= TARGET_NS ? '' : ', MISSED';
      console.log(`a quote, ${perObservation} per observation: ${own.toFixed(0)} ns (at most ${TARGET_NS}${verdict})`);
    }
    const detector = new MarketRegimeDetector();
    const { plugin } = detector;
    const others = median(rounds, () => orderNs(messages, routeOf(plugin)) - orderNs(messages, none));
    console.log(`a message that is no tick: ${others.toFixed(0)} ns`);
    const policy = new RegimePolicy().plugin;
    const adapted = median(rounds, () => routeNs(messages, 25, routeOf(policy)) - routeNs(messages, 25, none));
    console.log(`the policy's look at a quote: ${adapted.toFixed(0)} ns`);
    await sleep(20);
    console.log(`collections meanwhile: ${collections()}`);
  },
};

type Route = (message: RoutableMessage, context: RoutingContext) => unknown;

function routeOf(plugin: RoutingPlugin): Route {
  return (message, context) => plugin.route?.(message, context);
}

function none(): undefined {
  return undefined;
}

/** One fact, and nothing else: what a client's context does on the hot path. */
class Context implements RoutingContext {
  nowMs = START_MS;
  readonly paths: readonly string[] = [];
  #fact: unknown = { regime: 'VOLATILE', confidence: 0.9, newsEvent: false, session: 'main', sinceMs: 0 };

  fact<T>(_key: FactKey<T>): T | undefined {
    return this.#fact as T | undefined;
  }

  set<T>(_key: FactKey<T>, value: T): void {
    this.#fact = value;
  }

  load(): PathLoad | undefined {
    return undefined;
  }
}

function routeNs(messages: number, perObservation: number, route: Route): number {
  const context = new Context();
  const stepMs = 1_000 / (perObservation * INSTRUMENTS);
  const quotes = QUOTES;
  const message = routable();
  let i = 0;
  return cpuNs(messages, () => {
    const quote = quotes[i % quotes.length] as Quote;
    message.topic = TOPICS[i % INSTRUMENTS] as string;
    message.payload = quote;
    clockMs += stepMs;
    message.publishedAtMs = clockMs;
    context.nowMs = clockMs;
    i += 1;
    return route(message, context) === null ? 1 : 0;
  });
}

function orderNs(messages: number, route: Route): number {
  const context = new Context();
  const message = routable();
  message.topic = 'commands.order.DESK';
  message.payload = { clientOrderId: 'a' };
  return cpuNs(messages, () => (route(message, context) === null ? 1 : 0));
}

function routable(): { -readonly [Key in keyof RoutableMessage]: RoutableMessage[Key] } {
  return {
    topic: '',
    payload: undefined,
    sequence: 1,
    priority: 2,
    declaredPriority: 2,
    publishedAtMs: START_MS,
    orderingKey: undefined,
    expiresAtMs: undefined,
    headers: undefined,
    path: undefined,
  };
}

/** Goes on through all rounds, since a market's time does not go back. */
let clockMs = START_MS;
const TOPICS: readonly string[] = Array.from({ length: INSTRUMENTS }, (_, at) => `data.quotes.VENUE.SIM${at}`);
const QUOTES: readonly Quote[] = Array.from({ length: INSTRUMENTS * 64 }, (_, at) => {
  const cents = 6_182_400 + ((at * 7_919) % 97);
  return {
    type: 'quote',
    instrumentId: `SIM${at % INSTRUMENTS}.VENUE`,
    tsEventNs: null,
    tsInitNs: 0n,
    sequence: at,
    bidPrice: `${cents / 100}`,
    bidSize: `${((at * 31) % 900) / 1_000 + 0.1}`,
    askPrice: `${(cents + 3) / 100}`,
    askSize: `${((at * 17) % 900) / 1_000 + 0.1}`,
  } as unknown as Quote;
});
