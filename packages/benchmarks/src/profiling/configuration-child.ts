// One configuration under its load, in a process of its own: prints the result as a line of JSON.
import { quoteTopics } from '../workloads/topics.ts';
import { loadTest } from '../running/load-test.ts';
import { CONFIGURATIONS, configuredContender } from './configurations.ts';

/** Messages of one topic are handled one at a time, so that fewer topics than workers would leave workers idle. */
const TOPICS = 200;

const { name } = JSON.parse(process.argv[2] ?? '') as { readonly name: string };
const configuration = CONFIGURATIONS.find((candidate) => candidate.name === name);
if (configuration === undefined) throw new Error(`Expected a configuration; got "${name}".`);
const contender = configuredContender(configuration);
const load = { contender, topics: quoteTopics(TOPICS) };
// Its result is thrown away: it warms the process up.
await loadTest({ ...load, shape: configuration.shape });
const result = await loadTest({ ...load, shape: configuration.shape });
process.stdout.write(`\n${JSON.stringify(result)}\n`, () => process.exit(0));
