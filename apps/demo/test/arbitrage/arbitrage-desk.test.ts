import { addDecimals, formatDecimal, parseDecimalText } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { compose } from '../../src/compose.ts';
import { parseOptions } from '../../src/options.ts';
import { runDemo } from '../../src/run.ts';
import { reportText } from '../../src/summary/report-text.ts';
import { silentView } from '../../src/view/view.ts';
import { fixture } from '../support/fixtures.ts';

const COIN = new Set(['BTC', 'ETH', 'SOL']);

test('what is found is accounted for: every opportunity has one end, and the paper account holds exactly what is flagged', async () => {
  const demo = await compose(parseOptions(['--seconds', '15', '--speed', 'max', '--seed', '42']));
  const report = await runDemo(demo, silentView());
  const { arbitrage } = report.business;
  if (arbitrage === null) throw new Error('Expected arbitrage among simulated venues.');
  const { states, executions, forecasts, balances, unmatched, last } = arbitrage;
  expect(states.detected).toBeGreaterThan(20);
  expect(states.confirmed).toBeGreaterThan(3);
  expect(executions.executed).toBeGreaterThan(0);
  expect(forecasts).toBeGreaterThan(states.detected);
  // What was routed was sent, and ended in one way.
  const { executed, partial, nothing } = executions;
  expect(executed + partial + nothing + executions.unmatched).toBe(states.routed);
  expect(states.executed + states.expired + states.invalidated).toBeLessThanOrEqual(states.detected);
  // Bought less sold over all venues is what could not be unwound, to the last digit.
  const flagged = new Map<string, string>();
  for (const { base, quantity } of unmatched) {
    const before = parseDecimalText(flagged.get(base) ?? '0');
    flagged.set(base, formatDecimal(addDecimals(before, parseDecimalText(quantity))));
  }
  const held = balances.filter(({ currency }) => COIN.has(currency)).map(({ currency, total }) => [currency, total]);
  expect(Object.fromEntries(held)).toEqual(Object.fromEntries([...flagged].filter(([, quantity]) => quantity !== '0')));
  expect(last.length).toBeGreaterThan(0);
  const text = reportText(report, { width: 120, color: false });
  expect(text).toContain('ARBITRAGE ON PAPER');
  expect(text).toContain(`${states.detected} detected, ${states.confirmed} confirmed`);
  expect(report.exitCode).toBe(0);
});

test('in a recording, of which fees and grids are not known, it is not looked for', async () => {
  const demo = await compose(parseOptions(['--replay', fixture('two-venues-a.jsonl'), '--speed', 'max']));
  const report = await runDemo(demo, silentView());
  expect(report.business.arbitrage).toBeNull();
  expect(reportText(report, { width: 120, color: false })).not.toContain('ARBITRAGE');
});
