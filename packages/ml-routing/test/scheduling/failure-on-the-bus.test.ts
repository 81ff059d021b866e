import type { ManualClock } from '@tradewind/core/testing';
import type { LaneScheduler, RoutingPlugin } from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import { learned, strict } from '../../eval/scheduling/contenders.ts';
import { playOnBus } from '../../eval/scheduling/on-the-bus.ts';
import type { Trace } from '../../eval/scheduling/trace.ts';
import { SCENARIOS, makeTrace, type Scenario } from '../../eval/scheduling/scenarios.ts';

const MESSAGES = 3_000;

/** A desk's load, on which learning has something to say after some two thousand messages. */
function deskTrace(messages: number = MESSAGES): Trace {
  return makeTrace(SCENARIOS.find(({ name }) => name === 'desk') as Scenario, 2, messages);
}

/** The router, with something that happens at each pick and each routed message, by their number. */
function disturbed(
  { router }: ReturnType<typeof learned>,
  disturb: (call: number) => void,
): { readonly scheduler: LaneScheduler; readonly plugin: RoutingPlugin; readonly picks: () => number } {
  let picks = 0;
  let routed = 0;
  return {
    picks: () => picks,
    scheduler: {
      name: router.name,
      pick(lanes, nowMs) {
        picks += 1;
        disturb(picks);
        return router.pick(lanes, nowMs);
      },
      observe: (event) => router.observe(event),
    },
    plugin: {
      name: router.corrections.name,
      route(message, context) {
        routed += 1;
        disturb(routed);
        return router.corrections.route?.(message, context);
      },
    },
  };
}

describe('in the middle of a load on the real client', () => {
  test('a router that throws is cut off and comes back: every message is settled', async () => {
    // Twice as many: the client keeps a part that failed away for a second, which is a third of the load.
    const trace = deskTrace(2 * MESSAGES);
    const subject = disturbed(learned(trace), (call) => {
      if (call === 500) throw new Error('broken once');
    });
    const { settled, cutOffs } = await playOnBus(trace, subject, 0);
    expect(settled).toBe(2 * MESSAGES);
    expect(cutOffs).toBe(2);
    expect(subject.picks()).toBeGreaterThan(600);
  });

  test('a router that throws for ever costs no message either, and CRITICAL still goes first', async () => {
    const trace = deskTrace();
    const subject = disturbed(learned(trace), (call) => {
      if (call > 300) throw new Error('broken for good');
    });
    const broken = await playOnBus(trace, subject, 0);
    const byDefault = await playOnBus(trace, {}, 0);
    expect(broken.settled).toBe(MESSAGES);
    expect(broken.cutOffs).toBeGreaterThanOrEqual(2);
    // A millisecond: which handler happened to run when a CRITICAL message came.
    expect(broken.criticalP99Ms).toBeLessThan(byDefault.criticalP99Ms + 1);
  });

  test('a router that is far slower than its budget is cut off: every message is settled', async () => {
    const trace = deskTrace();
    const { settled, cutOffs } = await playOnBus(
      trace,
      (clock: ManualClock) =>
        disturbed(learned(trace), (call) => {
          if (call > 500 && call < 1_500) clock.elapse(0.5);
        }),
      0,
    );
    expect(settled).toBe(MESSAGES);
    expect(cutOffs).toBeGreaterThanOrEqual(1);
  });

  test('the kill switch takes hold at the next pick, and back: every message is settled, and it says so', async () => {
    const trace = deskTrace();
    const subject = learned(trace);
    const { router } = subject;
    const switched = disturbed(subject, (call) => {
      if (call === 400) router.disable('rehearsal');
      if (call === 450) expect(router.explain(1)[0]).toMatchObject({ cause: 'disabled' });
      if (call === 800) router.enable();
    });
    const { settled, cutOffs } = await playOnBus(trace, switched, 0);
    expect(settled).toBe(MESSAGES);
    expect(cutOffs).toBe(0);
    expect(switched.picks()).toBeGreaterThan(800);
    expect(router.explain(1)[0]).not.toMatchObject({ cause: 'disabled' });
  });

  test('switched off from the beginning it costs what strict priority costs', async () => {
    const trace = deskTrace();
    const subject = learned(trace);
    subject.router.disable();
    const off = await playOnBus(trace, subject, 0);
    const strictly = await playOnBus(trace, strict(), 0);
    expect(off.cost).toBe(strictly.cost);
    expect(off.criticalP99Ms).toBe(strictly.criticalP99Ms);
  });
});
