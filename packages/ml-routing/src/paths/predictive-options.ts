import type { RoutableMessage } from '@tradewind/core-types';
import { readNumbers } from '../options.ts';

/** What a {@link PredictiveRouter} is told. Everything may be left out. */
export interface PredictiveRouterOptions {
  /** How many paths are known at most, 1 to 1,024, 200 bytes each. Default 64. */
  readonly maxPaths?: number | undefined;
  /** What a message costs others that come after it over what it is expected to wait for itself, 0 to 10. 0 chooses selfishly. Default 0.6. */
  readonly queuePrice?: number | undefined;
  /** A path that nothing was seen of for so many decisions may be tried, 1 to 1,000,000. Default 16. */
  readonly leastStaleness?: number | undefined;
  /** What was not settled for so long counts as lost, in milliseconds, 1 to 86,400,000. Default 60,000. */
  readonly forgetAfterMs?: number | undefined;
  /** The size of a message in the plugin, not negative. Default: the length of a text or of bytes, 0 for anything else. Microseconds: it is on the hot path. */
  readonly sizeOf?: ((message: RoutableMessage) => number) | undefined;
  /** Whether messages of one ordering key (the topic, where there is none) keep their path while one of them is under way. Default true. */
  readonly keepOrder?: boolean | undefined;
}

/** The numbers of {@link PredictiveRouterOptions}, complete and checked. */
export interface PredictiveSettings {
  readonly maxPaths: number;
  readonly queuePrice: number;
  readonly leastStaleness: number;
  readonly forgetAfterMs: number;
}

/** @throws ValidationError `INVALID_OPTIONS` with everything that is wrong. */
export function readPredictiveOptions(options: PredictiveRouterOptions): PredictiveSettings {
  return readNumbers<keyof PredictiveSettings>(options, 'PredictiveRouterOptions', {
    maxPaths: { usual: 64, min: 1, max: 1_024, whole: true },
    queuePrice: { usual: 0.6, min: 0, max: 10 },
    leastStaleness: { usual: 16, min: 1, max: 1_000_000, whole: true },
    forgetAfterMs: { usual: 60_000, min: 1, max: 86_400_000 },
  });
}
