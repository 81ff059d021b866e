import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { RedisTestingError } from './testing-error.ts';

// Below the range from which systems take the ports of outgoing connections: a server that is killed and started again
// on its port must not find that a client got it meanwhile. Cluster nodes also listen 10,000 above.
const FIRST_PORT = 11_000;
const LAST_PORT = 21_000;
const CLUSTER_BUS_OFFSET = 10_000;
const ATTEMPTS = 200;

/** A port of the loopback interface that nobody listens on, and neither on the one that a cluster node of this port would add. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    // One after the other: the first that is free ends the search.
    if ((await isFree(port)) && (await isFree(port + CLUSTER_BUS_OFFSET))) return port;
  }
  throw new RedisTestingError(
    'NO_FREE_PORT',
    `Expected a free port from ${FIRST_PORT} to ${LAST_PORT} on the loopback interface, found none in ${ATTEMPTS} attempts. Stop servers that were left running.`,
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host: '127.0.0.1', port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
