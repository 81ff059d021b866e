import type { Quote, RoutingPlugin } from '@tradewind/core-types';
import { measureCpu } from '../../../../tooling/bench/measure.ts';
import type { Contender, Workload } from '../../../../tooling/bench/workload.ts';
import { MarketRegimeDetector, RegimePolicy } from '../../src/index.ts';
import { StillContext, routable } from '../fixtures/client-objects.ts';
import { NOW_MS } from '../fixtures/still-lanes.ts';

const MESSAGES = 400_000;
const INSTRUMENTS = 16;
/** What a decision may cost, in nanoseconds. */
const MOST_NS = 2_000;

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
const VOLATILE = { regime: 'VOLATILE', confidence: 0.9, newsEvent: false, session: 'main', sinceMs: 0 };

/** Quotes of all instruments in turn, so many per instrument and observation. */
function quotes(perObservation: number, plugin: () => RoutingPlugin | undefined): Contender {
  return (scale) => {
    const own = plugin();
    const context = new StillContext({ fact: VOLATILE });
    const message = routable();
    const stepMs = 1_000 / (perObservation * INSTRUMENTS);
    // Goes on through all runs: a market's time does not go back.
    let atMs = NOW_MS;
    let at = 0;
    return measureCpu(scale.count(MESSAGES), (count) => {
      for (let i = 0; i < count; i += 1) {
        message.topic = TOPICS[at % INSTRUMENTS] as string;
        message.payload = QUOTES[at % QUOTES.length];
        atMs += stepMs;
        at += 1;
        message.publishedAtMs = context.nowMs = atMs;
        own?.route?.(message, context);
      }
    });
  };
}

const detector = (): RoutingPlugin => new MarketRegimeDetector().plugin;

const other: Contender = (scale) => {
  const plugin = detector();
  const context = new StillContext();
  const message = routable('commands.order.DESK');
  message.payload = { clientOrderId: 'a' };
  return measureCpu(scale.count(MESSAGES), (count) => {
    for (let i = 0; i < count; i += 1) plugin.route?.(message, context);
  });
};

export const workloads: readonly Workload[] = [
  {
    name: 'regimes-quotes',
    title: 'A quote, 25 per observation and instrument',
    work: `Quotes of ${INSTRUMENTS} instruments through the plugin of the detector, and through that of the policy; beside them the same loop without a plugin.`,
    contenders: {
      detector: quotes(25, detector),
      policy: quotes(25, () => new RegimePolicy().plugin),
      'no plugin': quotes(25, () => undefined),
    },
    targets: [{ metric: 'cpuNsPerOperation', of: 'detector', atMost: MOST_NS, unit: 'ns' }],
  },
  {
    name: 'regimes-observations',
    title: 'A quote that closes an observation',
    work: 'The same with one quote per observation and instrument: features, classifier and filter with every message.',
    contenders: { detector: quotes(1, detector), 'no plugin': quotes(1, () => undefined) },
    targets: [{ metric: 'cpuNsPerOperation', of: 'detector', atMost: MOST_NS, unit: 'ns' }],
  },
  {
    name: 'regimes-other',
    title: 'A message that is no tick',
    work: 'An order through the plugin of the detector.',
    contenders: { detector: other },
    targets: [],
  },
];
