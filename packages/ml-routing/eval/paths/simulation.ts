import { FIXED_PART, type PathTrace } from './world.ts';

/** How a contender did; latencies by message. */
export interface PathRun {
  readonly latencyMs: Float64Array;
  readonly path: Uint8Array;
}

/** Sees the whole world: the expected latency of a message on each path, in milliseconds. */
type ExpectedLatencies = (index: number, into: Float64Array) => void;

/** Chooses in the simulation; settlements come at the time of the simulation. `expected` is for the oracle alone. */
export interface PathContender {
  readonly name: string;
  readonly choose: (index: number, nowMs: number, expected: ExpectedLatencies) => number;
  readonly settled: (index: number, path: number, atMs: number, latencyMs: number) => void;
}

/** Lets each message of a trace go by the path that the contender chooses. A path is one server, first-in first-out, with a delay around it. */
export function simulatePaths(trace: PathTrace, contender: PathContender): PathRun {
  const { atMs, size, service, extraMs, foreign, shape } = trace;
  const { paths } = shape;
  const servers = paths.map((_, path) => new Server(foreign[path] ?? []));
  const latencyMs = new Float64Array(atMs.length);
  const chosen = new Uint8Array(atMs.length);
  const settlements = new SettlementHeap();
  const expected: ExpectedLatencies = (index, into) => {
    const nowMs = atMs[index] as number;
    for (const [at, path] of paths.entries()) {
      const server = servers[at] as Server;
      server.advance(nowMs);
      into[at] =
        path.delayMs(nowMs) +
        path.jitterMs +
        path.spikes * path.spikeMs +
        server.expectedBacklogMs(nowMs) +
        path.serviceMs(nowMs, size[index] as number);
    }
  };
  for (let i = 0; i < atMs.length; i += 1) {
    const nowMs = atMs[i] as number;
    settlements.drain(nowMs, (index, doneMs) =>
      contender.settled(index, chosen[index] as number, doneMs, latencyMs[index] as number),
    );
    const at = contender.choose(i, nowMs, expected);
    const path = paths[at];
    const server = servers[at];
    if (path === undefined || server === undefined) throw new Error(`Expected a path, got ${at}.`);
    server.advance(nowMs);
    const meanMs = path.serviceMs(nowMs, size[i] as number);
    const doneMs = server.add(nowMs, meanMs * (service[i * paths.length + at] as number), meanMs, FIXED_PART);
    const backMs = doneMs + path.delayMs(nowMs) + (extraMs[i * paths.length + at] as number);
    chosen[i] = at;
    latencyMs[i] = backMs - nowMs;
    settlements.push(backMs, i);
  }
  return { latencyMs, path: chosen };
}

/** One server: jobs one after the other, those of others among ours. */
class Server {
  readonly #foreign: PathTrace['foreign'][number];
  #nextForeign = 0;
  #freeAtMs = 0;
  /** Jobs that may not be done yet, oldest first: start, end, mean and certain part. */
  readonly #jobs: {
    readonly startMs: number;
    readonly endMs: number;
    readonly meanMs: number;
    readonly fixed: number;
  }[] = [];
  #first = 0;

  constructor(foreign: PathTrace['foreign'][number]) {
    this.#foreign = foreign;
  }

  /** Takes in what others sent until now. */
  advance(nowMs: number): void {
    for (;;) {
      const job = this.#foreign[this.#nextForeign];
      if (job === undefined || job.atMs > nowMs) return;
      this.#nextForeign += 1;
      this.add(job.atMs, job.workMs, job.meanMs, job.fixed);
    }
  }

  /** Returns when it is done. */
  add(atMs: number, workMs: number, meanMs: number, fixed: number): number {
    const startMs = Math.max(atMs, this.#freeAtMs);
    this.#freeAtMs = startMs + workMs;
    this.#jobs.push({ startMs, endMs: this.#freeAtMs, meanMs, fixed });
    return this.#freeAtMs;
  }

  /** What is left to do in expectation: of the job in service given how long it has run, of the others their means. */
  expectedBacklogMs(nowMs: number): number {
    while ((this.#jobs[this.#first]?.endMs ?? Infinity) <= nowMs) this.#first += 1;
    if (this.#first > FORGET_AFTER) {
      this.#jobs.splice(0, this.#first);
      this.#first = 0;
    }
    let leftMs = 0;
    for (let at = this.#first; at < this.#jobs.length; at += 1) {
      const job = this.#jobs[at];
      if (job === undefined) break;
      const { startMs, meanMs, fixed } = job;
      leftMs += startMs >= nowMs ? meanMs : Math.max(meanMs * (1 - fixed), meanMs - (nowMs - startMs));
    }
    return leftMs;
  }
}

/** What is under way, the first to arrive on top. */
class SettlementHeap {
  readonly #atMs: number[] = [];
  readonly #index: number[] = [];

  push(atMs: number, index: number): void {
    let at = this.#atMs.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.#atMs[parent] as number) <= atMs) break;
      this.#atMs[at] = this.#atMs[parent] as number;
      this.#index[at] = this.#index[parent] as number;
      at = parent;
    }
    this.#atMs[at] = atMs;
    this.#index[at] = index;
  }

  drain(untilMs: number, take: (index: number, atMs: number) => void): void {
    while (this.#atMs.length > 0 && (this.#atMs[0] as number) <= untilMs) {
      const atMs = this.#atMs[0] as number;
      const index = this.#index[0] as number;
      this.#removeFirst();
      take(index, atMs);
    }
  }

  #removeFirst(): void {
    const lastAt = this.#atMs.pop() as number;
    const lastIndex = this.#index.pop() as number;
    const length = this.#atMs.length;
    if (length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && (this.#atMs[child + 1] as number) < (this.#atMs[child] as number)) child += 1;
      if ((this.#atMs[child] as number) >= lastAt) break;
      this.#atMs[at] = this.#atMs[child] as number;
      this.#index[at] = this.#index[child] as number;
      at = child;
    }
    this.#atMs[at] = lastAt;
    this.#index[at] = lastIndex;
  }
}

/** Jobs that are done are dropped so many at a time. */
const FORGET_AFTER = 1_000;
