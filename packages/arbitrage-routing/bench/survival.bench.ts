// How much of what is confirmed is there when the orders arrive, on recorded venues:
//   node --conditions=@tradewind/source bench/survival.bench.ts
//
// The recording is cut in half. On the first half the model learns, from nothing, and the threshold is chosen; the second half is reported, the model
// learning on as it would live. Then the halves change places. Intervals are of 95 %, by resampling blocks of ten seconds. Nothing depends on the
// clock or on chance that is not seeded: it prints the same each time.
import { seededRandom } from '@tradewind/core/testing';
import { bootstrap, type Interval } from './survival/bootstrap.ts';
import { Judge } from './survival/judge.ts';
import { readEngines, type Recording } from './survival/recording.ts';
import { replay, type Case, type Policy } from './survival/replay.ts';

const ARRIVAL_MS = 20;
const MIN_EDGE_PPM = 450;
/** What is asked for: of what is confirmed so much is executable, and so much of the truly executable profit is kept. */
const PRECISION = 0.8;
const KEPT = 0.5;
const TEACHERS = [300, 350, 400, 500];
const THRESHOLDS = [0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9];
const DETECTION_THRESHOLDS = [0.4, 0.5, 0.6, 0.7];
const WAITS_MS = [0, 5, 10, 20, 30, 40, 50, 70, 100];
const BLOCK_NS = 10_000_000_000n;

const candidates: Readonly<Record<string, readonly Policy[]>> = {
  learned: THRESHOLDS.map((above) => ({ by: 'learned', above })),
  'learned, at detection only': DETECTION_THRESHOLDS.map((above) => ({ by: 'at detection', above })),
  untaught: THRESHOLDS.map((above) => ({ by: 'untaught', above })),
  'age alone': WAITS_MS.map((afterMs) => ({ by: 'age', afterMs })),
};

for (const source of ['l1', 'l2'] as const) {
  const recording = readEngines(source);
  if (recording === undefined) {
    console.log(`The recording ${source} is absent: set TRADEWIND_RECORDED_DATA to its folder.`);
    continue;
  }
  console.log(`${recording.name}, fees 0, beyond ${MIN_EDGE_PPM} ppm, orders arrive after ${ARRIVAL_MS} ms`);
  const [first, second] = halves(recording);
  const pooled = new Map<string, Case[]>();
  report({ recording, title: 'tuned on the first half, reported on the second', parts: [first, second], pooled });
  report({ recording, title: 'tuned on the second half, reported on the first', parts: [second, first], pooled });
  console.log('\n  both together');
  for (const [name, cases] of pooled) tell(name, cases);
}

type Events = Recording['events'];

/** The second half of books begins with what they are by then. */
function halves({ events, detector }: Recording): readonly [Events, Events] {
  const start = BigInt(events[0]?.tsRecv ?? 0n);
  const middle = start + (BigInt(events.at(-1)?.tsRecv ?? 0n) - start) / 2n;
  const first = events.filter(({ tsRecv }) => BigInt(tsRecv) < middle);
  const second = events.filter(({ tsRecv }) => BigInt(tsRecv) >= middle);
  if (detector.source === 'l1') return [first, second];
  const books = new Judge();
  for (const event of first) books.apply(event);
  return [first, [...books.snapshots(middle), ...second]];
}

interface Report {
  readonly recording: Recording;
  readonly title: string;
  readonly parts: readonly [tuning: Events, reported: Events];
  /** What was reported, by policy: added to. */
  readonly pooled: Map<string, Case[]>;
}

