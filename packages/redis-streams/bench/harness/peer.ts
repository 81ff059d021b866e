// One process of a contender: the producer or the consumer. Its task is the first argument, as JSON; the run talks to it over IPC.
import { sendAtPace } from '../fixtures/pacing.ts';
import { TickLedger } from '../fixtures/tick-ledger.ts';
import { nowUs, preparedTicks } from '../fixtures/ticks.ts';
import type { Contender, Sink } from './contender.ts';
import type { FromPeer, PeerTask, ToPeer } from './protocol.ts';
import { percentile } from './statistics.ts';

/** The beginning of a latency run, in which compilers and caches warm up. */
const WARM_UP_SHARE = 0.1;

const task = JSON.parse(process.argv[2] ?? '') as PeerTask;
let cpuAtStart = process.cpuUsage();
let ledger: TickLedger | undefined;
let close: () => Promise<unknown> = async () => undefined;
let go: () => Promise<void> = async () => undefined;

process.on('message', (message: ToPeer) => {
  obey(message).catch(fail);
});
process.on('uncaughtException', fail);
process.once('disconnect', () => process.exit(1));
try {
  await begin();
  tell({ kind: 'ready' });
} catch (error) {
  fail(error);
}

async function begin(): Promise<void> {
  const { contender } = (await import(`../contenders/${task.contender}.ts`)) as { readonly contender: Contender };
  const { count } = task.setting;
  if (task.role === 'consumer') {
    const book = new TickLedger(count, () => tell({ kind: 'done', atUs: nowUs() }));
    ledger = book;
    const sink: Sink = { take: (tick) => book.take(tick), takeAll: (ticks) => book.takeAll(ticks) };
    const consumer = await contender.consume(task.setting, sink);
    close = () => consumer.close();
    return;
  }
  preparedTicks();
  const producer = await contender.produce(task.setting);
  close = () => producer.close();
  go = async () => {
    const { perSecond } = task;
    tell({ kind: 'started', atUs: nowUs() });
    if (perSecond === undefined) await producer.flood(count);
    else await sendAtPace({ perSecond, messages: count, send: (n) => producer.offer(n) });
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
      report(message.sinceUs ?? 0);
      return;
    }
    case 'close': {
      await close();
      process.exit(0);
    }
  }
}

function report(sinceUs: number): void {
  const { user, system } = process.cpuUsage(cpuAtStart);
  const latencies = ledger?.latenciesUs ?? new Float64Array(0);
  const steady = latencies.subarray(Math.floor(latencies.length * WARM_UP_SHARE)).toSorted();
  tell({
    kind: 'report',
    cpuUs: user + system,
    ledger: ledger?.state,
    since: ledger?.since(sinceUs),
    p50Us: percentile(steady, 0.5),
    p99Us: percentile(steady, 0.99),
  });
}

function tell(message: FromPeer): void {
  process.send?.(message);
}

function fail(error: unknown): void {
  tell({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
