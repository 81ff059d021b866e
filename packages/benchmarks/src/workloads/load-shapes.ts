import { burstyLoad } from '../load/bursty-load.ts';
import { readInterArrivals } from '../load/read-inter-arrivals.ts';
import { realisticLoad } from '../load/realistic-load.ts';
import { recordedArrivals, RECORDED_ARRIVALS } from '../load/recorded-data.ts';
import { rampLoad, spikeLoad } from '../load/steady-shapes.ts';
import { tradingDayLoad } from '../load/trading-day.ts';
import { latencyUnder } from './latency.ts';
import type { Workload } from './workload.ts';

const PER_SECOND = 10_000;
/** Far above what a bus of a busy day sees: slow ones fall behind before the end. */
const HIGHEST_PER_SECOND = 100_000;
const CALM_PER_SECOND = 5000;
/** The spike: from half of the run on, for a tenth of it. */
const SPIKE_AT = 0.5;
const SPIKE_FOR = 0.1;
/** Of the recording: 28 seconds, of which a run draws where it begins. */
const RECORDED_LINES = 20_000;

/** Latency when messages come as markets bring them. */
export const burstyLatency: Workload = latencyUnder({
  name: 'latency-bursty',
  offers: 'Offers 10,000 messages a second on average in Hawkes bursts,',
  shapes: () => (durationMs) => burstyLoad({ perSecond: PER_SECOND, durationMs }),
});

/** Latency while the rate rises: where a bus stops keeping up. */
export const rampLatency: Workload = latencyUnder({
  name: 'latency-ramp',
  offers: 'Offers a rate that rises from 0 to 100,000 messages a second along a straight line,',
  shapes: () => (durationMs) => rampLoad({ fromPerSecond: 0, toPerSecond: HIGHEST_PER_SECOND, durationMs }),
});

/** Latency through a sudden excess, and after it. */
export const spikeLatency: Workload = latencyUnder({
  name: 'latency-spike',
  offers: 'Offers 5,000 messages a second, evenly, and 100,000 for a tenth of the time in the middle,',
  shapes: () => (durationMs) =>
    spikeLoad({
      perSecond: CALM_PER_SECOND,
      spikePerSecond: HIGHEST_PER_SECOND,
      atMs: SPIKE_AT * durationMs,
      forMs: SPIKE_FOR * durationMs,
      durationMs,
    }),
});

/** Latency over a trading day in little. */
export const tradingDayLatency: Workload = latencyUnder({
  name: 'latency-trading-day',
  offers:
    'Offers a trading day in little, 10,000 messages a second on average: a rush at the open and into the close, and two news, each eight times what the moment has,',
  shapes: () => (durationMs) => tradingDayLoad({ perSecond: PER_SECOND, durationMs }),
});

/** Latency under arrivals that were recorded. */
export const recordedLatency: Workload = latencyUnder({
  name: 'latency-recorded',
  offers: `Offers the arrivals of a recorded market (\`${RECORDED_ARRIVALS}\`, quotes and trades of BTC and ETH, or the file of \`--recording\`), played so fast that there are 10,000 messages a second on average,`,
  lacks: () =>
    recordedArrivals() === undefined
      ? 'the recorded data is absent: play a recording of your own with --recording FILE, or set TRADEWIND_RECORDED_DATA to its folder'
      : undefined,
  shapes: async () => {
    const path = recordedArrivals() ?? RECORDED_ARRIVALS;
    const interArrivalsMs = await readInterArrivals(path, { maxLines: RECORDED_LINES });
    return (durationMs) => realisticLoad({ interArrivalsMs, durationMs, perSecond: PER_SECOND });
  },
});
