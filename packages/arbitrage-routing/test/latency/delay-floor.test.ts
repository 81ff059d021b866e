import { seededRandom } from '@tradewind/core/testing';
import { describe, expect, test } from 'vitest';
import { DelayFloor } from '../../src/latency/delay-floor.ts';

/** Delays of events ten milliseconds apart: a floor that moves, and on top what is drawn from a skewed distribution. */
function play(
  floor: DelayFloor,
  seconds: { readonly from: number; readonly to: number },
  lineMs: (atMs: number) => number,
  jitterMs = 2,
) {
  const random = seededRandom(7);
  for (let atMs = seconds.from * 1000; atMs < seconds.to * 1000; atMs += 10) {
    floor.observe(atMs, lineMs(atMs) - jitterMs * Math.log(1 - random.next()));
  }
}

describe('the floor of delays', () => {
  test('is what waited least, whatever the clocks say', () => {
    for (const offsetMs of [-1275, 0, 110]) {
      const floor = new DelayFloor();
      play(floor, { from: 0, to: 10 }, () => 4 - offsetMs);
      expect(floor.at(10_000).levelMs).toBeCloseTo(4 - offsetMs, 1);
      expect(floor.at(10_000).driftPpm).toBe(0);
    }
  });

  test.each([-100, -20, 20, 100])('tells a drift of %d ppm within 3 ppm, and stands within 0.1 ms', (driftPpm) => {
    const floor = new DelayFloor();
    play(floor, { from: 0, to: 90 }, (atMs) => 4 + (driftPpm * atMs) / 1e6);
    const { levelMs, driftPpm: found } = floor.at(90_000);
    expect(Math.abs(found - driftPpm)).toBeLessThan(3);
    expect(Math.abs(levelMs - (4 + driftPpm * 0.09))).toBeLessThan(0.1);
  });

  test.each([
    ['a longer route', 4, 40],
    ['a shorter route', 40, 4],
    ['a stepped clock', 4, -1271],
  ])('%s moves it within five seconds', (_, before, after) => {
    const floor = new DelayFloor();
    play(floor, { from: 0, to: 70 }, () => before);
    play(floor, { from: 70, to: 75 }, () => after);
    expect(floor.at(75_000).levelMs).toBeCloseTo(after, 0);
  });

  test('says by how much an event exceeds it', () => {
    const floor = new DelayFloor();
    play(floor, { from: 0, to: 5 }, () => 4);
    expect(floor.observe(5001, 14)).toBeCloseTo(10, 1);
    expect(floor.observe(5002, 3)).toBe(0);
  });
});
