/**
 * What the transport counts, as plain fields: hot paths only add to them, and `collect` reads them at scrape time.
 * All count from the making of the transport and only grow, gauges excepted.
 */
export interface Counters {
  publishedMessages: number;
  publishedEntries: number;
  /** Bytes of entries before and after compression. */
  bytesOutRaw: number;
  bytesOutStored: number;
  bytesInRaw: number;
  bytesInStored: number;
  /** Entries that were sent again because their fate was unknown. */
  publishRetries: number;
  /** Of those, which had been stored already and were not stored twice. */
  publishDuplicates: number;
  /** Entries stored again where Redis no longer knew whether they were there. */
  possibleDuplicates: number;
  /** Entries that Redis confirmed and then forgot, told by its own count of them. */
  lostConfirmedEntries: number;
  publishRejected: number;
  /** Messages left out by `typesFilter`. */
  filteredMessages: number;
  heartbeats: number;
  spooledMessages: number;
  replayedMessages: number;
  connectionsLost: number;
  /** Connections and commands that the server refused to our user. */
  authenticationFailures: number;

  receivedMessages: number;
  receivedEntries: number;
  acknowledgedMessages: number;
  redeliveredMessages: number;
  duplicatesDropped: number;
  deadLettered: number;
  claimedEntries: number;
  undecodableEntries: number;
  lostMessages: number;
  groupsRecreated: number;
  trimmedEntries: number;
  overrunEntries: number;
}

export function createCounters(): Counters {
  return {
    publishedMessages: 0,
    publishedEntries: 0,
    bytesOutRaw: 0,
    bytesOutStored: 0,
    bytesInRaw: 0,
    bytesInStored: 0,
    publishRetries: 0,
    publishDuplicates: 0,
    possibleDuplicates: 0,
    lostConfirmedEntries: 0,
    publishRejected: 0,
    filteredMessages: 0,
    heartbeats: 0,
    spooledMessages: 0,
    replayedMessages: 0,
    connectionsLost: 0,
    authenticationFailures: 0,
    receivedMessages: 0,
    receivedEntries: 0,
    acknowledgedMessages: 0,
    redeliveredMessages: 0,
    duplicatesDropped: 0,
    deadLettered: 0,
    claimedEntries: 0,
    undecodableEntries: 0,
    lostMessages: 0,
    groupsRecreated: 0,
    trimmedEntries: 0,
    overrunEntries: 0,
  };
}
