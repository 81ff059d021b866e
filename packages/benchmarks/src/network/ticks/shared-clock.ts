const US_PER_MS = 1000;
const NS_PER_US = 1000;
const READINGS = 100;
const PROCESS_START_US = processStartUs();

/**
 * Microseconds by the monotonic clock of the machine: comparable between its processes and threads. `performance.now()` reads the same clock, from
 * the start of the process or thread on, and costs no bigint.
 */
export function nowUs(): number {
  return PROCESS_START_US + performance.now() * US_PER_MS;
}

/**
 * Where `performance.now()` begins, by the clock that processes share: of a hundred pairs of readings the closest one, since the first few take
 * as long as the latencies that are measured.
 */
function processStartUs(): number {
  let closestMs = Infinity;
  let startUs = 0;
  for (let i = 0; i < READINGS; i += 1) {
    const beforeMs = performance.now();
    const sharedUs = Number(process.hrtime.bigint()) / NS_PER_US;
    const afterMs = performance.now();
    if (afterMs - beforeMs >= closestMs) continue;
    closestMs = afterMs - beforeMs;
    startUs = sharedUs - ((beforeMs + afterMs) / 2) * US_PER_MS;
  }
  return startUs;
}
