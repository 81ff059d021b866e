import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { BUS_RULES, LANE_SCHEDULER_RULES, ROUTING_PLUGIN_RULES, TRANSPORT_RULES } from '../src/index.ts';

test('the README lists every rule, under its name and with its sentence', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  for (const { id, title } of [...TRANSPORT_RULES, ...ROUTING_PLUGIN_RULES, ...LANE_SCHEDULER_RULES, ...BUS_RULES]) {
    const row = readme.split('\n').find((line) => line.includes(`\`${id}\``) && line.includes(title));
    expect(row, `the rule ${id}`).toBeDefined();
  }
});
