import { EventEmitter } from 'eventemitter3';
import { BufferedMessageBusClient } from '../../src/client/buffered-message-bus-client.ts';
import { Latencies } from '../fixtures/client-latencies.ts';
import { sendAtPace } from '../fixtures/client-pacing.ts';
import { quoteTopics } from '../fixtures/instruments.ts';
import { collectYoung } from '../../../../tooling/bench/measure.ts';
import { expectCount, type Contender, type Metrics, type Workload } from '../../../../tooling/bench/workload.ts';

const TOPICS = 1000;
const SECONDS = 2;
const WARM_UP_SECONDS = 1;
/** More than a second of messages: when the machine takes the processor away for long, they are late and not refused. */
const ROOM = 2_000_000;

/** Preallocated, one per topic; the time is set for each message, which is handled long before its topic comes again. */
interface Tick {
  sentAtMs: number;
}

type Receive = (payload: Tick) => void;

/** Sends a message on one of the topics. */
type Send = (topic: string, tick: Tick) => void;

/** Latency from the time at which a message was meant to be sent to the time at which its handler runs. */
function openLoop(perSecond: number, make: (topics: readonly string[], receive: Receive) => Send): Contender {
  return async (scale) => {
    const topics = quoteTopics(TOPICS);
    const ticks = topics.map(() => ({ sentAtMs: 0 }));
    let latencies = new Latencies();
    let lastHandledAtMs = 0;
    let awaited = { count: -1, resolve: (): void => undefined };
    const send = make(topics, ({ sentAtMs }) => {
      lastHandledAtMs = performance.now();
      latencies.record(lastHandledAtMs - sentAtMs);
      if (latencies.count === awaited.count) awaited.resolve();
    });
    const run = async (messages: number): Promise<Metrics> => {
      latencies = new Latencies();
      collectYoung();
      const handled = new Promise<void>((resolve) => {
        awaited = { count: messages, resolve };
      });
      const startMs = await sendAtPace({
        perSecond,
        messages,
        send: (intendedAtMs, index) => {
          const tick = ticks[index % TOPICS] as Tick;
          tick.sentAtMs = intendedAtMs;
          send(topics[index % TOPICS] as string, tick);
        },
      });
      await handled;
      expectCount('messages handled', latencies.count, messages);
      return {
        ...latencies.metrics(),
        offeredPerSecond: perSecond,
        achievedPerSecond: achieved(messages, lastHandledAtMs - startMs),
      };
    };
    await run(scale.count(perSecond * WARM_UP_SECONDS));
    return run(scale.count(perSecond * SECONDS));
  };
}

/** By the time of the last handler; a hundred per second is as exact as it is. */
function achieved(messages: number, elapsedMs: number): number {
  return Math.round((messages / elapsedMs) * 10) * 100;
}

function tradewind(topics: readonly string[], receive: Receive): Send {
  const client = new BufferedMessageBusClient({ lanes: { NORMAL: { capacity: ROOM } } });
  for (const topic of topics) client.subscribe(topic, (payload) => receive(payload as Tick));
  return (topic, tick) => {
    if (!client.publish(topic, tick)) throw new Error('Expected room for a message; the lane is full.');
  };
}

function emitter(topics: readonly string[], receive: Receive): Send {
  const events = new EventEmitter();
  for (const topic of topics) events.on(topic, receive);
  return (topic, tick) => events.emit(topic, tick);
}

/** What an emitter costs that, as ours does, never runs a handler inside the publisher's code. */
function deferredEmitter(topics: readonly string[], receive: Receive): Send {
  const events = new EventEmitter();
  for (const topic of topics) events.on(topic, receive);
  return (topic, tick) => queueMicrotask(() => events.emit(topic, tick));
}

function latencyAt(perSecond: number, atMost: number): Workload {
  const rate = perSecond.toLocaleString('en');
  const target = { of: 'tradewind', against: ['eventemitter3'], atMost, unit: 'µs' };
  return {
    name: `client-latency-${perSecond / 1000}k`,
    title: `Latency at ${rate} messages a second`,
    work:
      `Sends ${rate} messages a second on 1,000 topics in turn for ${SECONDS} seconds, each at its own time, which does not wait for the ones before ` +
      '(an open loop, in which the event loop goes round between two looks at the clock). Latency from the intended time to the handler, late sending included. ' +
      'The bare emitter calls the handler inside emit; deferred, in a microtask for each message; ours never inside publish.',
    contenders: {
      tradewind: openLoop(perSecond, tradewind),
      eventemitter3: openLoop(perSecond, emitter),
      'eventemitter3, deferred': openLoop(perSecond, deferredEmitter),
    },
    targets: ['p99Us', 'p50Us', 'p999Us'].map((metric) => ({ ...target, metric })),
  };
}

export const workloads: readonly Workload[] = [latencyAt(100_000, 1.3), latencyAt(1_000_000, 1.5)];