function report({ recording, title, parts, pooled }: Report): void {
  const [tuning, reported] = parts;
  console.log(`\n  ${title}`);
  for (const [name, policies] of Object.entries(candidates)) {
    const teachers = name.startsWith('learned') ? TEACHERS : [];
    const shared = { recording, arrivalMs: ARRIVAL_MS, minEdgePpm: MIN_EDGE_PPM, teachers };
    // The least strict that keeps the promise where it is tuned; the strictest when none does.
    const chosen =
      policies.find((policy) => {
        const [cases = []] = replay({ ...shared, parts: [tuning], policy }).cases;
        return precisionOf(cases) >= PRECISION;
      }) ?? policies.at(-1);
    if (chosen === undefined) throw new Error(`Expected policies to choose from for ${name}.`);
    const { cases, estimators } = replay({ ...shared, parts: [tuning, reported], policy: chosen });
    const judged = cases[1] ?? [];
    if (name === 'learned') tellUnfiltered(judged);
    const how = chosen.by === 'age' ? `there for ${chosen.afterMs} ms` : `probability from ${chosen.above}`;
    tell(`${name} (${how})`, judged);
    pooled.set(name, [...(pooled.get(name) ?? []), ...judged]);
    const calibration = estimators[1]?.calibration;
    if (name === 'learned' && calibration !== undefined) {
      const bins = calibration
        .bins()
        .map(({ meanProbability, share, count }) => `${show(meanProbability)}->${show(share)} (${count})`);
      console.log(`    forecast -> came true: ${bins.join(', ')}`);
      console.log(
        `    mean distance ${calibration.expectedError.toFixed(3)}, Brier score ${calibration.brierScore.toFixed(3)}`,
      );
    }
  }
}

function tellUnfiltered(cases: readonly Case[]): void {
  const there = cases.filter(({ isExecutable }) => isExecutable);
  console.log(
    `    unfiltered: ${cases.length} detected, ${there.length} executable (${show(there.length / cases.length)}), worth ${worth(cases).toFixed(2)}`,
  );
}

function tell(name: string, cases: readonly Case[]): void {
  const confirmed = cases.filter((each) => each.confirmed !== undefined);
  const ages = confirmed.map((each) => each.confirmed?.ageMs ?? 0).toSorted((a, b) => a - b);
  const blocks = blocksOf(cases);
  const random = seededRandom(1);
  const verdict = precisionOf(cases) >= PRECISION && keptOf(cases) >= KEPT ? 'reached' : 'missed';
  console.log(
    `    ${name}: ${confirmed.length} confirmed at a median age of ${(ages[ages.length >> 1] ?? 0).toFixed(1)} ms; ` +
      `executable ${shown(precisionOf(cases), bootstrap(blocks, precisionOf, random))}, ` +
      `profit kept ${shown(keptOf(cases), bootstrap(blocks, keptOf, random))}, ` +
      `of the profit at detection ${shown(keptOfDetectedOf(cases), bootstrap(blocks, keptOfDetectedOf, random))}: ${verdict}`,
  );
}

function precisionOf(cases: readonly Case[]): number {
  const confirmed = cases.filter((each) => each.confirmed !== undefined);
  return confirmed.filter((each) => each.confirmed?.isExecutable === true).length / confirmed.length;
}

/** What the orders of all that is executable at detection would earn. */
function worth(cases: readonly Case[]): number {
  return cases.reduce((sum, { isExecutable, profit }) => sum + (isExecutable ? profit : 0), 0);
}

/** What the confirmed earn, with the figures of their confirmation, over what everything executable would have earned at detection. It may exceed one. */
function keptOf(cases: readonly Case[]): number {
  const earned = cases.reduce(
    (sum, { confirmed }) => sum + (confirmed?.isExecutable === true ? confirmed.profit : 0),
    0,
  );
  return earned / worth(cases);
}

/** The same, but an opportunity counts only if it was executable at detection too, and for no more than it was worth then. */
function keptOfDetectedOf(cases: readonly Case[]): number {
  const earned = cases.reduce((sum, { confirmed, isExecutable, profit }) => {
    const isKept = isExecutable && confirmed?.isExecutable === true;
    return sum + (isKept ? Math.min(profit, confirmed.profit) : 0);
  }, 0);
  return earned / worth(cases);
}

function blocksOf(cases: readonly Case[]): readonly (readonly Case[])[] {
  return [...Map.groupBy(cases, ({ detectedAtNs }) => detectedAtNs / BLOCK_NS).values()];
}

function shown(value: number, [low, high]: Interval): string {
  return `${show(value)} [${show(low)}, ${show(high)}]`;
}

function show(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
