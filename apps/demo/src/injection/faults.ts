/** What can be made to go wrong. */
export const FAULTS = ['redis-down', 'slow-handler', 'stale-feed', 'queue-full'] as const;
export type Fault = (typeof FAULTS)[number];
