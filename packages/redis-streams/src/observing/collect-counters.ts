import type { MetricsSink } from '@tradewind/core-types';
import type { Counters } from './counters.ts';

/** Writes all counters: `tradewind_transport_…_total`. */
export function collectCounters(counters: Counters, into: MetricsSink): void {
  for (const [field, name, help] of METRICS) {
    const full = `tradewind_transport_${name}_total`;
    into.describe(full, help);
    into.counter(full, counters[field]);
  }
}

const METRICS: readonly (readonly [keyof Counters, string, string])[] = [
  ['publishedMessages', 'published_messages', 'Messages that Redis confirmed.'],
  ['publishedEntries', 'published_entries', 'Entries that Redis confirmed.'],
  ['bytesOutRaw', 'sent_bytes', 'Bytes of entries before compression.'],
  ['bytesOutStored', 'sent_stored_bytes', 'Bytes of entries as they were stored.'],
  ['bytesInRaw', 'received_bytes', 'Bytes of received entries after decompression.'],
  ['bytesInStored', 'received_stored_bytes', 'Bytes of received entries as they were stored.'],
  ['publishRetries', 'publish_retries', 'Entries that were sent again.'],
  [
    'publishDuplicates',
    'publish_duplicates',
    'Entries that were sent again, were stored already and not stored twice.',
  ],
  ['possibleDuplicates', 'possible_duplicates', 'Entries stored though Redis no longer knew whether it had them.'],
  ['lostConfirmedEntries', 'lost_confirmed_entries', 'Entries that Redis confirmed and lost.'],
  ['publishRejected', 'rejected_messages', 'Messages that can never be stored.'],
  ['filteredMessages', 'filtered_messages', 'Messages left out by typesFilter.'],
  ['heartbeats', 'heartbeats', 'Heartbeats that were published.'],
  ['spooledMessages', 'spooled_messages', 'Messages that went to disk.'],
  ['replayedMessages', 'replayed_messages', 'Messages that came from disk to Redis.'],
  ['connectionsLost', 'connections_lost', 'Connections for commands that were lost.'],
  [
    'authenticationFailures',
    'authentication_failures',
    'Connections and commands that the server refused to the user.',
  ],
  ['receivedMessages', 'received_messages', 'Messages that were brought to consumers.'],
  ['receivedEntries', 'received_entries', 'Entries that were read.'],
  ['acknowledgedMessages', 'acknowledged_messages', 'Messages that were acknowledged.'],
  ['redeliveredMessages', 'redelivered_messages', 'Messages that were brought again.'],
  ['duplicatesDropped', 'duplicates_dropped', 'Entries that had been brought and were not brought again.'],
  ['deadLettered', 'dead_letters', 'Messages that became dead letters.'],
  ['claimedEntries', 'claimed_entries', 'Entries taken over from other consumers.'],
  ['undecodableEntries', 'undecodable_entries', 'Entries that could not be read.'],
  ['lostMessages', 'lost_messages', 'Messages that consumers will never see.'],
  ['groupsRecreated', 'groups_recreated', 'Groups that were gone and were made again.'],
  ['trimmedEntries', 'trimmed_entries', 'Entries that retention removed.'],
  ['overrunEntries', 'overrun_entries', 'Entries that retention removed before they were settled.'],
];
