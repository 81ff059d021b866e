/** How each command is used, by its first word; `run` is the one without a word. */
const COMMANDS = {
  run: {
    usage: `tradewind-bench [run] [--quick] [--write] [--json] [--rounds N] [--only WORKLOAD,…] [--contenders NAME,…] [--out FOLDER]
                [--baselines FOLDER] [--pin RELEASE] [--recording FILE]`,
    details: `Contenders side by side in one process each, within five minutes or, with --quick, one; with --rounds there is no bound of time.
--write writes pages and pictures to docs/benchmarks, --out to another folder; workloads that are not run stay there as they are.
--baselines keeps the run for a trend and holds it against the pinned release, --pin pins it when it is complete. --only latency-recorded
--recording FILE plays arrivals of your own: JSON objects, one a line, .gz or plain, whose member "tsRecv" is nanoseconds. Exit code 1: a
run failed, lost messages or was left out, a gate was broken, or it is not pinned that was to be.`,
  },
  redis: {
    usage: `tradewind-bench redis|claims [--quick] [--write] [--json] [--rounds N] [--minutes N] [--only NAME,…] [--out FOLDER] [--list]
tradewind-bench redis|claims --redraw [--out FOLDER]`,
    details: `Between processes over Redis and NATS, and what the field claims. --only runs some and leaves the rest of a page as it is; --list tells
their names. --rounds goes before the number that is usual for an experiment; no experiment begins after --minutes. --write writes the page
after each round, --redraw writes page and pictures again from the stored figures. Exit code 1: a run failed, or an experiment was left out.`,
  },
  compare: {
    usage:
      'tradewind-bench compare BASE HEAD [--rounds N] [--latency-rounds N] [--contender-module PATH] [--build COMMAND] [--json]',
    details: `Whether HEAD is slower than BASE, each a git reference or a folder: CPU time in duels of --rounds (12), and latency in --latency-rounds (10;
0 leaves it out). Without --contender-module both are checkouts of Tradewind, and its two buses are compared; with it PATH is a module of both
builds that exports a "contender". --build makes a build ready, run in its folder. Exit code 1: HEAD is slower.`,
  },
  trend: {
    usage: 'tradewind-bench trend FOLDER [--json]',
    details: `Where the figures that --baselines FOLDER has kept changed for good: by how much, since when, and since which commit. It takes some
sixteen runs of this machine. Exit code 2: there are none.`,
  },
  'self-test': {
    usage: 'tradewind-bench self-test [--runs N] [--rounds N] [--out PATH] [--json]',
    details: `How often comparing finds what is not there, and what is: --runs (20) comparisons of a build with itself, and as many with a planted
slowdown. --out PATH writes PATH.json and PATH.md after each.`,
  },
  profile: {
    usage:
      'tradewind-bench --profile cpu|heap [--quick] [--only WORKLOAD,…] [--contenders NAME,…] [--out FOLDER]\n                [--recording FILE]',
    details: `A .cpuprofile or .heapprofile for the Chrome DevTools and VS Code, the hottest functions, and resources over time; --quick for a shorter one.
Written to .cache/tradewind-bench/profiles, or to --out. Exit code 1: receipts were wrong.`,
  },
  configurations: {
    usage: 'tradewind-bench configurations [--write|--redraw] [--json] [--out FOLDER]',
    details: `The buffered client with 1, 8 and 50 workers, flush intervals of 0, 10 and 100 ms, compression on and off; two minutes.
--write writes a page and pictures to docs/benchmarks, --out to another folder; --redraw writes them again from the stored figures.
Exit code 1: receipts were wrong.`,
  },
  list: { usage: 'tradewind-bench list', details: 'The workloads and contenders of one process.' },
} as const;

type Command = keyof typeof COMMANDS;

/** How the program is used. */
export const USAGE: string = `${Object.values(COMMANDS)
  .map(({ usage }) => usage)
  .join('\n')}
tradewind-bench COMMAND --help`;

/** How a command is used and what its arguments mean; of a word that is none, how the program is used. */
export function usageOf(word: string | undefined): string {
  const command = word === 'claims' || word === 'redis-streams' ? 'redis' : word;
  if (command === undefined || !Object.hasOwn(COMMANDS, command)) return USAGE;
  const { usage, details } = COMMANDS[command as Command];
  return `${usage}\n\n${details}`;
}
