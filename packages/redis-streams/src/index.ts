export { redisStreamTransport, type RedisStreamTransport } from './redis-stream-transport.ts';
export type { CompressionOptions, Encoding, RedisStreamOptions, RetentionOptions, SpoolOptions } from './options.ts';
export type {
  ClusterConnectionOptions,
  ExistingClient,
  RedisAddress,
  RedisConnection,
  RedisCredentials,
  SentinelOptions,
  StandaloneOptions,
} from './connection/connection-options.ts';
export { RedisTransportError, type RedisTransportErrorDetails } from './errors.ts';
export { shardOf } from './keys.ts';
export { REDIS_LOG_EVENTS, type RedisLogEvent } from './observing/log-events.ts';
export { HEARTBEAT_TOPIC } from './publishing/heartbeat.ts';
export {
  RedisStreamManager,
  type GroupClaimOptions,
  type GroupReadOptions,
  type StreamConsumer,
} from './manager/redis-stream-manager.ts';
export type { StoredEntry } from './manager/stored-entry.ts';
export type { StreamInfo } from './manager/stream-info.ts';
export type { GroupLag } from './observing/group-lag.ts';
export type { UnnumberedMessage } from './publishing/side-publisher.ts';
export type { Overrun, TrimLimits, TrimResult } from './retention/trimming.ts';
