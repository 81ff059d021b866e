import { describe, expect, test } from 'vitest';
import { QualityGauge } from '../../src/latency/connection-quality.ts';
import { latencyClassOf } from '../../src/latency/latency-class.ts';

describe('the class of a delay', () => {
  test.each([
    [0, 'ULTRA_LOW'],
    [0.999, 'ULTRA_LOW'],
    [1, 'LOW'],
    [4.999, 'LOW'],
    [5, 'MEDIUM'],
    [20, 'HIGH'],
    [99.9, 'HIGH'],
    [100, 'VERY_HIGH'],
    [5000, 'VERY_HIGH'],
  ] as const)('%d ms, seen for the first time, is %s', (delayMs, expected) => {
    expect(latencyClassOf(delayMs)).toBe(expected);
  });

  test('is left only a tenth beyond the bound, in both directions', () => {
    expect(latencyClassOf(21.9, 'MEDIUM')).toBe('MEDIUM');
    expect(latencyClassOf(22.1, 'MEDIUM')).toBe('HIGH');
    expect(latencyClassOf(18.1, 'HIGH')).toBe('HIGH');
    expect(latencyClassOf(17.9, 'HIGH')).toBe('MEDIUM');
  });

  test('a jump passes over several classes at once', () => {
    expect(latencyClassOf(300, 'ULTRA_LOW')).toBe('VERY_HIGH');
    expect(latencyClassOf(0.2, 'VERY_HIGH')).toBe('ULTRA_LOW');
  });

  test('a delay that hovers about a bound does not change it', () => {
    let latencyClass = latencyClassOf(19);
    const seen = new Set<string>();
    for (let i = 0; i < 100; i += 1) {
      latencyClass = latencyClassOf(i % 2 === 0 ? 21 : 19, latencyClass);
      seen.add(latencyClass);
    }
    expect([...seen]).toEqual(['MEDIUM']);
  });
});

describe('the quality of a connection', () => {
  test('falls from GOOD over FAIR to POOR while nothing arrives in good order, and comes back the same way', () => {
    const gauge = new QualityGauge();
    const fell: string[] = [];
    for (let i = 0; i < 200; i += 1) {
      gauge.arrived(false);
      if (fell.at(-1) !== gauge.quality) fell.push(gauge.quality);
    }
    expect(fell).toEqual(['GOOD', 'FAIR', 'POOR']);
    const rose: string[] = [];
    for (let i = 0; i < 1000; i += 1) {
      gauge.arrived(true);
      if (rose.at(-1) !== gauge.quality) rose.push(gauge.quality);
    }
    expect(rose).toEqual(['POOR', 'FAIR', 'GOOD']);
  });

  test('a failed order weighs as ten late quotes', () => {
    const [failing, late] = [new QualityGauge(), new QualityGauge()];
    failing.answered(false);
    for (let i = 0; i < 10; i += 1) late.arrived(false);
    expect(failing.share).toBeCloseTo(late.share, 2);
  });
});
