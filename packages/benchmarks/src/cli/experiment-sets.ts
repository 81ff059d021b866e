import { CLAIMS } from '../claims/claims.ts';
import type { Experiment } from '../experiments/experiment.ts';
import type { PageText } from '../experiments/page.ts';
import { NETWORK_EXPERIMENTS } from '../network/experiments/builtin.ts';

/** Experiments that are run and told together. */
export interface ExperimentSet {
  readonly experiments: readonly Experiment[];
  readonly rounds: number;
  readonly quickRounds: number;
  /** The page and the JSON beside it, without their endings. */
  readonly file: string;
  readonly text: PageText;
}

const NETWORK_METHOD =
  'Producer, consumers and server are processes of their own, the server fresh for each run; every tick is counted by its number, and a run in which one is missing, comes out of order, or comes twice up to 0.3 s after the last one fails. The contenders of an experiment run in direct succession and in random order, round after round. Figures are medians of the rounds, ratios are medians of the ratios within a round; in brackets stand the least and the greatest of the rounds. CPU time is that of all processes. Redis keeps no append-only file in these runs (but in the one about recovery), and JetStream keeps its stream in memory.';

const CROWDED =
  'The load average says what else the machine had to do: a run keeps one to three processes busy by itself, and what is above that was others at work, other runs of these benchmarks included. Latencies and misses most of all are then those of a crowded machine.';

/** The sets by the first word of the command line. */
export const EXPERIMENT_SETS: Readonly<Record<'redis' | 'claims', ExperimentSet>> = {
  redis: {
    experiments: NETWORK_EXPERIMENTS,
    rounds: 3,
    quickRounds: 1,
    file: 'redis-streams',
    text: {
      title: 'Benchmarks over Redis and NATS',
      introduction: [NETWORK_METHOD, CROWDED],
      targetsTitle: 'Targets',
      command: 'npm run bench -- redis',
    },
  },
  claims: {
    experiments: CLAIMS,
    rounds: 3,
    quickRounds: 1,
    file: 'claims',
    text: {
      title: 'What message buses claim',
      introduction: [
        'The claims that are usual in this field, each measured and each miss shown with its size. Sustained means ten minutes, peak 60 seconds, both with nothing lost: every message is counted by its number.',
        'In one process the baseline is a bus with one queue, one worker, and a look at every glob for each message. Over Redis it is one stream entry for each message through ioredis with autopipelining, read by a group and acknowledged.',
        `Over Redis: ${NETWORK_METHOD}`,
        'Latencies of one process, and `intended…` over Redis, count from the time at which a message was *meant* to be sent until its handler begins; the rest from `publish()`. How all of it is measured: [method.md](method.md).',
        CROWDED,
      ],
      targetsTitle: 'Claims',
      command: 'npm run bench -- claims',
    },
  },
};
