import { BufferedMessageBusClient } from '@tradewind/core';
import { ManualClock } from '@tradewind/core/testing';
import { Priority, type Outcome, type RoutingPlugin } from '@tradewind/core-types';
import { MarketRegimeDetector, RegimePolicy } from '../../src/index.ts';
import { Dice } from '../random.ts';
import { HOME_MARKET } from './characters.ts';
import { SimulatedMarket, START_MS } from './market.ts';

/** Who decides: nobody; every quote conflated whatever the market does; or the policy, by the detector's reading. */
export const ARMS = ['as declared', 'always conflated', 'by regime'] as const;
export type Arm = (typeof ARMS)[number];

/** What a desk's load came to on one client. */
export interface ArmResult {
  /** Mean distance of the price of a handled quote from the price at that moment, in usual returns of a second. */
  readonly staleness: number;
  /** The part of the quotes that nobody saw. */
  readonly lost: number;
  /** Of orders, in milliseconds. */
  readonly orderP99Ms: number;
  /** Staleness, and what a quote that nobody saw costs. */
  readonly cost: number;
}

/** A quote that nobody saw costs as much as one that is off by so many usual returns. Chosen before anything was run. */
export const LOST_COST = 0.1;

/**
 * A desk's load through a real client in simulated time, one worker: quotes and trades of three instruments, each with its own regimes, as
 * quotes of 13 ms, trades of 9 ms and, after one trade in five, an order of 5 ms in lane HIGH. In normal times the worker is busy for about three fifths
 * of the time; where instruments are volatile it cannot keep up.
 */
export async function playDesk(arm: Arm, seed: number, observations: number): Promise<ArmResult> {
  const messages = deskMessages(seed, observations);
  const clock = new ManualClock({ startMs: START_MS });
  const detector = new MarketRegimeDetector();
  const policy = new RegimePolicy();
  const fates = { superseded: 0 };
  const plugins = [...pluginsOf(arm, detector, policy), counter(fates)];
  const client = new BufferedMessageBusClient({
    clock,
    workers: { min: 1, max: 1 },
    lanes: { NORMAL: { capacity: 1_000_000 }, HIGH: { capacity: 1_000_000 } },
    pluginBudgetMicros: 1_000_000,
    plugins,
  });
  const prices = new Map<string, number>();
  const orderWaits: number[] = [];
  let staleness = 0;
  let handled = 0;
  client.subscribe('data.quotes.*', (payload, { topic }) => {
    const { mid, usual } = (payload as DeskPayload).desk;
    staleness += Math.min(20, Math.abs(Math.log((prices.get(topic) ?? mid) / mid)) / usual);
    handled += 1;
    return busy(clock, 13);
  });
  client.subscribe('data.trades.*', () => busy(clock, 9));
  client.subscribe('commands.*', (_, { publishedAtMs }) => {
    orderWaits.push(clock.now() - publishedAtMs);
    return busy(clock, 5);
  });
  const tuning =
    arm === 'by regime' ? policy.tune({ target: client, reading: () => detector.reading(), clock }) : undefined;
  let quotes = 0;
  for (const message of messages) {
    if (message.atMs > clock.now()) await clock.advance(message.atMs - clock.now());
    if (message.kind === 'quote') {
      quotes += 1;
      prices.set(message.topic, message.payload.desk.mid);
    }
    const priority = message.kind === 'order' ? Priority.HIGH : Priority.NORMAL;
    client.publish(message.topic, message.payload, { priority });
  }
  await clock.advance(DRAIN_MS);
  tuning?.[Symbol.dispose]();
  await client.close();
  const lost = fates.superseded / quotes;
  if (handled + fates.superseded !== quotes) {
    throw new Error(`Expected ${quotes} quotes handled or superseded, came ${handled} and ${fates.superseded}.`);
  }
  orderWaits.sort((a, b) => a - b);
  const mean = staleness / handled;
  return {
    staleness: mean,
    lost,
    orderP99Ms: orderWaits[Math.floor(orderWaits.length * 0.99)] ?? Number.NaN,
    cost: mean + LOST_COST * lost,
  };
}

interface DeskPayload {
  readonly desk: { readonly mid: number; readonly usual: number };
}

interface DeskMessage {
  readonly kind: 'quote' | 'trade' | 'order';
  readonly atMs: number;
  readonly topic: string;
  readonly payload: DeskPayload & Readonly<Record<string, unknown>>;
}

function pluginsOf(arm: Arm, detector: MarketRegimeDetector, policy: RegimePolicy): readonly RoutingPlugin[] {
  if (arm === 'as declared') return [];
  if (arm === 'by regime') return [detector.plugin, policy.plugin];
  return [
    {
      name: 'always-conflate',
      route: ({ topic }) =>
        topic.startsWith('data.quotes.') ? { conflateBy: topic, reason: 'the newest counts' } : undefined,
    },
  ];
}

function counter(fates: { superseded: number }): RoutingPlugin {
  return {
    name: 'counter',
    observe({ kind }: Outcome): void {
      if (kind === 'superseded') fates.superseded += 1;
    },
  };
}

function deskMessages(seed: number, observations: number): readonly DeskMessage[] {
  const dice = new Dice(seed * 31 + 7);
  const messages: DeskMessage[] = [];
  for (let instrument = 0; instrument < INSTRUMENTS; instrument += 1) {
    const instrumentId = `SIM${instrument}.VENUE`;
    // The same number of ticks for each instrument, so that no load is decided by a draw.
    const character = { ...HOME_MARKET, quotes: { least: 12, most: 12 }, trades: { least: 4, most: 4 } };
    const market = new SimulatedMarket(character, seed * 10 + instrument, observations);
    let mid = 0;
    market.play({
      quote({ atMs, bid, ask, bidSize, askSize }) {
        mid = (bid + ask) / 2;
        const figures = { bidPrice: text(bid), askPrice: text(ask), bidSize: text(bidSize), askSize: text(askSize) };
        const payload = { type: 'quote', instrumentId, ...figures, desk: { mid, usual: market.usualReturn } };
        messages.push({ kind: 'quote', atMs, topic: `data.quotes.VENUE.SIM${instrument}`, payload });
      },
      trade({ atMs, price, size, side }) {
        const desk = { mid, usual: market.usualReturn };
        const aggressorSide = side > 0 ? 'BUYER' : 'SELLER';
        const payload = { type: 'trade', instrumentId, price: text(price), size: text(size), aggressorSide, desk };
        messages.push({ kind: 'trade', atMs, topic: `data.trades.VENUE.SIM${instrument}`, payload });
        if (dice.next() < 0.2) messages.push({ kind: 'order', atMs, topic: 'commands.order.SIM', payload: { desk } });
      },
    });
  }
  return messages.toSorted((a, b) => a.atMs - b.atMs);
}

function text(value: number): string {
  return value.toFixed(12);
}

function busy(clock: ManualClock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(resolve, ms);
  });
}

const INSTRUMENTS = 3;
const DRAIN_MS = 3_600_000;
