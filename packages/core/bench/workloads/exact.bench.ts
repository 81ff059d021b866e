import { EventEmitter } from 'eventemitter3';
import { EventEmitter as NodeEmitter } from 'node:events';
import { MessageBus } from '../../src/message-bus/message-bus.ts';
import { eventEmitter3 } from '../contenders/eventemitter3.ts';
import type { PubSub } from '../contenders/pub-sub.ts';
import { tradewind } from '../contenders/tradewind.ts';
import { fresh, instruments, quoteTopics } from '../fixtures/instruments.ts';
import { measureCpu } from '../../../../tooling/bench/measure.ts';
import { randomIndexes } from '../../../../tooling/bench/random.ts';
import { expectCount, type Contender, type Metrics, type Workload } from '../../../../tooling/bench/workload.ts';

const QUOTE = { bid: '64000.10', ask: '64000.20' };
const TOPICS = 10_000;
const CIRCLE = 2 ** 16;
const TOPIC = 'data.quotes.BINANCE.BTCUSDT';

/** Publishes on one topic with `handlers` handlers. */
function oneTopic(handlers: number, publishes: number, make: () => PubSub): Contender {
  return async (scale) => {
    const bus = make();
    let received = 0;
    let published = 0;
    for (let i = 0; i < handlers; i += 1) {
      bus.subscribe(TOPIC, () => {
        received += 1;
      });
    }
    const metrics = await measureCpu(scale.count(publishes), (count) => {
      published += count;
      for (let i = 0; i < count; i += 1) bus.publish(TOPIC, QUOTE);
    });
    expectCount('calls of handlers', received, published * handlers);
    return metrics;
  };
}

/** Calls `publish(index)` for random indexes, and checks that each call came to exactly one handler. */
async function atRandom(count: number, publish: (index: number) => void, received: () => number): Promise<Metrics> {
  const order = randomIndexes(CIRCLE, TOPICS);
  let published = 0;
  const metrics = await measureCpu(count, (times) => {
    published += times;
    for (let i = 0; i < times; i += 1) publish(order[i & (CIRCLE - 1)] as number);
  });
  expectCount('calls of handlers', received(), published);
  return metrics;
}

/** Publishes on 10,000 topics at random, each with a handler of its own. */
function randomTopics(make: () => PubSub): Contender {
  return (scale) => {
    const bus = make();
    let received = 0;
    for (const topic of quoteTopics(TOPICS)) {
      bus.subscribe(topic, () => {
        received += 1;
      });
    }
    const topics = quoteTopics(TOPICS);
    return atRandom(
      scale.count(6_000_000),
      (index) => bus.publish(topics[index] as string, QUOTE),
      () => received,
    );
  };
}

/** A bus of ours with one handler per instrument. */
function quoteBus(): { readonly bus: MessageBus; readonly received: () => number } {
  const bus = new MessageBus();
  let received = 0;
  for (const topic of quoteTopics(TOPICS)) {
    bus.subscribe(topic, () => {
      received += 1;
    });
  }
  return { bus, received: () => received };
}

const handleOneTopic: Contender = async (scale) => {
  const bus = new MessageBus();
  let received = 0;
  let published = 0;
  bus.subscribe(TOPIC, () => {
    received += 1;
  });
  const handle = bus.topic(TOPIC);
  const metrics = await measureCpu(scale.count(30_000_000), (count) => {
    published += count;
    for (let i = 0; i < count; i += 1) handle.publish(QUOTE);
  });
  expectCount('calls of handlers', received, published);
  return metrics;
};

const handleRandomTopics: Contender = (scale) => {
  const { bus, received } = quoteBus();
  const handles = quoteTopics(TOPICS).map((topic) => bus.topic(topic));
  return atRandom(scale.count(6_000_000), (index) => handles[index]?.publish(QUOTE), received);
};

const switchboard: Contender = (scale) => {
  const { bus, received } = quoteBus();
  const quotes = bus.switchboard('data.quotes.{venue}.{symbol}');
  const all = instruments(TOPICS).map(({ venue, symbol }) => ({ venue, symbol: fresh(symbol) }));
  const publish = (index: number): void => {
    const { venue, symbol } = all[index] as (typeof all)[number];
    quotes.publish(venue, symbol, QUOTE);
  };
  return atRandom(scale.count(4_000_000), publish, received);
};

