import { BufferedMessageBusClient, InMemoryBroker } from '@tradewind/core';
import { describe, expect, test } from 'vitest';
import { createMonitoring } from '../../src/index.ts';
import { Activity } from '../../src/dashboard/activity/activity.ts';
import { Stretch } from '../../src/dashboard/activity/stretch.ts';
import { topicsOf } from '../../src/dashboard/snapshot/topics.ts';
import { WatchedBus } from '../../src/dashboard/sources/watched-bus.ts';
import { HandClock } from '../support/dashboard-system.ts';
import { Recorder } from '../support/recorder.ts';

describe('the rates of topics', () => {
  test('of a client with a path are those of what it published, whatever else comes in', async () => {
    const broker = new InMemoryBroker();
    await using other = new BufferedMessageBusClient({ name: 'other', paths: { wire: broker.transport() } });
    await using desk = new BufferedMessageBusClient({ name: 'desk', paths: { wire: broker.transport() } });
    let handled = 0;
    desk.subscribe('data.*', () => void (handled += 1));
    await desk.ready();
    const clock = new HandClock();
    const bus = new WatchedBus(createMonitoring({ bus: desk, process: false }), {});
    const activity = new Activity(bus, { clock, logger: new Recorder() });
    activity.read();
    for (let at = 0; at < 100; at += 1) other.publish('data.foreign', at);
    for (let at = 0; at < 10; at += 1) desk.publish('data.own', at);
    await Promise.all([other.flush(), desk.flush()]);
    // Its own come back to it too.
    while (handled < 110) await new Promise((resolve) => setImmediate(resolve));
    clock.nowMs += 1_000;
    const { topics } = topicsOf(bus, activity.read(), { pattern: undefined, limit: 10, nowMs: clock.nowMs });
    activity.close();
    const rates = new Map(topics.map(({ topic, ...row }) => [topic, row]));
    expect(rates.get('data.own')?.publishedPerSecond).toBeCloseTo(10, 6);
    expect(rates.get('data.foreign')).toMatchObject({ publishedPerSecond: 0, publishers: [other.producer] });
    expect(rates.get('data.foreign')?.handledPerSecond).toBeCloseTo(100, 6);
  });
});

describe('of more topics than are kept', () => {
  /** 5,000 quiet topics, and a busy one that comes last. */
  function flooded(): Stretch {
    const stretch = new Stretch(0);
    for (let at = 0; at < 5_000; at += 1) stretch.topic(`quiet.${at}`).published += 1;
    for (let at = 0; at < 500; at += 1) {
      stretch.topic('busy.last').published += 1;
      stretch.topic(`later.${at}`).published += 1;
    }
    stretch.messages.lookedAt = 6_000;
    return stretch;
  }

  test('the busiest is there, is found, and what was let go is counted', () => {
    const bus = new WatchedBus(createMonitoring({ bus: new BufferedMessageBusClient(), process: false }), {});
    const query = { pattern: undefined, limit: 200, nowMs: 1_000 };
    const answer = topicsOf(bus, flooded(), query);
    expect(answer.topics[0]).toMatchObject({ topic: 'busy.last', publishedPerSecond: 500 });
    expect(answer.topics).toHaveLength(200);
    expect(answer).toMatchObject({ matchingTopics: 2_000, evictedTopics: 3_501 });
    expect(topicsOf(bus, flooded(), { ...query, pattern: 'busy.*' })).toMatchObject({
      topics: [expect.objectContaining({ topic: 'busy.last' })],
      matchingTopics: 1,
    });
  });

  test('two stretches keep the busiest of both', () => {
    const both = flooded().with(flooded());
    expect(both.topics.size).toBe(2_000);
    expect(both.topics.get('busy.last')?.published).toBe(1_000);
    expect(both.evictedTopics).toBeGreaterThanOrEqual(7_002);
  });
});
