import type { RegimeReading } from '../../src/index.ts';
import { MARKET_REGIMES } from '../../src/regimes/market-regime.ts';
import { Dice } from '../random.ts';
import { HOME_MARKET } from '../regimes/characters.ts';
import { detectIn } from '../regimes/replay.ts';
import { poisson } from './arrivals.ts';
import { makeTrace, type Scenario } from './scenarios.ts';
import type { SimulatedTopic, Trace } from './trace.ts';

/** A load that a market brings, and what is known of that market while it does. */
export interface RegimeLoad {
  readonly trace: Trace;
  /** The regime that the market is really in, at a moment of the trace. */
  readonly truth: (atMs: number) => RegimeReading;
  /** What the detector has made of the market's ticks by then. */
  readonly detected: (atMs: number) => RegimeReading;
}

/** What a regime does to a load: how busy it keeps the workers, and what becomes of the time that messages have. */
const BUSY = { NORMAL: 0.75, VOLATILE: 1, TRENDING: 0.85, RANGING: 0.75, ILLIQUID: 0.6 } as const;
const ALLOWED = { NORMAL: 1, VOLATILE: 0.5, TRENDING: 0.8, RANGING: 1, ILLIQUID: 2 } as const;
/** How many times as long a handler takes in a regime, at most, and at least one part of it; drawn for each regime, topic and seed. */
const LONGER = 2;
const MESSAGES_PER_OBSERVATION = 30;
const LOADS: readonly Scenario[] = [
  { name: 'market', what: 'rate and service times by regime', arrivals: poisson, utilization: 1 },
  { name: 'market-deadlines', what: 'deadlines by regime as well', arrivals: poisson, utilization: 1, deadlines: true },
];

/** The loads by name. */
export const REGIME_LOADS: readonly string[] = LOADS.map(({ name }) => name);

/**
 * A load that follows a simulated market through its regimes: how much comes, how long the handlers of each topic take and how much time messages have, all change with the regime.
 *
 * The same topics as in the other loads. An observation of the market is as long as thirty messages take to come on average, so that some ten spells fit into a run.
 */
export function makeRegimeLoad(name: string, seed: number, messages: number): RegimeLoad {
  const scenario = LOADS.find((each) => each.name === name);
  if (scenario === undefined) throw new Error(`Expected one of ${REGIME_LOADS.join(', ')}; got "${name}".`);
  const plain = makeTrace(scenario, seed, messages);
  const observations = Math.ceil((2 * messages) / MESSAGES_PER_OBSERVATION);
  const readings = detectIn(HOME_MARKET, seed, observations);
  const startMs = plain.arrivedAtMs[0] as number;
  const spanMs = (plain.arrivedAtMs[messages - 1] as number) - startMs;
  const observationMs = (spanMs / messages) * MESSAGES_PER_OBSERVATION;
  const place = (regimes: Uint8Array, atMs: number, late: number): number =>
    regimes[Math.min(observations - 1, Math.max(0, Math.floor((atMs - startMs) / observationMs) - late))] as number;
  const truePlace = (atMs: number): number => place(readings.truth.regime, atMs, 0);
  const topics = topicsByRegime(plain.topics, { seed, truePlace });
  return {
    trace: bent(plain, topics, truePlace),
    truth: (atMs) => reading(truePlace(atMs), atMs),
    // What an observation came to is known when it is over.
    detected: (atMs) => reading(place(readings.regime, atMs, 1), atMs),
  };
}

/** Their handlers take other times in each regime. */
function topicsByRegime(
  topics: readonly SimulatedTopic[],
  { seed, truePlace }: { readonly seed: number; readonly truePlace: (atMs: number) => number },
): readonly SimulatedTopic[] {
  const dice = new Dice(seed * 77 + 5);
  return topics.map((topic) => {
    const factors = MARKET_REGIMES.map((regime) =>
      regime === 'NORMAL' || topic.rightful === 0 ? 1 : dice.logBetween(1 / LONGER, LONGER),
    );
    return { ...topic, meanMs: (atMs) => topic.meanMs(atMs) * (factors[truePlace(atMs)] as number) };
  });
}

/** The same messages at the times, with the services and the deadlines of the regime in which they come. */
function bent(plain: Trace, topics: readonly SimulatedTopic[], truePlace: (atMs: number) => number): Trace {
  const messages = plain.topic.length;
  const arrivedAtMs = new Float64Array(messages);
  const deadlineMs = new Float64Array(messages);
  const servedMs = new Float64Array(messages);
  const count = new Float64Array(topics.length);
  for (const topic of plain.topic) count[topic] = (count[topic] as number) + 1;
  let nowMs = plain.arrivedAtMs[0] as number;
  for (let message = 0; message < messages; message += 1) {
    const plainMs = plain.arrivedAtMs[message] as number;
    const sinceMs = message === 0 ? 0 : plainMs - (plain.arrivedAtMs[message - 1] as number);
    const regime = MARKET_REGIMES[truePlace(nowMs)] ?? 'NORMAL';
    nowMs += (sinceMs * longer(topics, plain.topics, { count, nowMs, plainMs })) / BUSY[regime];
    const at = plain.topic[message] as number;
    const topic = topics[at] as SimulatedTopic;
    const before = plain.topics[at] as SimulatedTopic;
    arrivedAtMs[message] = nowMs;
    const part = topic.rightful === 0 ? 1 : ALLOWED[MARKET_REGIMES[truePlace(nowMs)] ?? 'NORMAL'];
    deadlineMs[message] = nowMs + topic.allowanceMs * part;
    servedMs[message] = ((plain.servedMs[message] as number) * topic.meanMs(nowMs)) / before.meanMs(plainMs);
  }
  return { topics, workers: plain.workers, steady: false, topic: plain.topic, arrivedAtMs, deadlineMs, servedMs };
}

/** By how much the work of all topics together is more than it was: the rate makes up for it. */
function longer(
  topics: readonly SimulatedTopic[],
  plain: readonly SimulatedTopic[],
  at: { readonly count: Float64Array; readonly nowMs: number; readonly plainMs: number },
): number {
  let work = 0;
  let before = 0;
  for (const [each, { meanMs }] of topics.entries()) {
    work += (at.count[each] as number) * meanMs(at.nowMs);
    before += (at.count[each] as number) * (plain[each] as SimulatedTopic).meanMs(at.plainMs);
  }
  return work / before;
}

function reading(place: number, atMs: number): RegimeReading {
  const regime = MARKET_REGIMES[place] ?? 'NORMAL';
  return { regime, confidence: 1, newsEvent: false, session: 'main', sinceMs: atMs };
}
