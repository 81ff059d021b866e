/**
 * The events that the Redis Streams transport logs: the `event` field, its level, and the other fields. Operators may alert on them; a name, once
 * released, keeps its meaning.
 *
 * | event | what happened |
 * |---|---|
 * | `redis.group-recreated` | a group was gone (FLUSHALL, a restart without persistence, eviction) and was made again |
 * | `redis.sequence-gap` | entries that the server had confirmed are missing |
 * | `redis.overrun` | retention removed what a group had not read or settled |
 * | `redis.undecodable` | an entry could not be read and was put among the dead letters |
 * | `redis.dead-letter-unwritten` | a message that ought to be among the dead letters could not be written there; it stays pending and is tried again |
 * | `redis.read-failed`, `redis.read-recovered` | reading a lane fails; it works again |
 * | `redis.lease-lost` | a shard went to another consumer while messages of it were open: they may run twice |
 * | `redis.membership-failed` | the group could not be reached; its shards are given up when their leases end |
 * | `redis.trim-failed` | retention could not do its round |
 * | `redis.disconnected`, `redis.connected` | the connection for commands is lost, or could not be made; it is back |
 * | `redis.eviction-policy` | the server may evict streams; once for each transport |
 * | `redis.no-persistence` | the server keeps nothing over a restart; once for each transport |
 * | `redis.lost-confirmed` | the server no longer has what it confirmed to this producer |
 * | `redis.spool-began`, `redis.spool-replayed` | messages go to disk, as Redis is away; all of them are in Redis |
 * | `redis.spool-overtaken` | another life of the producer wrote after these messages went to disk: stored, perhaps a second time |
 * | `redis.spool-refused` | an entry from disk can never be stored, and was kept aside |
 * | `redis.spool-damaged` | a part of the spool can be read no more and was kept aside; whole records before and behind it are stored |
 * | `redis.spool-unusable` | the directory of the spool cannot be used |
 * | `group.patterns-differ` | a consumer gets nothing, since its patterns are not those of its group, for 5 s |
 */
export const REDIS_LOG_EVENTS = {
  'redis.group-recreated': { level: 'error', fields: ['path', 'group', 'stream', 'start'] },
  'redis.sequence-gap': { level: 'error', fields: ['path', 'group', 'stream', 'producer', 'missing'] },
  'redis.overrun': { level: 'error', fields: ['path', 'group', 'stream', 'entries'] },
  'redis.undecodable': { level: 'error', fields: ['path', 'group', 'stream', 'entry', 'error'] },
  'redis.dead-letter-unwritten': { level: 'error', fields: ['path', 'group', 'topic', 'error'] },
  'redis.read-failed': { level: 'warn', fields: ['path', 'group', 'priority', 'error', 'retryInMs'] },
  'redis.read-recovered': { level: 'info', fields: ['path', 'group', 'priority'] },
  'redis.lease-lost': { level: 'warn', fields: ['path', 'group', 'shard', 'open'] },
  'redis.membership-failed': { level: 'warn', fields: ['path', 'group', 'error', 'retryInMs'] },
  'redis.trim-failed': { level: 'warn', fields: ['path', 'error'] },
  'redis.disconnected': { level: 'warn', fields: ['path', 'error'] },
  'redis.connected': { level: 'info', fields: ['path'] },
  'redis.eviction-policy': { level: 'warn', fields: ['path', 'policy'] },
  'redis.no-persistence': { level: 'warn', fields: ['path'] },
  'redis.lost-confirmed': { level: 'error', fields: ['path', 'stream', 'entries'] },
  'redis.spool-began': { level: 'warn', fields: ['path', 'directory'] },
  'redis.spool-replayed': { level: 'info', fields: ['path'] },
  'redis.spool-overtaken': { level: 'warn', fields: ['path', 'stream', 'messages'] },
  'redis.spool-refused': { level: 'error', fields: ['path', 'stream', 'messages', 'error'] },
  'redis.spool-damaged': { level: 'error', fields: ['path', 'directory', 'bytes'] },
  'redis.spool-unusable': { level: 'error', fields: ['path', 'directory', 'error'] },
  'group.patterns-differ': { level: 'error', fields: ['path', 'group'] },
} as const;

/** The name of a documented log event of this package. */
export type RedisLogEvent = keyof typeof REDIS_LOG_EVENTS;
