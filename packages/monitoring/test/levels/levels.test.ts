import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LEVELS, createAlerting, type MonitoringLevel } from '../../src/index.ts';
import { wholeSystem } from '../support/whole-system.ts';

async function familiesAt(level: MonitoringLevel): Promise<ReadonlySet<string>> {
  await using monitoring = wholeSystem(level);
  await monitoring.scrape();
  await monitoring.scrape();
  const names = new Set(Array.from(monitoring.families(), ({ name }) => name));
  await monitoring.client.close();
  return names;
}

/** The names in the row of a level in the table of the README. */
function documentedAt(level: MonitoringLevel): readonly string[] {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  const row = readme.split('\n').find((line) => line.startsWith(`| \`${level}\``)) ?? '';
  return [...row.matchAll(/`(tradewind_[a-z_]+)`/g)].map(([, name = '']) => name);
}

describe('the levels', () => {
  test('each have all of the one before, and more', async () => {
    const sets = await Promise.all(LEVELS.map((level) => familiesAt(level)));
    for (const [at, set] of sets.entries()) {
      const before = sets[at - 1] ?? new Set<string>();
      expect([...before].filter((name) => !set.has(name))).toEqual([]);
      expect(set.size).toBeGreaterThan(before.size);
    }
  });

  test.each(LEVELS)('the table of the README has exactly what %s adds', async (level) => {
    const before = LEVELS[LEVELS.indexOf(level) - 1];
    const less = before === undefined ? new Set<string>() : await familiesAt(before);
    const added = [...(await familiesAt(level))].filter((name) => !less.has(name));
    expect(documentedAt(level).toSorted()).toEqual(added.toSorted());
  });

  test('bound what is shown, and not what the rules in the process see', async () => {
    const evaluated: Partial<Record<MonitoringLevel, readonly string[]>> = {};
    for (const level of LEVELS) {
      await using monitoring = wholeSystem(level);
      await using alerting = createAlerting();
      await alerting.look(monitoring);
      await alerting.look(monitoring);
      evaluated[level] = alerting.rules().map(({ name }) => name);
      await monitoring.client.close();
      // The page is as it is without them, to the counts that it tells of itself.
      const names = new Set(Array.from(monitoring.families(), ({ name }) => name));
      expect(names).toEqual(await familiesAt(level));
      let text = '';
      for await (const piece of monitoring.text()) text += piece;
      const told = [...text.matchAll(/^# TYPE (\w+)/gmu)].map(([, name = '']) => name);
      expect(new Set(told)).toEqual(names);
      if (level === 'MINIMAL') {
        expect(monitoring.family('tradewind_subscriptions')).toBeUndefined();
        expect([...monitoring.values()].map(({ name }) => name)).not.toContain('tradewind_subscriptions');
      }
    }
    const { MINIMAL, ...others } = evaluated;
    expect(MINIMAL?.length).toBeGreaterThan(40);
    expect(MINIMAL).toEqual(
      expect.arrayContaining(['TradewindLaneFull', 'TradewindNoConsumers', 'TradewindHeapNearLimit']),
    );
    for (const rules of Object.values(others)) expect(rules).toEqual(MINIMAL);
  });
});
