import type { Loss } from '@tradewind/core-types';
import type { Connections } from '../connection/ports.ts';
import type { DeadLetterWriter } from '../dead-letters/dead-letter-writer.ts';
import type { Keys } from '../keys.ts';
import type { Counters } from '../observing/counters.ts';
import type { RedisStreamSettings } from '../options.ts';

/** What every room of consuming is given. */
export interface ConsumingParts {
  readonly connections: Connections;
  readonly settings: RedisStreamSettings;
  readonly keys: Keys;
  readonly counters: Counters;
  readonly deadLetters: DeadLetterWriter;
}

/** Who consumes, as logs and dead letters name it. */
export interface ConsumerIdentity {
  /** Undefined: it shares with nobody. */
  readonly group: string | undefined;
  readonly consumer: string;
  readonly report: (loss: Omit<Loss, 'atMs'>) => void;
}
