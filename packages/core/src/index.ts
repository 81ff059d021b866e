// Errors
export { BusError, type BusErrorCode, type BusErrorDetails } from './errors.ts';

// Platform
export { seededRandom, systemRandom } from './platform/random.ts';
export { systemClock } from './platform/system-clock.ts';
