import { describe, expect, test } from 'vitest';
import { PolicyGate, type PolicyGain } from '../../src/index.ts';

function gain(relative: number, t: number, effectiveChoices = 1_000): PolicyGain {
  const estimate = { value: relative, low: 0, high: 0, standardError: Math.abs(relative / t) };
  return { gain: estimate, relative, t, candidate: estimate, incumbent: estimate, effectiveChoices, choices: 4_000 };
}

describe('the gate', () => {
  test('lets a candidate in on a gain that is large and sure enough, and says why', () => {
    const gate = new PolicyGate();
    expect(gate.consider(gain(0.01, 5))).toMatchObject({ adopted: false, changed: false });
    expect(gate.consider(gain(0.5, 1.9))).toMatchObject({ adopted: false });
    expect(gate.consider(gain(0.5, 9, 199)).reason).toBe('worth 199 choices, of 200 that are needed');
    expect(gate.consider(gain(0.2, 3))).toEqual({
      adopted: true,
      changed: true,
      reason: 'gains 20.0 % at 3.0 standard errors',
    });
  });

  test('keeps it while it is not shown to lose, puts it out when it is, and counts', () => {
    const gate = new PolicyGate();
    gate.consider(gain(0.2, 3));
    expect(gate.consider(gain(-0.1, -1.5)).adopted).toBe(true);
    expect(gate.consider(gain(-0.1, -2.5))).toMatchObject({ adopted: false, changed: true });
    gate.consider(gain(0.2, 3));
    expect([gate.adoptions, gate.withdrawals, gate.reversals]).toEqual([2, 1, 1]);
  });

  test('is not moved by evidence that is no number', () => {
    const gate = new PolicyGate();
    expect(gate.consider(gain(Number.NaN, Number.NaN)).adopted).toBe(false);
    gate.consider(gain(0.2, 3));
    expect(gate.consider(gain(Number.NaN, Number.NaN)).adopted).toBe(true);
  });

  test('options out of range are refused, all of them at once', () => {
    expect(() => new PolicyGate({ leastGain: 2, leastT: -1, leastChoices: 0.5 })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTIONS',
        issues: [expect.anything(), expect.anything(), expect.anything()],
      }),
    );
  });
});
