// Nanoseconds a quote: node --expose-gc --conditions=@tradewind/source bench/run.ts [--quick]
//
// 1,000 instruments at 2, 10 and 50 venues. Each contender runs in a process of its own, one after the other, on the same quotes; they are timed
// in batches of 64, of which the median, the mean and the 99th percentile are told per quote.
// Other processes disturb the mean and the percentile; the CPU time of the process less so. With --quick a tenth of the quotes are played, and fewer
// of the slow contender in any case. Both must open the same number of opportunities in the first round, or the run fails.
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { PerformanceObserver, performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { objects } from './contenders/objects.ts';
import { slots } from './contenders/slots.ts';
import { makeStream } from './quote-stream.ts';

const BATCH = 64;
const NS_PER_MS = 1e6;
const NS_PER_US = 1000;
const STREAM = 2 ** 18;
const WARM_UP_ROUNDS = 1;
/** Rounds of the stream in a full run and in a quick one; a slow contender plays fewer, and both tell what opened in the first. */
const ROUNDS = { slots: { full: 41, quick: 5 }, objects: { full: 2, quick: 2 } };
const CONTENDERS = { slots, objects };
const VENUES = [2, 10, 50];
/** Mean and p99 in nanoseconds, by venues. */
const TARGETS: Readonly<Record<number, readonly [mean: number, p99: number]>> = { 10: [50, 300], 50: [100, 500] };

interface Figures {
  /** CPU time of the process: what it takes, whatever else the machine does. */
  readonly cpuNs: number;
  readonly medianNs: number;
  readonly meanNs: number;
  readonly p99Ns: number;
  readonly opened: number;
  readonly collectionsPerMillion: number;
}

const [name = '', venues = '', size = ''] = process.argv.slice(2);
if (name === 'slots' || name === 'objects') {
  console.log(JSON.stringify(await measure(name, Number(venues), size === '--quick')));
} else {
  main(process.argv.includes('--quick'));
}

function main(isQuick: boolean): void {
  console.log(
    `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores${isQuick ? ', quick' : ''}`,
  );
  for (const count of VENUES) {
    const opened = new Set<number>();
    for (const contender of ['slots', 'objects'] as const) {
      const figures = runChild(contender, count, isQuick);
      opened.add(figures.opened);
      const target = contender === 'slots' ? TARGETS[count] : undefined;
      const verdict = target === undefined ? '' : ` (mean/p99 to reach: ${target.join('/')})`;
      console.log(
        `${String(count).padStart(2)} venues x 1,000, ${contender.padEnd(7)}: CPU ${figures.cpuNs.toFixed(1)} ns, median ${figures.medianNs.toFixed(1)} ns, mean ${figures.meanNs.toFixed(1)} ns, ` +
          `p99 ${figures.p99Ns.toFixed(1)} ns${verdict}, ${figures.opened} opened in the first round, ` +
          `${figures.collectionsPerMillion.toFixed(2)} collections a million quotes`,
      );
    }
    if (opened.size !== 1)
      throw new Error(`Expected the same opportunities of both, opened ${[...opened].join(' and ')}.`);
  }
}

function runChild(contender: keyof typeof CONTENDERS, count: number, isQuick: boolean): Figures {
  const flags = ['--expose-gc', '--conditions=@tradewind/source', '--no-warnings'];
  const args = [...flags, import.meta.filename, contender, String(count), isQuick ? '--quick' : '--full'];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Figures;
}

async function measure(contender: keyof typeof CONTENDERS, count: number, isQuick: boolean): Promise<Figures> {
  const play = CONTENDERS[contender](makeStream(count, STREAM));
  const rounds = ROUNDS[contender][isQuick ? 'quick' : 'full'];
  const perBatch = new Float64Array(((rounds - WARM_UP_ROUNDS) * STREAM) / BATCH);
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  let opened = 0;
  let at = 0;
  let cpu = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) {
    if (round === WARM_UP_ROUNDS) {
      globalThis.gc?.();
      await sleep(20);
      observer.observe({ entryTypes: ['gc'] });
      cpu = process.cpuUsage();
    }
    for (let from = 0; from < STREAM; from += BATCH) {
      const start = performance.now();
      const found = play(from, BATCH, round);
      const elapsed = performance.now() - start;
      if (round === 0) opened = found;
      if (round >= WARM_UP_ROUNDS) perBatch[at++] = elapsed;
    }
  }
  const { user, system } = process.cpuUsage(cpu);
  await sleep(20);
  if (opened === 0) throw new Error(`Expected opportunities, ${contender} found none: it did not do the work.`);
  const cpuNs = ((user + system) * NS_PER_US) / (perBatch.length * BATCH);
  const medianNs = ((perBatch.toSorted()[perBatch.length >> 1] ?? 0) / BATCH) * NS_PER_MS;
  const meanNs = (perBatch.reduce((sum, ms) => sum + ms, 0) / perBatch.length / BATCH) * NS_PER_MS;
  const p99Ns = ((perBatch.toSorted()[Math.floor(perBatch.length * 0.99)] ?? 0) / BATCH) * NS_PER_MS;
  const collectionsPerMillion = (collections / (perBatch.length * BATCH)) * 1e6;
  return { cpuNs, medianNs, meanNs, p99Ns, opened, collectionsPerMillion };
}
