import { MessageBus } from '../../src/message-bus/message-bus.ts';
import { eventEmitter2 } from '../contenders/eventemitter2.ts';
import { mqEmitter } from '../contenders/mqemitter.ts';
import type { PubSub } from '../contenders/pub-sub.ts';
import { qlobber } from '../contenders/qlobber.ts';
import { tradewind } from '../contenders/tradewind.ts';
import { countMatches, fresh, newTradeTopics, tradeTopics, wildcardPatterns } from '../fixtures/instruments.ts';
import { measureCpu } from '../../../../tooling/bench/measure.ts';
import { randomIntegers } from '../../../../tooling/bench/random.ts';
import { expectCount, type Contender, type Workload } from '../../../../tooling/bench/workload.ts';

const TRADE = { price: '64000.10', size: '0.5' };
const KNOWN_TOPICS = 1000;

interface Subscribed {
  readonly bus: PubSub;
  readonly patterns: readonly string[];
  readonly received: () => number;
}

function subscribed(make: () => PubSub, patternCount: number): Subscribed {
  const bus = make();
  const patterns = wildcardPatterns(patternCount);
  let received = 0;
  for (const pattern of patterns) {
    bus.subscribe(pattern, () => {
      received += 1;
    });
  }
  return { bus, patterns, received: () => received };
}

/** Publishes on 1,000 topics in turn, again and again. */
function knownTopics(make: () => PubSub, patternCount: number, publishes: number): Contender {
  return async (scale) => {
    const { bus, patterns, received } = subscribed(make, patternCount);
    const topics = tradeTopics(KNOWN_TOPICS, patternCount);
    let rounds = 0;
    const metrics = await measureCpu(scale.count(publishes / KNOWN_TOPICS), (count) => {
      rounds += count;
      for (let round = 0; round < count; round += 1) {
        for (let i = 0; i < topics.length; i += 1) bus.publish(topics[i] as string, TRADE);
      }
    });
    expectCount('calls of handlers', received(), rounds * countMatches(patterns, topics));
    return { cpuNsPerOperation: (metrics['cpuNsPerOperation'] ?? 0) / KNOWN_TOPICS };
  };
}

/** Publishes on topics that never come twice. */
function newTopics(make: () => PubSub, patternCount: number, publishes: number): Contender {
  return async (scale) => {
    const { bus, patterns, received } = subscribed(make, patternCount);
    const measured = scale.count(publishes);
    const topics = newTradeTopics(measured * 2, patternCount);
    let next = 0;
    const metrics = await measureCpu(measured, (count) => {
      for (const end = next + count; next < end; next += 1) bus.publish(topics[next] as string, TRADE);
    });
    expectCount('calls of handlers', received(), countMatches(patterns, topics.slice(0, next)));
    return metrics;
  };
}

/** Ten thousand partial globs at one place: prefixes, suffixes, both, and one unknown character. */
const partialGlobs: Contender = async (scale) => {
  const bus = new MessageBus();
  let received = 0;
  for (let i = 0; i < 10_000; i += 1) {
    bus.subscribe(`data.quotes.${partialGlob(i)}`, () => {
      received += 1;
    });
  }
  const random = randomIntegers(7);
  const measured = scale.count(300_000);
  const topics = Array.from({ length: measured * 2 }, (_, i) =>
    fresh(`data.quotes.C${random(10_000)}-${i}-E${random(10_000)}`),
  );
  let next = 0;
  const metrics = await measureCpu(measured, (count) => {
    for (const end = next + count; next < end; next += 1) bus.publish(topics[next] as string, TRADE);
  });
  expectCount(
    'calls of handlers',
    received,
    topics.slice(0, next).reduce((sum, topic) => sum + globMatches(topic), 0),
  );
  return { ...metrics, cpuUsPerOperation: (metrics['cpuNsPerOperation'] ?? 0) / 1000 };
};

