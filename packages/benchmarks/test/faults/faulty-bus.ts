import type { BusUnderTest, Contender, Probe, ProbeHandler } from '../../src/contenders/contender.ts';

/** What a bus does wrong, and to which message. */
export type Fault =
  | 'none'
  | 'drops'
  | 'falls-silent'
  | 'duplicates'
  | 'reorders'
  | 'stalls'
  | 'miscounts'
  | 'settles-early'
  | 'invents'
  | 'refuses'
  | 'supersedes'
  | 'supersedes-silently'
  | 'supersedes-nothing';

/** The message that it happens to, in the middle of whatever is sent. */
const FAULTY_INDEX = 500;
export const STALL_MS = 100;

/** A synchronous bus of exact topics with one planted fault: the harness must find it. */
export function faultyContender(fault: Fault, serviceMs?: () => number): Contender {
  return {
    name: fault,
    packages: [],
    features: fault.startsWith('supersedes') ? ['queue', 'conflation'] : ['queue'],
    create: () => new FaultyBus(fault, serviceMs),
  };
}

class FaultyBus implements BusUnderTest {
  readonly #handlers = new Map<string, ProbeHandler[]>();
  readonly #fault: Fault;
  readonly #serviceMs: (() => number) | undefined;
  #held: readonly [string, Probe] | undefined;
  #delivered = 0;
  #superseded = 0;

  constructor(fault: Fault, serviceMs: (() => number) | undefined) {
    this.#fault = fault;
    this.#serviceMs = serviceMs;
  }

  subscribe({ pattern, handler }: { readonly pattern: string; readonly handler: ProbeHandler }): void {
    this.#handlers.set(pattern, [...(this.#handlers.get(pattern) ?? []), handler]);
  }

  publish(topic: string, probe: Probe): boolean {
    const isFaulty = probe.index === FAULTY_INDEX;
    if (isFaulty && this.#fault === 'refuses') return false;
    if (isFaulty && this.#fault === 'supersedes-nothing') this.#superseded += 1;
    if (isFaulty && this.#fault === 'supersedes') {
      this.#superseded += 1;
      return true;
    }
    if (isFaulty && (this.#fault === 'drops' || this.#fault === 'supersedes-silently')) return true;
    if (probe.index >= FAULTY_INDEX && this.#fault === 'falls-silent') return true;
    if (isFaulty && (this.#fault === 'reorders' || this.#fault === 'settles-early')) {
      this.#held = [topic, probe];
      return true;
    }
    if (isFaulty && this.#fault === 'stalls') busyWait(STALL_MS);
    if (isFaulty && this.#fault === 'duplicates') this.#deliver(topic, probe);
    if (isFaulty && this.#fault === 'invents') this.#deliver(topic, { ...probe, index: 1e9 });
    this.#deliver(topic, probe);
    if (this.#held !== undefined && this.#fault === 'reorders' && this.#held[0] === topic) {
      const [heldTopic, held] = this.#held;
      this.#held = undefined;
      this.#deliver(heldTopic, held);
    }
    return true;
  }

  settle(): Promise<void> {
    if (this.#held === undefined) return Promise.resolve();
    const [topic, probe] = this.#held;
    this.#held = undefined;
    setTimeout(() => this.#deliver(topic, probe), 20);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  readonly extras = {
    claimedDeliveries: (): number => this.#delivered + (this.#fault === 'miscounts' ? 7 : 0),
    superseded: (): number => this.#superseded,
  };

  #deliver(topic: string, probe: Probe): void {
    if (this.#serviceMs !== undefined) busyWait(this.#serviceMs());
    for (const handler of this.#handlers.get(topic) ?? []) {
      this.#delivered += 1;
      handler(probe);
    }
  }
}

function busyWait(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}
