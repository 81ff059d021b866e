import { spawnSync } from 'node:child_process';
import { LEVELS } from '@tradewind/monitoring';
import { expect, test } from 'vitest';
import { everyPart } from './every-part.ts';

test.each(LEVELS)(
  'promtool check metrics has nothing against what every part of the house shows at %s',
  async (level) => {
    await using parts = await everyPart(level);
    // What a part asks its server for is there a scrape later.
    await parts.monitoring.scrape();
    await parts.monitoring.scrape();
    let text = '';
    for await (const piece of parts.monitoring.text()) text += piece;
    const shown = SOURCES.filter((prefix) => text.includes(`# TYPE tradewind_${prefix}`));
    expect(shown).toEqual(level === 'MINIMAL' ? AT_MINIMAL : SOURCES);
    const { status, stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
    });
    expect([error, status, stdout, stderr]).toEqual([undefined, 0, '', '']);
  },
);

/** How the names of the families of each package begin. */
const SOURCES = ['message', 'transport_', 'arbitrage_', 'scheduler_', 'alert', 'remediation_'];
const AT_MINIMAL = ['message', 'transport_'];
