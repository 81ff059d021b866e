import { readFileSync } from 'node:fs';
import { seededRandom } from '@tradewind/core/testing';
import { expect, test } from 'vitest';
import { LatencyMonitor } from '../../src/latency/latency-monitor.ts';
import { readEvents, recordedPath } from './recorded-data.ts';

interface Truth {
  readonly venue: string;
  readonly delayMs: number;
  readonly jitterMsLognormalSigma0_8: number;
  readonly clockOffsetMs: number;
  readonly regime: { readonly atSeconds: number; readonly delayFactor: number } | null;
}

/** A lognormal draw of the median one and the deviation 0.8, by the method of Box and Muller. */
function lognormal(random: { next(): number }): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return Math.exp(0.8 * normal);
}

/**
 * Stated errors, as shares of what the truth says a venue jitters by, plus what a float tells of a clock: the floor and the delay lie within half of
 * the jitter above or below, the offset within half of it and what its own bound says, the class is that of the delay with its median jitter.
 */
test(
  'delay and clock offset of the six pseudo-venues come out within the stated error, before and after their delay changes',
  { timeout: 600_000 },
  () => {
    const [path, truthPath] = ['retimed/replica-6venues.jsonl.gz', 'retimed/replica-truth.json'].map((name) =>
      recordedPath(name),
    );
    if (path === undefined || truthPath === undefined) return;
    const truths = JSON.parse(readFileSync(truthPath, 'utf8')) as readonly Truth[];
    const events = readEvents(path);
    const startNs = BigInt(events[0]?.tsRecv ?? 0n);
    const monitor = new LatencyMonitor();
    const random = seededRandom(5);
    const shown: string[] = [];
    let second = 0;
    for (const event of events) {
      const seconds = Number(BigInt(event.tsRecv) - startNs) / 1e9;
      if (seconds >= second + 1) {
        second += 1;
        // The replica has no orders: a command a second goes there and back over the same ways, stamped by the venue's own clock.
        for (const truth of truths) sendOne(monitor, truth, { seconds, nowNs: BigInt(event.tsRecv), random });
        if (second === 70 || second === 115) for (const truth of truths) shown.push(check(monitor, truth, seconds));
      }
      monitor.observe(event);
    }
    console.info(shown.join('\n'));
    expect(shown).toHaveLength(12);
  },
);

function delayAt({ delayMs, regime }: Truth, seconds: number): number {
  return regime !== null && seconds >= regime.atSeconds ? delayMs * regime.delayFactor : delayMs;
}

function sendOne(
  monitor: LatencyMonitor,
  truth: Truth,
  { seconds, nowNs, random }: { readonly seconds: number; readonly nowNs: bigint; readonly random: { next(): number } },
): void {
  const way = (): number => delayAt(truth, seconds) + truth.jitterMsLognormalSigma0_8 * lognormal(random);
  const [there, back] = [way(), way()];
  const ns = (ms: number): bigint => BigInt(Math.round(ms * 1e6));
  const sentNs = nowNs - ns(there + back);
  monitor.roundTrip(truth.venue, { sentNs, receivedNs: nowNs, venueNs: sentNs + ns(there + truth.clockOffsetMs) });
}

function check(monitor: LatencyMonitor, truth: Truth, seconds: number): string {
  const { venue, clockOffsetMs, jitterMsLognormalSigma0_8: jitterMs } = truth;
  const delayMs = delayAt(truth, seconds);
  const report = monitor.report(venue);
  const stated = jitterMs / 2 + 0.05;
  const found = report?.delayMs ?? Number.NaN;
  const offset = report?.clockOffset;
  expect(Math.abs((report?.floorMs ?? Number.NaN) - (delayMs - clockOffsetMs)), `${venue} floor`).toBeLessThan(stated);
  expect(Math.abs(found - delayMs), `${venue} delay`).toBeLessThan(stated);
  expect(Math.abs((offset?.offsetMs ?? Number.NaN) - clockOffsetMs), `${venue} offset`).toBeLessThan(stated);
  return (
    `${venue} at ${seconds.toFixed(0)} s: delay ${found.toFixed(2)} ms (true ${delayMs}), clock offset ${offset?.offsetMs.toFixed(2) ?? 'unknown'} ms ` +
    `(true ${clockOffsetMs}, bound ${offset?.errorMs.toFixed(2) ?? 'unknown'}), drift ${report?.clockDriftPpm.toFixed(0) ?? ''} ppm, ${report?.latencyClass ?? ''}, ${report?.quality ?? ''}, stated error ${stated}`
  );
}
