import { describe, expect, test } from 'vitest';
import type { BusUnderTest, Contender, Probe, ProbeHandler } from '../../src/contenders/contender.ts';
import { runBenchmark } from '../../src/running/run-benchmark.ts';
import { findWorkload } from '../../src/workloads/builtin.ts';

/** What happens to the n-th message on topics that begin so, in place of a delivery. */
interface Fault {
  readonly prefix: string;
  readonly nth: number;
  readonly happens: (deliver: (probe: Probe) => void, probe: Probe) => void;
}

/** A synchronous bus with a fault on some topics, in each run anew. */
function faultyOn(fault?: Fault): Contender {
  const create = (): BusUnderTest => {
    const handlers = new Map<string, ProbeHandler[]>();
    let count = 0;
    return {
      subscribe: ({ pattern, handler }) => void handlers.set(pattern, [...(handlers.get(pattern) ?? []), handler]),
      publish: (topic, probe) => {
        const deliver = (given: Probe): void => handlers.get(topic)?.forEach((handler) => handler(given));
        if (fault !== undefined && topic.startsWith(fault.prefix) && (count += 1) % fault.nth === 0) {
          fault.happens(deliver, probe);
        } else deliver(probe);
      },
      settle: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  };
  return { name: 'faulty', packages: [], features: [], create };
}

const drops = (): void => undefined;
const repeats: Fault['happens'] = (deliver, probe) => {
  deliver(probe);
  deliver(probe);
};
const flips: Fault['happens'] = (deliver, probe) => deliver({ ...probe, index: 1 - probe.index });

/** Long enough that each fault strikes, in the measured run as in the rehearsal. */
const MEASURE_MS = 200;
/** Few, so that tests are quick. */
const WARM_UP = 1000;

const PLANTED: readonly (readonly [string, string, Fault, RegExp])[] = [
  ['arbitrage', 'a lost quote', { prefix: 'data.quotes.', nth: 100, happens: drops }, /quotes: lost \d+ of/],
  ['arbitrage', 'a lost opportunity', { prefix: 'arbitrage.', nth: 5, happens: drops }, /opportunities: lost \d+ of/],
  [
    'arbitrage',
    'one that comes twice',
    { prefix: 'arbitrage.', nth: 5, happens: repeats },
    /delivered \d+ messages again/,
  ],
  [
    'risk-checks',
    'a lost answer',
    { prefix: 'RiskEngine.check.reply', nth: 50, happens: drops },
    /answers: lost \d+ of/,
  ],
  [
    'risk-checks',
    'a false answer',
    { prefix: 'RiskEngine.check.reply', nth: 50, happens: flips },
    /decided \d+ of \d+ orders otherwise/,
  ],
  [
    'trading-desk',
    'a lost order',
    { prefix: 'commands.order.', nth: 7, happens: drops },
    /orders: lost \d+ of .*wrong positions/,
  ],
  [
    'trading-desk',
    'a lost fill',
    { prefix: 'events.fill.', nth: 7, happens: drops },
    /fills: lost \d+ of .*wrong positions/,
  ],
  [
    'trading-desk',
    'a fill twice',
    { prefix: 'events.fill.', nth: 7, happens: repeats },
    /fills: delivered \d+ messages again.*wrong positions/,
  ],
];

describe('scenarios check what comes out at their end', () => {
  test.each(PLANTED)('%s: %s is found', async (name, _, fault, problem) => {
    const result = await runBenchmark({
      contender: faultyOn(fault),
      workload: findWorkload(name),
      measureMs: MEASURE_MS,
      warmUpMessages: WARM_UP,
    });
    expect(result.outcome).toBe('wrong');
    expect(result.problems.join('; ')).toMatch(problem);
  });

  test.each(['arbitrage', 'risk-checks', 'trading-desk'])(
    '%s: the same bus without a fault is measured',
    async (name) => {
      const result = await runBenchmark({
        contender: faultyOn(),
        workload: findWorkload(name),
        measureMs: MEASURE_MS,
        warmUpMessages: WARM_UP,
      });
      expect(result).toMatchObject({ outcome: 'measured', problems: [] });
    },
  );

  test('opportunities, rejections and fills take place', async () => {
    const run = (name: string) =>
      runBenchmark({
        contender: faultyOn(),
        workload: findWorkload(name),
        measureMs: MEASURE_MS,
        warmUpMessages: WARM_UP,
      });
    const arbitrage = await run('arbitrage');
    expect(arbitrage.metrics['opportunities']).toBeGreaterThan(20);
    const risk = await run('risk-checks');
    expect(risk.metrics['approvedShare']).toBeGreaterThan(0.5);
    expect(risk.metrics['approvedShare']).toBeLessThan(1);
    const desk = await run('trading-desk');
    expect(desk.metrics['fills']).toBeGreaterThan(50);
  });
});
