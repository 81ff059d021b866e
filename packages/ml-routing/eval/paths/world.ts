import { Dice } from '../random.ts';

/** How one path behaves; functions of time in milliseconds, so that a path may drift, jump and die. */
export interface PathShape {
  /** There and back without any queue, in milliseconds. */
  readonly delayMs: (atMs: number) => number;
  /** Mean of an exponential part of the delay that differs from message to message and holds nobody up. */
  readonly jitterMs: number;
  /** Mean time in its only server, for a message of this size. */
  readonly serviceMs: (atMs: number, size: number) => number;
  /** The part of its server's time that others take, on average, at this moment. */
  readonly foreignLoad: (atMs: number) => number;
  /** Mean service time of a foreign job. */
  readonly foreignMs: number;
  /** How often it stands still, per second, and for how long on average (exponential). */
  readonly stallsPerSecond: number;
  readonly stallMs: number;
  /** Probability that one message alone takes longer, and by how much on average (exponential). */
  readonly spikes: number;
  readonly spikeMs: number;
}

/** A load: paths, and messages that come in bursts. */
export interface PathScenario {
  readonly name: string;
  readonly title: string;
  readonly make: (dice: Dice, lengthMs: number) => PathWorldShape;
}

export interface PathWorldShape {
  readonly paths: readonly PathShape[];
  /** Messages per millisecond on average. */
  readonly rate: number;
  /** What the market is like, 0 to 1, as a regime detector would say it. */
  readonly volatility: (atMs: number) => number;
  readonly size: (dice: Dice) => number;
}

/** A job in the server of a path: one of ours, one of others', or a stall. */
interface ForeignJob {
  readonly atMs: number;
  readonly workMs: number;
  readonly meanMs: number;
  /** The part of its time that is certain; the rest is exponential. */
  readonly fixed: number;
}

/** Everything that chance decides, drawn beforehand: each contender meets the same world. */
export interface PathTrace {
  readonly scenario: string;
  readonly seed: number;
  readonly shape: PathWorldShape;
  readonly atMs: Float64Array;
  readonly size: Float64Array;
  /** By message and path: what its service time is over its mean, and what it loses to jitter and spikes. */
  readonly service: Float64Array;
  readonly extraMs: Float64Array;
  readonly foreign: readonly (readonly ForeignJob[])[];
}

/** Of a service time so much is certain; the rest is exponential, so that what is left of one in service is known exactly in expectation. */
export const FIXED_PART = 0.6;

export function makePathTrace(scenario: PathScenario, seed: number, messages: number): PathTrace {
  const dice = new Dice(seed * 7919 + hash(scenario.name));
  // The length in time follows from the rate, which the shape decides: a first draw of the same seed tells it.
  const { rate } = scenario.make(new Dice(seed * 104_729 + 17), 1);
  const shape = scenario.make(new Dice(seed * 104_729 + 17), messages / rate);
  const atMs = arrivals(dice, messages, shape.rate);
  const lengthMs = atMs[messages - 1] as number;
  const size = Float64Array.from({ length: messages }, () => shape.size(dice));
  const { paths } = shape;
  const service = new Float64Array(messages * paths.length);
  const extraMs = new Float64Array(messages * paths.length);
  for (let i = 0; i < messages; i += 1) {
    for (const [path, { jitterMs, spikes, spikeMs }] of paths.entries()) {
      service[i * paths.length + path] = FIXED_PART + dice.exponential(1 - FIXED_PART);
      const spike = dice.next() < spikes ? dice.exponential(spikeMs) : 0;
      extraMs[i * paths.length + path] = dice.exponential(jitterMs) + spike;
    }
  }
  const foreign = paths.map((path) => foreignJobs(path, dice, lengthMs));
  return { scenario: scenario.name, seed, shape, atMs, size, service, extraMs, foreign };
}

/** Two states that take turns: quiet, and three times as busy for a while. */
function arrivals(dice: Dice, messages: number, rate: number): Float64Array {
  const quiet = rate / (1 + BURST_PART * (BURST_FACTOR - 1));
  const atMs = new Float64Array(messages);
  let nowMs = 0;
  let busy = false;
  let untilMs = dice.exponential(QUIET_MESSAGES / rate);
  for (let i = 0; i < messages; i += 1) {
    nowMs += dice.exponential(1 / (busy ? quiet * BURST_FACTOR : quiet));
    if (nowMs > untilMs) {
      busy = !busy;
      const quietMs = QUIET_MESSAGES / rate;
      untilMs = nowMs + dice.exponential(busy ? (quietMs * BURST_PART) / (1 - BURST_PART) : quietMs);
    }
    atMs[i] = nowMs;
  }
  return atMs;
}

function foreignJobs(path: PathShape, dice: Dice, lengthMs: number): readonly ForeignJob[] {
  const jobs: ForeignJob[] = [];
  // Thinning (Lewis and Shedler 1979): candidates at the highest rate, each kept with the probability of its moment.
  const most = 1 / path.foreignMs;
  for (let atMs = dice.exponential(1 / most); atMs < lengthMs; atMs += dice.exponential(1 / most)) {
    if (dice.next() > path.foreignLoad(atMs)) continue;
    const workMs = path.foreignMs * (FIXED_PART + dice.exponential(1 - FIXED_PART));
    jobs.push({ atMs, workMs, meanMs: path.foreignMs, fixed: FIXED_PART });
  }
  if (path.stallsPerSecond > 0) {
    const everyMs = 1_000 / path.stallsPerSecond;
    for (let atMs = dice.exponential(everyMs); atMs < lengthMs; atMs += dice.exponential(everyMs))
      jobs.push({ atMs, workMs: dice.exponential(path.stallMs), meanMs: path.stallMs, fixed: 0 });
  }
  return jobs.sort((a, b) => a.atMs - b.atMs);
}

function hash(text: string): number {
  let value = 7;
  for (let i = 0; i < text.length; i += 1) value = (value * 31 + text.charCodeAt(i)) % 1_000_003;
  return value;
}

const BURST_FACTOR = 3;
/** Of the time. */
const BURST_PART = 0.1;
const QUIET_MESSAGES = 300;
