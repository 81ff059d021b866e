import type { Loss } from '@tradewind/core-types';
import type { RedisStreamOptions } from '../../../src/index.ts';

/** What every program of a fault test is given. */
interface CommonTask {
  readonly name: string;
  /** As JSON, so without functions. */
  readonly transport: RedisStreamOptions;
  /** Of each lane. Default 1,000,000. */
  readonly laneCapacity?: number | undefined;
}

/** A program that publishes numbers when it is told to. */
export interface ProducerTask extends CommonTask {
  readonly role: 'producer';
  /** Number n goes under key n % keys. */
  readonly keys: number;
  /** Whether the keys are spread over the four priorities. */
  readonly mixed?: boolean | undefined;
  /** Where the answers that come back are written; its group is its name. */
  readonly answersLog?: string | undefined;
}

/** A program that handles numbers and writes each into its log. */
export interface ConsumerTask extends CommonTask {
  readonly role: 'consumer';
  readonly group?: string | undefined;
  readonly from?: 'now' | 'oldest' | undefined;
  readonly pattern?: string | undefined;
  /** A file: a line `H n deliveryCount microseconds` for each message handled, one with `F` for each that failed. */
  readonly log: string;
  /** Attempts of each delivery before it is a dead letter. */
  readonly attempts?: number | undefined;
  /** Numbers whose handler throws. */
  readonly failAt?: readonly number[] | undefined;
  /** Handlers that take a while: of all numbers, or of these. */
  readonly slow?: { readonly ms: number; readonly at?: readonly number[] | undefined } | undefined;
  /** Kills itself at this number. */
  readonly dieAt?: number | undefined;
  readonly dieWhen?: 'beforeHandling' | 'whileAcknowledging' | undefined;
  readonly dieAfterMs?: number | undefined;
  /** Publishes each number on `data.answers.TEST.*` as well. */
  readonly answers?: boolean | undefined;
  /** Says so when it has handled so many. */
  readonly tellAt?: number | undefined;
}

export type Task = ProducerTask | ConsumerTask;

/** What a test tells a program. */
export type ToProgram =
  | { readonly kind: 'publish'; readonly from: number; readonly to: number; readonly perSecond: number }
  /** Ends what `publish` has begun. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'flush' }
  | { readonly kind: 'report' }
  | { readonly kind: 'stopAndStart'; readonly times: number; readonly runMs: number; readonly deadlineMs: number }
  | { readonly kind: 'close'; readonly deadlineMs: number };

/** What a program tells the test. */
export type FromProgram =
  | { readonly kind: 'ready' }
  | { readonly kind: 'reached'; readonly handled: number }
  | { readonly kind: 'published'; readonly count: number; readonly refused: number }
  | { readonly kind: 'flushed' }
  | {
      readonly kind: 'report';
      readonly losses: readonly Loss[];
      readonly health: string;
      readonly published: number;
      readonly refused: number;
      /** Messages that the client dropped or put aside. */
      readonly givenUp: number;
      /** How often the transport rejected a batch, for the client to offer it again. */
      readonly rejections: number;
      /** Of the client that runs: entries that were sent again, and of those the ones that were stored already. */
      readonly publishRetries: number;
      readonly publishDuplicates: number;
    }
  /** What the stops left behind, together. */
  | { readonly kind: 'stopped'; readonly left: number }
  | { readonly kind: 'closed'; readonly unsettled: number; readonly queued: number }
  | { readonly kind: 'failed'; readonly message: string };
