import { EventEmitter } from 'eventemitter3';
import { Qlobber } from 'qlobber';
import { MessageBus } from '../../src/message-bus/message-bus.ts';
import { quoteTopics, wildcardPatterns } from '../fixtures/instruments.ts';
import { measureCpu } from '../../../../tooling/bench/measure.ts';
import { randomIndexes } from '../../../../tooling/bench/random.ts';
import { expectCount, type Contender, type Metrics, type Workload } from '../../../../tooling/bench/workload.ts';

const CIRCLE = 2 ** 16;
const NAMES = 10_000;
const PUBLISH_EVERY = 100;

/** What a contender does to one name: subscribes a handler and ends that subscription. */
interface Churner {
  /** Subscribes and ends it again. */
  churn(name: string, handler: () => void): void;
  /** Publishes on a topic that the name, or a topic that it matches, stands for. */
  publish(topic: string): void;
}

/** Every name has a subscriber that stays; another one comes and goes, at random; now and then a message shows that the right ones are there. */
async function measureChurn(
  count: number,
  names: readonly string[],
  topics: readonly string[],
  churner: Churner,
): Promise<Metrics> {
  const order = randomIndexes(CIRCLE, names.length);
  let wrong = 0;
  const handler = (): void => {
    wrong += 1;
  };
  const metrics = await measureCpu(count, (times) => {
    for (let i = 0; i < times; i += 1) {
      churner.churn(names[order[i & (CIRCLE - 1)] as number] as string, handler);
      if (i % PUBLISH_EVERY === 0) churner.publish(topics[i % topics.length] as string);
    }
  });
  expectCount('calls of handlers that had gone', wrong, 0);
  return metrics;
}

const exactTradewind: Contender = async (scale) => {
  const bus = new MessageBus();
  let received = 0;
  let published = 0;
  for (const topic of quoteTopics(NAMES)) bus.subscribe(topic, () => (received += 1));
  const metrics = await measureChurn(scale.count(1_000_000), quoteTopics(NAMES), quoteTopics(NAMES), {
    churn: (topic, handler) => bus.subscribe(topic, handler).unsubscribe(),
    publish: (topic) => {
      published += 1;
      bus.publish(topic, undefined);
    },
  });
  expectCount('calls of handlers that stay', received, published);
  return metrics;
};

const exactEmitter: Contender = async (scale) => {
  const emitter = new EventEmitter();
  let received = 0;
  let published = 0;
  for (const topic of quoteTopics(NAMES)) emitter.on(topic, () => (received += 1));
  const metrics = await measureChurn(scale.count(1_000_000), quoteTopics(NAMES), quoteTopics(NAMES), {
    churn: (topic, handler) => {
      emitter.on(topic, handler);
      emitter.off(topic, handler);
    },
    publish: (topic) => {
      published += 1;
      emitter.emit(topic, undefined);
    },
  });
  expectCount('calls of handlers that stay', received, published);
  return metrics;
};

/** The same without subscribers that stay: each topic comes into being and goes. */
const bareTradewind: Contender = (scale) => {
  const bus = new MessageBus();
  return measureChurn(scale.count(1_000_000), quoteTopics(NAMES), ['data.nothing'], {
    churn: (topic, handler) => bus.subscribe(topic, handler).unsubscribe(),
    publish: (topic) => bus.publish(topic, undefined),
  });
};

const bareEmitter: Contender = (scale) => {
  const emitter = new EventEmitter();
  return measureChurn(scale.count(1_000_000), quoteTopics(NAMES), ['data.nothing'], {
    churn: (topic, handler) => {
      emitter.on(topic, handler);
      emitter.off(topic, handler);
    },
    publish: (topic) => emitter.emit(topic, undefined),
  });
};

const wildcardTradewind: Contender = async (scale) => {
  const bus = new MessageBus();
  let received = 0;
  let published = 0;
  for (const pattern of wildcardPatterns(NAMES)) bus.subscribe(pattern, () => (received += 1));
  const metrics = await measureChurn(scale.count(500_000), churnPatterns(), ['data.quotes.KRAKEN.X'], {
    churn: (pattern, handler) => bus.subscribe(pattern, handler).unsubscribe(),
    publish: (topic) => {
      published += 1;
      bus.publish(topic, undefined);
    },
  });
  expectCount('calls of handlers that stay', received, published * 2);
  return metrics;
};

const wildcardQlobber: Contender = async (scale) => {
  const matcher = new Qlobber<() => void>();
  let received = 0;
  let published = 0;
  for (const pattern of wildcardPatterns(NAMES)) matcher.add(translate(pattern), () => (received += 1));
  const metrics = await measureChurn(scale.count(300_000), churnPatterns().map(translate), ['data.quotes.KRAKEN.X'], {
    churn: (pattern, handler) => {
      matcher.add(pattern, handler);
      matcher.remove(pattern, handler);
    },
    publish: (topic) => {
      published += 1;
      for (const handler of matcher.match(topic)) handler();
    },
  });
  expectCount('calls of handlers that stay', received, published * 2);
  return metrics;
};

/** Patterns that nobody else has: each one makes and drops its own way through the trie. */
function churnPatterns(): readonly string[] {
  return Array.from({ length: NAMES }, (_, i) =>
    i % 2 === 0 ? `events.order.CHURN-${i}.*` : `data.trades.+.CHURN-${i}`,
  );
}

/** `*` is one segment for qlobber, `#` any number. */
function translate(pattern: string): string {
  return pattern.replace(/\*$/, '#').replaceAll('+', '*');
}

const CPU = { metric: 'cpuNsPerOperation', of: 'tradewind', unit: 'ns' };

export const workloads: readonly Workload[] = [
  {
    name: 'exact-churn',
    title: 'Exact churn',
    work: 'Subscribes a second handler to one of 10,000 topics, at random, and ends that subscription; every hundredth time a message is published.',
    contenders: { tradewind: exactTradewind, eventemitter3: exactEmitter },
    targets: [{ ...CPU, against: ['eventemitter3'], atMost: 1.5 }],
  },
  {
    name: 'exact-churn-bare',
    title: 'Exact churn, topics without other subscribers',
    work: 'The same where the topic has no other subscriber: it comes into being and goes each time.',
    contenders: { tradewind: bareTradewind, eventemitter3: bareEmitter },
    targets: [{ ...CPU, against: ['eventemitter3'], atMost: 1.5 }],
  },
  {
    name: 'wildcard-churn',
    title: 'Wildcard churn',
    work: 'Beside 10,000 patterns, subscribes to one of 10,000 others, at random, and ends that subscription; every hundredth time a message is published.',
    contenders: { tradewind: wildcardTradewind, qlobber: wildcardQlobber },
    targets: [{ ...CPU, against: ['qlobber'], atMost: 0.3 }],
  },
];
