// One process of a contender: the producer, or consumers. Its task is the first argument, as JSON; the run talks to it over IPC.
import { HdrHistogram } from '../../measuring/histogram.ts';
import { loadNetworkContender } from '../contenders/builtin.ts';
import type { NetworkContender, TickSink } from '../contenders/contender.ts';
import { sendAtPace } from '../ticks/pacing.ts';
import { nowUs } from '../ticks/shared-clock.ts';
import { TickLedger } from '../ticks/tick-ledger.ts';
import { preparedTicks } from '../ticks/ticks.ts';
import type { FromPeer, PeerTask, ToPeer } from './protocol.ts';

/** Time for the metronome to start before the first packet is due. */
const LEAD_US = 200_000;

const task = JSON.parse(process.argv[2] ?? '') as PeerTask;
const ledgers: TickLedger[] = [];
const closers: (() => Promise<unknown>)[] = [];
let cpuAtStart = process.cpuUsage();
let go: () => Promise<void> = async () => undefined;

process.on('message', (message: ToPeer) => {
  obey(message).catch(fail);
});
process.on('uncaughtException', fail);
process.once('disconnect', () => process.exit(1));
// Of a run that was killed nobody reads any more: without a listener that would end in a stack, on the same pipe.
process.stderr.on('error', () => process.exit(1));
try {
  const contender = await loadNetworkContender(task.contender);
  await (task.role === 'consumer' ? beginToConsume(contender) : beginToProduce(contender));
  tell({ kind: 'ready' });
} catch (error) {
  fail(error);
}

async function beginToConsume(contender: NetworkContender): Promise<void> {
  const { setting, members = 1 } = task;
  let complete = 0;
  const onComplete = (): void => {
    complete += 1;
    if (complete === members) tell({ kind: 'done', atUs: nowUs() });
  };
  for (let member = 0; member < members; member += 1) {
    const ledger = new TickLedger(setting.count, onComplete);
    const sink: TickSink = { take: (tick) => ledger.take(tick), takeAll: (ticks) => ledger.takeAll(ticks) };
    // One after the other: a thousand that connect at once are another question.
    const consumer = await contender.consume(setting, sink);
    ledgers.push(ledger);
    closers.push(() => consumer.close());
  }
}

async function beginToProduce(contender: NetworkContender): Promise<void> {
  const { count: messages } = task.setting;
  const { perSecond } = task;
  preparedTicks();
  const producer = await contender.produce(task.setting);
  closers.push(() => producer.close());
  go = async () => {
    const startUs = nowUs() + (perSecond === undefined ? 0 : LEAD_US);
    tell({ kind: 'started', atUs: startUs });
    if (perSecond === undefined) await producer.flood(messages);
    else await sendAtPace({ perSecond, messages, startUs, send: (n) => producer.offer(n) });
    await producer.settled();
    tell({ kind: 'done', atUs: nowUs() });
  };
}

async function obey(message: ToPeer): Promise<void> {
  switch (message.kind) {
    case 'go': {
      cpuAtStart = process.cpuUsage();
      await go();
      return;
    }
    case 'report': {
      report(message);
      return;
    }
    case 'close': {
      await Promise.all(closers.map((close) => close()));
      process.exit(0);
    }
  }
}

function report({ sinceUs, startUs }: Extract<ToPeer, { readonly kind: 'report' }>): void {
  const { user, system } = process.cpuUsage(cpuAtStart);
  const { perSecond, setting } = task;
  const isPaced = startUs !== undefined && perSecond !== undefined && ledgers.length > 0;
  const published = new HdrHistogram();
  const intended = new HdrHistogram();
  for (const ledger of isPaced ? ledgers : []) {
    const latencies = ledger.latencies({ startUs: startUs ?? 0, perSecond: perSecond ?? 0 });
    published.merge(latencies.published);
    intended.merge(latencies.intended);
  }
  tell({
    kind: 'report',
    cpuUs: user + system,
    rssBytes: process.memoryUsage.rss(),
    receipts: ledgers.map(({ receipts }) => receipts.report(setting.count)),
    since: sinceUs === undefined ? undefined : ledgers[0]?.since(sinceUs),
    published: isPaced ? published.toJSON() : undefined,
    intended: isPaced ? intended.toJSON() : undefined,
  });
}

/** A run that is gone, killed perhaps, is told nothing any more, and there is nothing left to do. */
function tell(message: FromPeer): void {
  process.send?.(message, (error: Error | null) => {
    if (error !== null) process.exit(1);
  });
}

/** Ends the process. The run tells the message; the stack is for whoever looks into it. */
function fail(error: unknown): void {
  if (!process.connected) process.exit(1);
  console.error(error);
  const message: FromPeer = { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  process.send?.(message, () => process.exit(1));
}
