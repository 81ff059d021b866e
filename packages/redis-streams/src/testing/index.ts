export { RedisTestingError, type RedisTestingErrorCode } from './testing-error.ts';
export type { RedisServerOptions } from './server-options.ts';
export { startRedisServer, type RedisServer } from './redis-server.ts';
export { startRedisCluster, type RedisCluster, type RedisClusterOptions, type RedisNode } from './redis-cluster.ts';
export { startRedisSentinel, type RedisSentinel, type RedisSentinelOptions } from './redis-sentinel.ts';
