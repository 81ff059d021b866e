export { InMemoryBroker, type InMemoryTransportOptions } from '../transport/in-memory-broker.ts';
export type { InMemoryBrokerOptions } from '../transport/broker-options.ts';
export { TransportFailure, type TransportFailureDetails } from '../transport/transport-failure.ts';
export { seededRandom } from '../platform/random.ts';
export { FaultyTransport, type Fault } from './faulty-transport.ts';
export { ManualClock, type ManualClockOptions, type PendingCallbacks } from './manual-clock.ts';
export { Recorder, type RecordedMessage, type WaitForOptions } from './recorder.ts';
export { settle, type Settling } from './settle.ts';
