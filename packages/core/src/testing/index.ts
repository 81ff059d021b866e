export { ManualClock, type ManualClockOptions, type PendingCallbacks } from './manual-clock.ts';
