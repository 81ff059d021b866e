import { PRIORITY_NAMES, type Part, type Priority } from '@tradewind/core-types';
import { collectAll } from '../collect-all.ts';

/** What a lane holds and may hold, by the gauges of its client; what no gauge tells is not a number. */
export interface LaneLevel {
  queued: number;
  parked: number;
  capacity: number;
}

const GAUGES: Readonly<Record<string, keyof LaneLevel>> = {
  tradewind_lane_queued: 'queued',
  tradewind_lane_parked: 'parked',
  tradewind_lane_capacity: 'capacity',
};

/**
 * The levels of all lanes of a client without paths. A model looks at them after every command: writing out the
 * names and labels of all other series as well took half of its time.
 */
export function laneLevels(client: Partial<Part>): Readonly<Record<Priority, LaneLevel>> {
  const unknown = (): LaneLevel => ({ queued: Number.NaN, parked: Number.NaN, capacity: Number.NaN });
  const levels = [unknown(), unknown(), unknown(), unknown()] as const;
  collectAll(client, {
    describe: () => undefined,
    counter: () => undefined,
    histogram: () => undefined,
    gauge: (name, value, labels) => {
      const member = GAUGES[name];
      const level = levels[PRIORITY_NAMES.findIndex((lane) => lane === labels?.['lane'])];
      if (member !== undefined && level !== undefined && labels?.['direction'] === 'local') level[member] = value;
    },
  });
  return levels;
}