const builtStrings: Contender = (scale) => {
  const { bus, received } = quoteBus();
  const all = instruments(TOPICS).map(({ venue, symbol }) => ({ venue, symbol: fresh(symbol) }));
  const publish = (index: number): void => {
    const { venue, symbol } = all[index] as (typeof all)[number];
    bus.publish(`data.quotes.${venue}.${symbol}`, QUOTE);
  };
  return atRandom(scale.count(2_000_000), publish, received);
};

const builtStringsEmitter: Contender = (scale) => {
  const emitter = new EventEmitter();
  let received = 0;
  for (const topic of quoteTopics(TOPICS)) {
    emitter.on(topic, () => {
      received += 1;
    });
  }
  const all = instruments(TOPICS).map(({ venue, symbol }) => ({ venue, symbol: fresh(symbol) }));
  const publish = (index: number): void => {
    const { venue, symbol } = all[index] as (typeof all)[number];
    emitter.emit(`data.quotes.${venue}.${symbol}`, QUOTE);
  };
  return atRandom(scale.count(2_000_000), publish, () => received);
};

function nodeEvents(): PubSub {
  const emitter = new NodeEmitter();
  emitter.setMaxListeners(0);
  return {
    subscribe: (topic, handler) => emitter.on(topic, handler),
    publish: (topic, payload) => emitter.emit(topic, payload),
  };
}

const CPU = { metric: 'cpuNsPerOperation', of: 'tradewind', unit: 'ns' };

export const workloads: readonly Workload[] = [
  {
    name: 'exact-topic',
    title: 'Exact topic, one handler',
    work: 'Publishes an object on one topic that has one subscriber.',
    contenders: {
      tradewind: oneTopic(1, 30_000_000, tradewind),
      eventemitter3: oneTopic(1, 30_000_000, eventEmitter3),
      'node:events': oneTopic(1, 30_000_000, nodeEvents),
    },
    targets: [{ ...CPU, against: ['eventemitter3'], atMost: 1 }],
  },
  {
    name: 'by-handle',
    title: 'By handle, one topic',
    work: 'Publishes an object through the handle of one topic that has one subscriber; the emitter is given the topic.',
    contenders: { tradewind: handleOneTopic, eventemitter3: oneTopic(1, 30_000_000, eventEmitter3) },
    targets: [{ ...CPU, against: ['eventemitter3'], atMost: 0.6 }],
  },
  {
    name: 'random-topics',
    title: '10,000 topics at random',
    work: 'Publishes an object on one of 10,000 topics, chosen at random, each with one subscriber; publisher and subscribers have strings of their own.',
    contenders: {
      tradewind: randomTopics(tradewind),
      eventemitter3: randomTopics(eventEmitter3),
      'node:events': randomTopics(nodeEvents),
    },
    targets: [{ ...CPU, against: ['eventemitter3'], atMost: 1.25 }],
  },
  {
    name: 'by-handle-random',
    title: 'By handle, 10,000 topics at random',
    work: 'As before, through 10,000 handles.',
    contenders: { tradewind: handleRandomTopics, eventemitter3: randomTopics(eventEmitter3) },
    targets: [{ ...CPU, against: ['eventemitter3'], atMost: 0.6 }],
  },
  {
    name: 'switchboard',
    title: 'Switchboard instead of built strings',
    work: 'Publishes for a venue and a symbol, 10,000 instruments at random: through a switchboard, or on a topic built for each message.',
    contenders: {
      tradewind: switchboard,
      'tradewind, built strings': builtStrings,
      'eventemitter3, built strings': builtStringsEmitter,
    },
    targets: [{ ...CPU, against: ['tradewind, built strings'], atMost: 0.45 }],
  },
  {
    name: 'fan-out',
    title: 'Fan-out to 100 handlers',
    work: 'Publishes an object on one topic that has 100 subscribers.',
    contenders: {
      tradewind: oneTopic(100, 600_000, tradewind),
      eventemitter3: oneTopic(100, 600_000, eventEmitter3),
      'node:events': oneTopic(100, 600_000, nodeEvents),
    },
    targets: [{ ...CPU, against: ['eventemitter3'], atMost: 0.6 }],
  },
];
