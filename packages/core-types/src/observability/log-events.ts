/**
 * The events that Tradewind's own parts log: the `event` field, its level, the fields that every line of it has, and those that some have.
 * Operators may alert on them; a name, once released, keeps its meaning. `priority` is a name such as `CRITICAL`.
 *
 * - `suppressed`: how many lines about failures were held back before this one. At most ten a second are written.
 * - A failing part that is tried again and fails again is logged at `debug`, whatever the level of its event.
 */
export const LOG_EVENTS = {
  'handler.failed': {
    level: 'error',
    fields: ['topic', 'subscriptionId', 'deliveryCount', 'error'],
    sometimes: ['suppressed'],
  },
  'endpoint.failed': { level: 'error', fields: ['endpoint', 'error'], sometimes: ['suppressed'] },
  /** A listener of life-cycle events (`clientEvent`) or of new topics (`topic`) failed. */
  'listener.failed': { level: 'error', fields: ['error'], sometimes: ['clientEvent', 'topic', 'suppressed'] },
  /** A `conflateBy` function threw, or gave no text: the message is delivered without being conflated. */
  'conflation.failed': { level: 'error', fields: ['topic', 'subscriptionId', 'error'], sometimes: ['suppressed'] },
  'delivery.dead-lettered': {
    level: 'error',
    fields: ['topic', 'subscriptionId', 'deliveryCount', 'error'],
    sometimes: ['suppressed'],
  },
  'dead-letter.unwritten': { level: 'error', fields: ['topic', 'subscriptionId', 'error'], sometimes: ['suppressed'] },
  'lane.high-water': { level: 'warn', fields: ['priority', 'depth', 'capacity'] },
  'lane.low-water': { level: 'info', fields: ['priority', 'depth', 'capacity'] },
  'lane.dropping': { level: 'warn', fields: ['priority', 'reason', 'dropped'] },
  'plugin.circuit-opened': { level: 'warn', fields: ['plugin', 'cause', 'error', 'retryInMs'] },
  'plugin.circuit-closed': { level: 'info', fields: ['plugin'] },
  'plugin.close-failed': { level: 'error', fields: ['plugin', 'error'] },
  'scheduler.circuit-opened': { level: 'warn', fields: ['scheduler', 'cause', 'error', 'retryInMs'] },
  'scheduler.circuit-closed': { level: 'info', fields: ['scheduler'] },
  'scheduler.close-failed': { level: 'error', fields: ['scheduler', 'error'] },
  'workers.scaled': { level: 'debug', fields: ['from', 'to', 'reason'] },
  'path.unknown': { level: 'warn', fields: ['path', 'fallback', 'plugin'] },
  'transport.failed': { level: 'warn', fields: ['path', 'error', 'retryInMs'] },
  'transport.recovered': { level: 'info', fields: ['path', 'downMs'] },
  /** Messages that a consumer will never see, as its transport tells; the fields are those of `Loss`. */
  'transport.lost': { level: 'error', fields: ['path', 'kind', 'count', 'atMs'], sometimes: ['priority', 'producer'] },
  'group.patterns-differ': { level: 'error', fields: ['path', 'group', 'error'] },
  'thread.crashed': { level: 'error', fields: ['module', 'error'] },
  /** `queued`: messages in all lanes and on their way to transports. */
  'client.closing': { level: 'info', fields: ['queued', 'unsettled', 'deadlineMs'] },
  'client.closed': { level: 'info', fields: ['queued', 'unsettled'] },
  /** A part of a closing client (`transports`, `consumers`, `plugins`, `scheduler`) did not end in time and was left. */
  'client.close-overdue': { level: 'error', fields: ['part', 'deadlineMs'] },
} as const;

/** The name of a documented log event. */
export type LogEvent = keyof typeof LOG_EVENTS;

/** The fields of a line about a documented event: all of them, and no other, which the compiler checks where the line is written. */
export type LogLine<E extends LogEvent = LogEvent> = {
  [Name in E]: { readonly event: Name } & {
    readonly [Field in (typeof LOG_EVENTS)[Name]['fields'][number]]: unknown;
  } & ((typeof LOG_EVENTS)[Name] extends { readonly sometimes: readonly (infer Field extends string)[] }
      ? { readonly [Each in Field]?: unknown }
      : unknown);
}[E];
