import { BufferedMessageBusClient } from '@tradewind/core';
import { createLearnedRouting } from '@tradewind/ml-routing';
import { createMonitoring } from '@tradewind/monitoring';
import { expect, test } from 'vitest';

test('learned routing given to a monitoring beside the client that has it is there once', async () => {
  const learned = createLearnedRouting({ adaptation: {}, paths: { predictive: {}, trial: {} } });
  await using client = new BufferedMessageBusClient({ scheduler: learned.scheduler, plugins: [...learned.plugins] });
  await using alone = createMonitoring({ bus: client, process: false, level: 'DEBUG' });
  await using both = createMonitoring({ bus: client, parts: { learned }, process: false, level: 'DEBUG' });
  await Promise.all([alone.scrape(), both.scrape()]);
  const own = [...alone.families()].filter(({ name }) => !name.startsWith('tradewind_monitoring_'));
  expect(own.some(({ name }) => name.startsWith('tradewind_learned_') || name.startsWith('tradewind_regime_'))).toBe(
    true,
  );
  // What each part writes is written by one part alone; only health has a series for the composition itself.
  const doubled = own.filter(
    ({ name, size }) => name !== 'tradewind_health_status' && both.family(name)?.size !== size,
  );
  expect(doubled.map(({ name }) => name)).toEqual([]);
  const added = both.parts().filter(({ path }) => !alone.parts().some((part) => part.path === path));
  // The candidate stands behind the trial, which is all that the client has of it.
  expect(added.map(({ path }) => path)).toEqual(['learned', 'learned/predictive-paths']);
});