function partialGlob(i: number): string {
  switch (i % 4) {
    case 0:
      return `C${i}-*`;
    case 1:
      return `*-E${i}`;
    case 2:
      return `C${i}*E${i - 1}`;
    default:
      return `C${i}-?-E${i}`;
  }
}

/** The independent truth: of the globs only those that carry a topic's own numbers can match it. */
function globMatches(topic: string): number {
  const text = topic.slice('data.quotes.'.length);
  const [, first = '', middle = '', last = ''] = /^C(\d+)-(\d+)-E(\d+)$/.exec(text) ?? [];
  const isPrefix = Number(first) % 4 === 0 ? 1 : 0;
  const isSuffix = Number(last) % 4 === 1 ? 1 : 0;
  // `C2*E1` also matches where the topic's numbers begin or end with others.
  let both = 0;
  for (let length = 1; length <= first.length; length += 1) {
    const i = Number(first.slice(0, length));
    if (String(i).length === length && i % 4 === 2 && text.endsWith(`E${i - 1}`)) both += 1;
  }
  const isOneCharacter = middle.length === 1 && first === last && Number(first) % 4 === 3 ? 1 : 0;
  return isPrefix + isSuffix + both + isOneCharacter;
}

const CPU = { metric: 'cpuNsPerOperation', of: 'tradewind', unit: 'ns' };

export const workloads: readonly Workload[] = [
  {
    name: 'wildcard-10k',
    title: 'Wildcard publish, 10,000 patterns',
    work: 'Publishes on 1,000 topics in turn, each matched by three to five of 10,000 patterns.',
    contenders: {
      tradewind: knownTopics(tradewind, 10_000, 3_000_000),
      eventemitter2: knownTopics(eventEmitter2, 10_000, 200_000),
      mqemitter: knownTopics(mqEmitter, 10_000, 200_000),
      qlobber: knownTopics(qlobber, 10_000, 300_000),
    },
    targets: [{ ...CPU, against: ['eventemitter2', 'mqemitter', 'qlobber'], atMost: 0.1 }],
  },
  {
    name: 'wildcard-100k',
    title: 'Wildcard publish, 100,000 patterns',
    work: 'Publishes on 1,000 topics in turn, each matched by three to five of 100,000 patterns.',
    contenders: {
      tradewind: knownTopics(tradewind, 100_000, 3_000_000),
      eventemitter2: knownTopics(eventEmitter2, 100_000, 200_000),
      mqemitter: knownTopics(mqEmitter, 100_000, 200_000),
      qlobber: knownTopics(qlobber, 100_000, 300_000),
    },
    targets: [{ ...CPU, against: ['eventemitter2', 'mqemitter', 'qlobber'], atMost: 0.05 }],
  },
  {
    name: 'new-topics-10k',
    title: 'Topics never seen, 10,000 patterns',
    work: 'Publishes on topics that never come twice, each matched by three of 10,000 patterns; the peer keeps nothing either.',
    contenders: { tradewind: newTopics(tradewind, 10_000, 300_000), qlobber: newTopics(qlobber, 10_000, 300_000) },
    targets: [{ ...CPU, against: ['qlobber'], atMost: 0.5 }],
  },
  {
    name: 'new-topics-100k',
    title: 'Topics never seen, 100,000 patterns',
    work: 'Publishes on topics that never come twice, each matched by three of 100,000 patterns; the peer keeps nothing either.',
    contenders: { tradewind: newTopics(tradewind, 100_000, 300_000), qlobber: newTopics(qlobber, 100_000, 300_000) },
    targets: [{ ...CPU, against: ['qlobber'], atMost: 1 / 3 }],
  },
  {
    name: 'partial-globs',
    title: '10,000 partial globs under one node, new topic',
    work: 'Publishes on topics that never come twice, with 10,000 patterns such as data.quotes.C12-*, data.quotes.*-E7, data.quotes.C6*E5 and data.quotes.C3-?-E3.',
    contenders: { tradewind: partialGlobs },
    targets: [{ metric: 'cpuUsPerOperation', of: 'tradewind', atMost: 3, unit: 'µs' }],
  },
];
