import type { PriorityName } from '@tradewind/core-types';
import type { BoardRow } from '../arbitrage/opportunity-board.ts';
import type { EventKind } from '../events.ts';
import type { LearningSummary } from '../learning/learned-desk.ts';
import type { LogLine } from '../subscribers/event-log.ts';
import type { AssetBook } from '../subscribers/top-of-book.ts';

/** One lane, as the view shows it. */
export interface LaneState {
  readonly name: PriorityName;
  readonly depth: number;
  readonly capacity: number;
  /** Messages that came in since the start. */
  readonly accepted: number;
  readonly acceptedPerSecond: number;
  readonly superseded: number;
  /** Given up for whatever reason: dropped, expired, dead-lettered. */
  readonly lost: number;
  /** From publish to the start of the handler, over the last seconds, in milliseconds; undefined when there was none. */
  readonly waitP50Ms: number | undefined;
  readonly waitP99Ms: number | undefined;
}

/** Everything that a frame shows, at one moment. */
export interface ScreenState {
  /** `5 simulated venues · seed 42`, or what is replayed. */
  readonly source: string;
  /** What has to be known about the data, such as that their times were shifted. */
  readonly caution: string | undefined;
  readonly marketMicros: number;
  /** Undefined: to the end of the recording. */
  readonly endMicros: number | undefined;
  readonly speed: number;
  readonly lagMs: number;
  readonly draining: boolean;
  readonly inPerSecond: number;
  readonly outPerSecond: number;
  /** Since the start. */
  readonly published: number;
  readonly delivered: number;
  readonly byKind: Readonly<Record<EventKind, number>>;
  readonly busyWorkers: number;
  readonly workers: number;
  readonly memoryBytes: number;
  readonly lanes: readonly LaneState[];
  readonly books: readonly AssetBook[];
  readonly orders: { readonly sent: number; readonly passed: number; readonly denied: number; readonly fills: number };
  /** The opportunities to show; none in a recording. */
  readonly arbitrage: readonly BoardRow[];
  /** Undefined with `--static`. */
  readonly learning: LearningSummary | undefined;
  readonly log: readonly LogLine[];
}

/** The room that a frame has. */
export interface FrameSize {
  readonly width: number;
  readonly height: number;
}
