/** How many states there are. */
export const BACKLOG_STATES = 3;
/** How many messages wait, for people, by state. */
export const BACKLOG_NAMES: readonly string[] = ['fewer than 8', '8 to 63', '64 and more'];

/**
 * What the router goes by when it chooses a policy: how much waits. In short queues all policies are nearly alike and mistakes are cheap, in long
 * ones they are not, and how early a deadline must be felt depends on it.
 *
 * @param waiting Messages in all lanes. 0: fewer than 8; 1: fewer than 64; 2: more.
 */
export function backlogState(waiting: number): number {
  return waiting < SHORT ? 0 : waiting < LONG ? 1 : 2;
}

const SHORT = 8;
const LONG = 64;
