import { Backlog } from './backlog.ts';
import { InFlight } from './in-flight.ts';
import { Inheritance } from './inheritance.ts';
import { LatencyModel, type LatencyObservation } from './latency-model.ts';
import { LatencyQuantiles, type QuantileLevel } from './latency-quantiles.ts';
import type { LatencyFeatures } from './recursive-least-squares.ts';
import { STANDS_STILL_MS } from './stands-still.ts';

/** What is known of a message when it is sent. Reused: read at once and never kept. */
export interface SentFeatures extends LatencyFeatures {
  readonly nowMs: number;
}

/**
 * What a message would take on each path now: what is before it there, and what it takes at rest.
 *
 * The two are learned apart. A message that found its path at rest teaches the latency; one that came right behind another teaches what the path
 * needs for a message, by the time between the two. Which of the two it was is itself uncertain, so it counts for both in part.
 *
 * Workload: a `weigh` per path and decision, a `send` per decision, an `arrive` per settlement; nothing is allocated.
 */
export class PathPredictor {
  readonly flight: InFlight;
  /** What was under way when the state was taken that was restored. */
  readonly inherited: Inheritance = new Inheritance();
  readonly backlog: Backlog;
  readonly model: LatencyModel;
  readonly quantiles: LatencyQuantiles;
  /** By path: messages that arrived after the first few, those among them above their predicted 99 %, and mean error and mean latency of these. */
  readonly judged: Float64Array<ArrayBuffer>;
  readonly exceeded: Float64Array<ArrayBuffer>;
  readonly errorMs: Float64Array<ArrayBuffer>;
  readonly latencyMs: Float64Array<ArrayBuffer>;
  /** Decisions so far: the clock of staleness. */
  decisions = 0;
  /** Results of {@link weigh}, in milliseconds: the expected latency, and the two parts of it that concern the path's server. */
  meanMs = 0;
  aheadMs = 0;
  serviceMs = 0;
  /** Of what was weighed last: whether it stands still, see {@link standsStill}. */
  isStill = false;
  readonly #observation: { -readonly [Key in keyof LatencyObservation]: LatencyObservation[Key] } = {
    latencyMs: 0.5,
    size: 0.5,
    volatility: 0.5,
    weight: 0.5,
    stoodStill: false,
  };

  constructor(paths: number) {
    this.flight = new InFlight(paths);
    this.backlog = new Backlog(paths);
    this.model = new LatencyModel(paths);
    this.quantiles = new LatencyQuantiles(paths);
    this.judged = new Float64Array(paths);
    this.exceeded = new Float64Array(paths);
    this.errorMs = new Float64Array(paths);
    this.latencyMs = new Float64Array(paths);
  }

  /** To be called with each message before anything is asked: what was inherited from another process is forgotten with the first. */
  begin(ticket: number, nowMs: number): void {
    if (!this.inherited.isLostWith(ticket, nowMs)) return;
    this.flight.clear();
    this.backlog.clear();
  }

  /** Computes what a message would take. A path of which nothing is known promises nothing while it is free, and everything while its first message is under way. */
  weigh(path: number, nowMs: number, size: number, volatility: number): void {
    const { model, backlog, flight } = this;
    const serviceMs = backlog.serviceMs(path, size, volatility);
    this.serviceMs = serviceMs;
    this.isStill = false;
    if (!model.isKnown(path)) {
      this.aheadMs = 0;
      this.meanMs = flight.count[path] === 0 ? 0 : Infinity;
      return;
    }
    const typicalMs = model.typicalMs(path, size, volatility, this.decisions);
    // What was withdrawn leaves its work behind until the next arrival; with nothing under way nothing waits.
    let aheadMs = flight.count[path] === 0 ? 0 : backlog.aheadMs(path, nowMs);
    const front = flight.front[path] as number;
    if (front >= 0) {
      // What is overdue has not arrived, and nothing can before it: as long as it is late by now, it is likely to be once more.
      const predictedMs = flight.predictedMs[front] as number;
      const overdueMs = nowMs - (flight.sentAtMs[front] as number) - predictedMs;
      if (overdueMs > 0) {
        this.isStill = isTooLate(overdueMs, predictedMs) && this.#isQuiet(path, nowMs);
        const behindMs = (backlog.givenMs[path] as number) - (flight.workMs[front] as number);
        const leastMs = overdueMs + behindMs - (typicalMs > serviceMs ? typicalMs - serviceMs : 0);
        if (leastMs > aheadMs) aheadMs = leastMs;
      }
    }
    const meanMs = typicalMs + (model.excessMs[path] as number) + aheadMs;
    this.aheadMs = aheadMs;
    this.meanMs = meanMs > 0 ? meanMs : 0;
  }

  /** Takes up again what {@link weigh} found of a path for this decision. */
  recall(meanMs: number, aheadMs: number, serviceMs: number): void {
    this.meanMs = meanMs;
    this.aheadMs = aheadMs;
    this.serviceMs = serviceMs;
  }

  /** What was weighed last was under way itself: its own work is taken off. */
  withoutItself(): void {
    const ownMs = this.aheadMs < this.serviceMs ? this.aheadMs : this.serviceMs;
    const meanMs = this.meanMs - ownMs;
    this.aheadMs -= ownMs;
    this.meanMs = meanMs > 0 ? meanMs : 0;
  }

  /** The spread of what was weighed last, in milliseconds. */
  spreadMs(path: number): number {
    const single = (this.model.variance[path] as number) + this.model.uncertainty(path, this.decisions);
    return Math.sqrt(single + QUEUE_VARIANCE * this.aheadMs * this.serviceMs);
  }

  /** What the message that was weighed last exceeds with the probability that the level leaves. */
  quantileMs(path: number, level: QuantileLevel): number {
    const ms = this.meanMs + this.quantiles.at(path, level) * this.spreadMs(path);
    return ms > 0 ? ms : 0;
  }

  /** Whether a path stands still: what is in front there is late, by five seconds and by as long again as it was to take, and nothing has arrived for as many seconds. */
  standsStill(path: number, nowMs: number): boolean {
    const { flight } = this;
    const front = flight.front[path] as number;
    if (front < 0) return false;
    const predictedMs = flight.predictedMs[front] as number;
    const expectedMs = predictedMs < NEVER ? predictedMs : 0;
    const lateMs = nowMs - (flight.sentAtMs[front] as number) - expectedMs;
    return isTooLate(lateMs, expectedMs) && this.#isQuiet(path, nowMs);
  }

  /** The message that was weighed last goes by this path. */
  send(path: number, ticket: number, { nowMs, size, volatility }: SentFeatures): void {
    const { flight } = this;
    const isKnown = this.model.isKnown(path);
    // What goes to a path that stands still is late too: were it expected to be, it would not be missed once those before it have been given up.
    const isStill = isKnown && this.standsStill(path, nowMs);
    const predictedMs = isStill ? this.#movingMs(path, nowMs, size, volatility) : this.meanMs;
    const at = flight.add(ticket, path);
    const spreadMs = isKnown ? this.spreadMs(path) : 0;
    flight.sentAtMs[at] = nowMs;
    flight.size[at] = size;
    flight.volatility[at] = volatility;
    flight.predictedMs[at] = isKnown ? predictedMs : NEVER;
    flight.spreadMs[at] = spreadMs;
    flight.highMs[at] = isKnown ? predictedMs + this.quantiles.at(path, 0.99) * spreadMs : NEVER;
    flight.workMs[at] = this.backlog.sent(path, nowMs, this.serviceMs);
  }

  /** The message at this place of the table arrived. Returns whether its path had stood still until then. */
  arrive(at: number, atMs: number, latencyMs: number): boolean {
    const { flight, model, backlog, decisions } = this;
    const path = flight.path[at] as number;
    const size = flight.size[at] as number;
    const volatility = flight.volatility[at] as number;
    const sentAtMs = flight.sentAtMs[at] as number;
    const givenMs = flight.workMs[at] as number;
    const observation = this.#observation;
    observation.latencyMs = latencyMs;
    observation.size = size;
    observation.volatility = volatility;
    observation.weight = 1;
    this.#judge(path, at, latencyMs);
    const predictedMs = flight.predictedMs[at] as number;
    const inOrder = flight.arrived(at);
    const lastMs = backlog.arrivedAtMs[path] as number;
    const stoodStill = inOrder && isTooLate(latencyMs - predictedMs, predictedMs) && this.#isQuiet(path, atMs);
    observation.stoodStill = stoodStill;
    // What was sent after all the others had arrived had none of them before it.
    if (!inOrder || sentAtMs >= lastMs || !model.isKnown(path)) {
      model.observe(path, observation, decisions);
    } else {
      const restMs = sentAtMs + model.typicalMs(path, size, volatility, decisions);
      const busyMs = lastMs + backlog.serviceMs(path, size, volatility);
      const atRest = 0.5 + (restMs - busyMs) / (2 * DOUBT * Math.sqrt(model.variance[path] as number));
      observation.weight = atRest < 1 ? atRest : 1;
      if (atRest > NEGLIGIBLE) model.observe(path, observation, decisions);
      else model.seen(path, decisions);
      if (atRest < 1 - NEGLIGIBLE) backlog.learn(path, atMs - lastMs, observation, atRest > 0 ? 1 - atRest : 1);
    }
    if (!inOrder) return false;
    const typicalMs = model.typicalMs(path, size, volatility, decisions);
    const serviceMs = backlog.serviceMs(path, size, volatility);
    backlog.anchor(path, atMs, givenMs, typicalMs > serviceMs ? typicalMs - serviceMs : 0);
    return stoodStill;
  }

  /** Whether nothing has arrived for a while. */
  #isQuiet(path: number, atMs: number): boolean {
    return atMs - (this.backlog.arrivedAtMs[path] as number) > STANDS_STILL_MS;
  }

  /** What a message would take on a path that stands still if it did not. */
  #movingMs(path: number, nowMs: number, size: number, volatility: number): number {
    const { model } = this;
    const restMs = model.typicalMs(path, size, volatility, this.decisions) + (model.excessMs[path] as number);
    return Math.max(0, restMs) + this.backlog.aheadMs(path, nowMs);
  }

  #judge(path: number, at: number, latencyMs: number): void {
    const spreadMs = this.flight.spreadMs[at] as number;
    if (!(spreadMs > 0)) return;
    const { judged, exceeded, errorMs, latencyMs: means } = this;
    const predictedMs = this.flight.predictedMs[at] as number;
    this.quantiles.observe(path, (latencyMs - predictedMs) / spreadMs);
    if ((this.model.count[path] as number) < UNJUDGED) return;
    const count = (judged[path] as number) + 1;
    judged[path] = count;
    if (latencyMs > (this.flight.highMs[at] as number)) exceeded[path] = (exceeded[path] as number) + 1;
    const pace = 1 / (count < JUDGED_MEMORY ? count : JUDGED_MEMORY);
    const error = errorMs[path] as number;
    errorMs[path] = error + pace * (Math.abs(latencyMs - predictedMs) - error);
    const mean = means[path] as number;
    means[path] = mean + pace * (latencyMs - mean);
  }
}

/** Beyond its time by far, whatever its time was. */
function isTooLate(lateMs: number, expectedMs: number): boolean {
  return lateMs > STANDS_STILL_MS && lateMs > expectedMs;
}

/** Nothing is overdue of which nothing was expected. Finite, so that it survives JSON. */
const NEVER = Number.MAX_VALUE;
/** A queue's variance over the product of its length and one service, both in milliseconds: services spread by about two thirds of their mean. */
const QUEUE_VARIANCE = 0.5;
/** In deviations: within these of the boundary it is uncertain whether the path was at rest. */
const DOUBT = 2;
const NEGLIGIBLE = 0.05;
/** The first messages of a path are not predictions worth judging. */
const UNJUDGED = 20;
const JUDGED_MEMORY = 1_000;
