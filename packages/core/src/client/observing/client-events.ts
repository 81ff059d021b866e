import type { CloseReport, DeadLetter, DropReason, Logger, Loss, Priority } from '@tradewind/core-types';
import { onRejection } from '../../platform/on-rejection.ts';

/** A lane has passed one of its water marks. */
export interface WaterMarkEvent {
  readonly priority: Priority;
  /** Messages that count against the capacity now. */
  readonly depth: number;
  readonly capacity: number;
}

/** Messages or deliveries were given up. Sent for the first at once, then at most once a second for each priority and reason. */
export interface DropEvent {
  readonly priority: Priority;
  readonly reason: DropReason;
  /** How many since the last event of this priority and reason. */
  readonly dropped: number;
}

/** The number of handlers that may run at once has changed. */
export interface WorkersScaledEvent {
  /** Workers before. */
  readonly from: number;
  /** Workers from now on. */
  readonly to: number;
  /** Why, in words for a log. */
  readonly reason: string;
}

/** A path has failed, or works again. */
export interface PathEvent {
  /** The name of the path. */
  readonly path: string;
  /** The transport's error; undefined when the path works again. */
  readonly error: unknown;
}

/** A transport says that messages that it should have brought will never come. */
export interface LossEvent {
  /** The name of the path. */
  readonly path: string;
  /** What is known of the missing messages. */
  readonly loss: Loss;
}

/**
 * What `client.events` (an eventemitter3) tells about the life of a client: rare things, never one event per message.
 * A listener that throws, or whose promise rejects, is logged; the others are called all the same.
 */
export interface ClientEventMap {
  /** A lane has filled up to its high water mark. */
  highWater: (event: WaterMarkEvent) => void;
  /** A lane that was above its high water mark has drained to half of it. */
  lowWater: (event: WaterMarkEvent) => void;
  drop: (event: DropEvent) => void;
  deadLetter: (letter: DeadLetter) => void;
  workersScaled: (event: WorkersScaledEvent) => void;
  /** A path has failed: it is tried again with growing delays. */
  pathDown: (event: PathEvent) => void;
  pathUp: (event: PathEvent) => void;
  /** A transport says that messages will never come. */
  loss: (event: LossEvent) => void;
  /** `close` was called: nothing more is accepted. */
  closing: () => void;
  closed: (report: CloseReport) => void;
}

/** Emits an event, or does nothing. */
export type EmitEvent = <K extends keyof ClientEventMap>(name: K, ...event: Parameters<ClientEventMap[K]>) => void;

/** A logger whose failures are nobody's business. */
export function guardedLogger(logger: Logger): Logger {
  const guard =
    (level: keyof Logger): Logger[keyof Logger] =>
    (fields, message) => {
      try {
        const result: unknown = logger[level](fields, message);
        if (result !== undefined) onRejection(result, ignore);
      } catch {
        // A logger that throws is ignored: the bus does not depend on it.
      }
    };
  return { debug: guard('debug'), info: guard('info'), warn: guard('warn'), error: guard('error') };
}

function ignore(): void {
  // Where a logger fails there is nobody to tell.
}
