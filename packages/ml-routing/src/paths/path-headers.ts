/** A message with this header goes by the path that it names, if the client has one of that name. */
export const PATH_HEADER = 'tradewind-path';

/** Both copies of a hedged message have it, with the same value: who receives the second one drops it. See `onlyFirstTwin`. */
export const TWIN_HEADER = 'tradewind-twin';
