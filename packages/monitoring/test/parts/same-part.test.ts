import {
  silentLogger,
  type Health,
  type LaneScheduler,
  type LogFields,
  type MetricsSink,
  type Part,
  type RoutingPlugin,
} from '@tradewind/core-types';
import { BufferedMessageBusClient } from '@tradewind/core';
import { expect, test } from 'vitest';
import { createMonitoring, componentsOf } from '../../src/index.ts';
import { samples, scraped } from '../support/sources.ts';

/** A part that learns: it comes into a client by a plugin or as a scheduler, and is operated by itself. */
class Learner {
  readonly name: string;
  readonly plugin: RoutingPlugin & Partial<Part>;

  constructor(name: string) {
    this.name = name;
    this.plugin = {
      name: `${name}-plugin`,
      standsFor: this,
      route: () => undefined,
      collect: (into) => this.collect(into),
    };
  }

  health(): Health {
    return { status: 'up', reason: '', sinceMs: 0 };
  }

  collect(into: MetricsSink): void {
    into.counter(`tradewind_learned_by_${this.name}_total`, 7);
  }
}

class Scheduler extends Learner implements LaneScheduler {
  pick(): 0 {
    return 0;
  }
}

test('what a client has and what is given beside it are one part where they are one object, by whatever door', async () => {
  const [detector, bare, scheduler, alone] = [
    new Learner('detector'),
    new Learner('bare'),
    new Scheduler('scheduler'),
    new Learner('alone'),
  ] as const;
  const plugin: RoutingPlugin & Partial<Part> = { name: 'own', route: () => undefined };
  await using client = new BufferedMessageBusClient({ scheduler, plugins: [detector.plugin, bare.plugin, plugin] });
  const learned: Part = {
    name: 'composition',
    health: () => alone.health(),
    parts: () => [scheduler, detector, alone],
  };
  const monitoring = createMonitoring({ bus: client, plugins: [plugin], parts: { learned, bare }, process: false });
  const paths = monitoring.parts().map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(['scheduler', 'plugins/detector-plugin', 'plugins/bare-plugin']));
  expect(paths).toEqual(expect.arrayContaining(['plugins/own', 'learned', 'learned/alone']));
  expect(paths.filter((path) => /learned\/(?:detector|scheduler)|^bare$/u.test(path))).toEqual([]);
  expect(paths.filter((path) => path === 'plugins/own')).toHaveLength(1);

  const series = [...samples(await scraped(monitoring)).keys()].filter((name) => name.includes('learned_by'));
  const found = series.map((name) => /_by_(\w+)_total.*part="([^"]+)"/u.exec(name)?.slice(1).join(' of '));
  expect(found).toHaveLength(4);
  expect(new Set(found)).toEqual(
    new Set([
      'alone of learned/alone',
      'bare of plugins/bare-plugin',
      'detector of plugins/detector-plugin',
      'scheduler of scheduler',
    ]),
  );
  const components = [...componentsOf(monitoring.health())].map(({ component }) => component);
  expect(new Set(components).size).toBe(components.length);
});

test('a part that contains itself is one part', () => {
  const circle: Part = {
    name: 'circle',
    health: () => ({ status: 'up', reason: '', sinceMs: 0 }),
    parts: () => [circle],
  };
  const monitoring = createMonitoring({ bus: {}, parts: { circle }, process: false });
  expect(monitoring.parts().map(({ path }) => path)).toEqual(['', 'circle']);
});

test('one object that is given under two names is shown once, and the log says under which', () => {
  const lines: LogFields[] = [];
  const logger = { ...silentLogger, warn: (fields: LogFields) => void lines.push(fields) };
  const [redis, other] = [new Learner('redis'), new Learner('other')];
  const monitoring = createMonitoring({
    bus: {},
    transports: { a: redis, b: redis, c: other },
    process: false,
    logger,
  });
  expect(monitoring.parts().map(({ path }) => path)).toEqual(['', 'transports/a', 'transports/c']);
  expect(lines).toEqual([{ event: 'monitoring.same-part', path: 'transports/b', shownAt: 'transports/a' }]);
});
