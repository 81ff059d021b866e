import type { Part, PathId, PathLoad, Priority, Transport } from '@tradewind/core-types';
import { Egress, type EgressParts } from './egress.ts';
import { Ingress, type IngressParts } from './ingress.ts';
import { Lanes } from '../lanes/lanes.ts';
import type { SegmentPool } from '../lanes/segment-ring.ts';

export interface PathsParts extends EgressParts, IngressParts {
  readonly capacities: readonly number[];
  readonly segments: SegmentPool;
}

/** One named transport of a client. */
interface Path {
  readonly transport: Transport;
  readonly egress: Egress;
  readonly ingress: Ingress;
}

/** The transports of a client, by name; none for a client that delivers to its own subscriptions directly. */
export class Paths {
  readonly #paths = new Map<PathId, Path>();

  constructor(transports: ReadonlyMap<PathId, Transport>, parts: PathsParts) {
    for (const [path, transport] of transports) {
      const lanes = new Lanes(parts.capacities, parts.segments, path);
      const egress = new Egress({ path, transport, lanes, isReady: () => ingress.isSettled, parts });
      const ingress = new Ingress({ path, transport, status: egress.status, parts, onSettled: () => egress.pump() });
      this.#paths.set(path, { transport, egress, ingress });
    }
  }

  get egresses(): readonly Egress[] {
    return [...this.#paths.values()].map(({ egress }) => egress);
  }

  get names(): readonly PathId[] {
    return [...this.#paths.keys()];
  }

  load(path: PathId): PathLoad | undefined {
    return this.#paths.get(path)?.egress.load;
  }

  /** The subscriptions have changed. */
  changed(): void {
    for (const { ingress } of this.#paths.values()) ingress.changed();
  }

  async ready(): Promise<void> {
    await Promise.all([...this.#paths.values()].map(({ ingress }) => ingress.ready()));
  }

  pause(paused: boolean): void {
    for (const { egress } of this.#paths.values()) {
      egress.paused = paused;
      if (!paused) egress.pump();
    }
  }

  hurry(): void {
    for (const { egress } of this.#paths.values()) egress.hurry();
  }

  get isSending(): boolean {
    for (const { egress } of this.#paths.values()) {
      if (egress.isSending) return true;
    }
    return false;
  }

  /** Messages of a priority that are queued or on their way. */
  queued(priority: Priority): number {
    let messages = 0;
    for (const { egress } of this.#paths.values())
      messages += egress.lanes.all[priority].depth + egress.sending(priority);
    return messages;
  }

  /** Brings nothing more in. */
  async stopIngress(deadlineMs: number): Promise<void> {
    await Promise.all([...this.#paths.values()].map(({ ingress }) => ingress.close(deadlineMs)));
  }

  abandon(): void {
    for (const { egress } of this.#paths.values()) egress.abandon();
  }

  /** Closes the transports; a failure shows in the status of its path. */
  async close(deadlineMs: number): Promise<void> {
    await Promise.all(
      [...this.#paths.values()].map(async ({ transport, egress }) => {
        try {
          await transport.close({ deadlineMs });
        } catch (error) {
          egress.status.failed(error, 0);
        }
      }),
    );
  }

  /** The paths as an operator sees them. */
  parts(): readonly Part[] {
    return [...this.#paths.values()].map(({ egress }) => egress.status);
  }
}
