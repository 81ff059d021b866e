/**
 * The events that Tradewind's own parts log: the `event` field, its level, and the other fields. Operators may alert on them;
 * a name, once released, keeps its meaning.
 */
export const LOG_EVENTS = {
  'handler.failed': { level: 'error', fields: ['topic', 'subscriptionId', 'deliveryCount', 'error'] },
  'endpoint.failed': { level: 'error', fields: ['endpoint', 'error'] },
  'delivery.dead-lettered': { level: 'error', fields: ['topic', 'subscriptionId', 'deliveryCount', 'error'] },
  'dead-letter.unwritten': { level: 'error', fields: ['topic', 'subscriptionId', 'error'] },
  'lane.high-water': { level: 'warn', fields: ['priority', 'depth', 'capacity'] },
  'lane.low-water': { level: 'info', fields: ['priority', 'depth', 'capacity'] },
  'lane.dropping': { level: 'warn', fields: ['priority', 'reason', 'dropped'] },
  'plugin.circuit-opened': { level: 'warn', fields: ['plugin', 'cause', 'retryInMs'] },
  'plugin.circuit-closed': { level: 'info', fields: ['plugin'] },
  'plugin.close-failed': { level: 'error', fields: ['plugin', 'error'] },
  'scheduler.circuit-opened': { level: 'warn', fields: ['scheduler', 'cause', 'retryInMs'] },
  'scheduler.circuit-closed': { level: 'info', fields: ['scheduler'] },
  'workers.scaled': { level: 'debug', fields: ['from', 'to', 'reason'] },
  'path.unknown': { level: 'warn', fields: ['path', 'fallback', 'plugin'] },
  'transport.failed': { level: 'warn', fields: ['path', 'error', 'retryInMs'] },
  'transport.recovered': { level: 'info', fields: ['path', 'downMs'] },
  'group.patterns-differ': { level: 'error', fields: ['path', 'group'] },
  'thread.crashed': { level: 'error', fields: ['module', 'error'] },
  'client.closing': { level: 'info', fields: ['queued', 'unsettled', 'deadlineMs'] },
  'client.closed': { level: 'info', fields: ['queued', 'unsettled'] },
} as const;

/** The name of a documented log event. */
export type LogEvent = keyof typeof LOG_EVENTS;
