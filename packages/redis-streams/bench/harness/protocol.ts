import type { Ledger, Since } from '../fixtures/tick-ledger.ts';
import type { Setting } from './contender.ts';

/** What a process of a contender is told, on its command line as JSON. */
export interface PeerTask {
  /** The file name below `contenders/`, without its ending. */
  readonly contender: string;
  readonly role: 'producer' | 'consumer';
  readonly setting: Setting;
  /** Offers at this pace instead of flooding: a latency run. */
  readonly perSecond?: number | undefined;
}

/** What the run tells a process. */
export type ToPeer =
  | { readonly kind: 'go' }
  | { readonly kind: 'report'; readonly sinceUs?: number | undefined }
  | { readonly kind: 'close' };

/** What a process tells the run. */
export type FromPeer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'started'; readonly atUs: number }
  | { readonly kind: 'done'; readonly atUs: number }
  | {
      readonly kind: 'report';
      readonly cpuUs: number;
      readonly ledger: Ledger | undefined;
      /** What came after the moment that was asked for. */
      readonly since: Since | undefined;
      /** Percentiles of the latencies, in microseconds; the first tenth of the run, in which everything warms up, is left out. */
      readonly p50Us: number;
      readonly p99Us: number;
    }
  | { readonly kind: 'failed'; readonly message: string };
