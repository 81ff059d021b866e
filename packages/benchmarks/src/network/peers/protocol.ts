import type { HistogramJson } from '../../measuring/histogram.ts';
import type { ReceiptReport } from '../../measuring/receipts.ts';
import type { Setting } from '../contenders/contender.ts';
import type { Since } from '../ticks/tick-ledger.ts';

/** What a process of a contender is told, on its command line as JSON. */
export interface PeerTask {
  /** A built-in name, or the `file:` URL of a module. */
  readonly contender: string;
  readonly role: 'producer' | 'consumer';
  readonly setting: Setting;
  /** Offers at this pace instead of flooding: a latency run. */
  readonly perSecond?: number | undefined;
  /** How many consumers the process opens, each with a ledger of its own and each of them to get everything. Default 1. */
  readonly members?: number | undefined;
}

/** What the run tells a process. */
export type ToPeer =
  | { readonly kind: 'go' }
  | {
      readonly kind: 'report';
      /** Asks what came after this moment. */
      readonly sinceUs?: number | undefined;
      /** Of a paced run: when its first packet was due. */
      readonly startUs?: number | undefined;
    }
  | { readonly kind: 'close' };

/** What a process has used and, as a consumer, what it got. */
export interface PeerReport {
  readonly kind: 'report';
  /** Since the run began, of all threads. */
  readonly cpuUs: number;
  readonly rssBytes: number;
  /** One for each member. */
  readonly receipts: readonly ReceiptReport[];
  /** What came after the moment that was asked for. */
  readonly since: Since | undefined;
  /** Of all members of a paced run together, in nanoseconds. */
  readonly published: HistogramJson | undefined;
  readonly intended: HistogramJson | undefined;
}

/** What a process tells the run. */
export type FromPeer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'started'; readonly atUs: number }
  | { readonly kind: 'done'; readonly atUs: number }
  | PeerReport
  | { readonly kind: 'failed'; readonly message: string };
