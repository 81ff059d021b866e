import { BenchmarkError } from '../errors.ts';
import { baselineBus } from './baseline-bus.ts';
import { bufferedClientContender } from './buffered-client.ts';
import type { Contender } from './contender.ts';
import { emittery } from './emittery.ts';
import { eventEmitter2 } from './eventemitter2.ts';
import { eventEmitter3 } from './eventemitter3.ts';
import { fastq } from './fastq.ts';
import { inMemoryTransport } from './in-memory-transport.ts';
import { messageBusContender, type CoreModule } from './message-bus.ts';
import { mitt } from './mitt.ts';
import { mqEmitter } from './mqemitter.ts';
import { nodeEvents } from './node-events.ts';
import { pQueue } from './p-queue.ts';
import { rxjs } from './rxjs.ts';

const loadCore = (): Promise<CoreModule> => import('@tradewind/core');

/** The contenders that come with this package, in the order of the tables. Peers are optional: one that is not installed is said to be missing. */
export const CONTENDERS: readonly Contender[] = [
  messageBusContender(loadCore),
  bufferedClientContender(loadCore),
  baselineBus,
  eventEmitter3,
  nodeEvents,
  mitt,
  emittery,
  eventEmitter2,
  mqEmitter,
  rxjs,
  fastq,
  pQueue,
];

/** Further ones, for single questions: found by their name, and in no set. */
const FURTHER_CONTENDERS: readonly Contender[] = [inMemoryTransport];

/** @throws BenchmarkError `UNKNOWN_CONTENDER`. */
export function findContender(name: string): Contender {
  const found = [...CONTENDERS, ...FURTHER_CONTENDERS].find((contender) => contender.name === name);
  if (found !== undefined) return found;
  throw new BenchmarkError('UNKNOWN_CONTENDER', {
    message: `Expected a contender, one of ${CONTENDERS.map((contender) => contender.name).join(', ')}; got "${name}".`,
    hint: 'Give one of these names, or the URL of a module that exports "contender".',
  });
}
