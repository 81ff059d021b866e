import type { Priority } from '@tradewind/core-types';
import type { Behaviour, Command, WorldOptions } from './delivery-commands.ts';

const publish: Command = {
  kind: 'publish',
  topic: 0,
  key: undefined,
  priority: 0,
  expiresInMs: undefined,
  patient: false,
};
const finish: Command = { kind: 'finish', index: 0, fails: false };
const burst = (...lanes: readonly Priority[]): Command => ({ kind: 'burst', messages: 10, lanes });
const subscribe = (pattern: number, behaviour: Behaviour): Command => ({
  kind: 'subscribe',
  pattern,
  behaviour,
  concurrency: 1,
  handlerTimeoutMs: undefined,
  conflates: false,
});

/** Found by twelve times as many runs as are usual: a drain that was due when all workers were busy and nothing waited any more set a timer for never. */
export const NOTHING_WAITS_ANY_MORE: readonly [WorldOptions, Command[]] = [
  {
    workers: 2,
    capacities: [1, 30, 1, 30],
    policies: ['refuse', 'refuse', 'refuse', 'refuse'],
    maxAttempts: 1,
    flushIntervalMs: 0,
    routed: false,
  },
  [
    publish,
    subscribe(4, 'publishes'),
    publish,
    subscribe(0, 'slow'),
    publish,
    subscribe(1, 'timer'),
    finish,
    publish,
    { kind: 'advance', ms: 0 },
    publish,
    burst(2, 3),
    finish,
    publish,
    publish,
    burst(1, 3),
    publish,
  ],
];
