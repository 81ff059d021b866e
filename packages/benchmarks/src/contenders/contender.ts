import type { Priority } from '@tradewind/core-types';

/**
 * What a message carries through a bus under test: who it is, and when it was meant to be sent. A fresh object for each message, as a quote
 * would be.
 */
export interface Probe {
  /** Counted over all streams of a run, in the order of sending. */
  readonly index: number;
  /** The sequence that it belongs to, within which order must be kept. */
  readonly stream: number;
  /** By `performance.now()`. */
  readonly intendedAtMs: number;
}

/** Receives probes. Synchronous, so that the work of a handler is the same everywhere. */
export type ProbeHandler = (probe: Probe) => void;

/** What a contender can do beside publishing on an exact topic. A workload that needs more than it has is not run on it, and the report says so. */
export type Feature =
  /** Subscribes with wildcards: `+` for one segment, `*` at the end for the rest. */
  | 'patterns'
  /** Published messages wait for their handlers, which do not run inside `publish`. */
  | 'queue'
  /** Hands over several messages at once. */
  | 'batches'
  /** Lets a newer message take the place of one that waits, where a subscription asks for it, and counts what was superseded: `extras.superseded`. */
  | 'conflation';

/** How a subscription is wanted. */
export interface ProbeSubscription {
  readonly pattern: string;
  readonly handler: ProbeHandler;
  /** While a message waits, a newer one of its topic may take its place. Without the feature `conflation` it is ignored, and all must be delivered. */
  readonly conflate?: boolean | undefined;
}

/** Faces that only some buses have. */
export interface BusExtras {
  /** With the feature `batches`: hands over up to `maxSize` probes at once, each at most a few milliseconds late. */
  readonly subscribeBatch?:
    | ((pattern: string, handler: (probes: readonly Probe[]) => void, maxSize: number) => void)
    | undefined;
  /** Answers requests to an endpoint: `respond` may be called later. Without it requests are made by hand, with a reply topic. */
  readonly serve?:
    | ((endpoint: string, handler: (payload: number, respond: (answer: number) => void) => void) => void)
    | undefined;
  /** Gives a request to an endpoint. */
  readonly request?: ((endpoint: string, payload: number) => Promise<number>) | undefined;
  /** With the feature `conflation`: how many messages were superseded so far. What neither arrived nor is counted here is lost. */
  readonly superseded?: (() => number) | undefined;
  /** How many deliveries the bus claims to have made; held against the receipts. */
  readonly claimedDeliveries?: (() => number) | undefined;
}

/** A bus as the workloads drive it. Give your own bus or plugin this face to measure it. */
export interface BusUnderTest {
  subscribe(subscription: ProbeSubscription): void;
  /** Returns false when the bus refuses the message: it then counts as not accepted, and the run as failed. */
  publish(topic: string, probe: Probe, priority: Priority): unknown;
  /** Resolves when everything that was accepted has been handled. A bus that resolves too early is found out. */
  settle(): Promise<void>;
  close(): Promise<void>;
  readonly extras?: BusExtras | undefined;
}

/** Something to be measured. A module that exports one as `contender` can take part in a comparison. */
export interface Contender {
  /** In tables and pictures. */
  readonly name: string;
  /** Packages whose versions belong to the result. */
  readonly packages: readonly string[];
  readonly features: readonly Feature[];
  /** A fresh bus. Called once per run, in a fresh process where that is asked for. */
  create(): BusUnderTest | Promise<BusUnderTest>;
}
