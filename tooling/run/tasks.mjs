// What each command does, step by step. A task resolves to its exit code.

import { basename, join } from 'node:path';

import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { readManifest, ROOT, workspacePackages } from '../workspace.mjs';
import { measures, takeBenchTurn } from './bench-turn.mjs';
import { buildDashboardPage } from './dashboard-page.mjs';
import { runInForeground } from './foreground.mjs';
import { install } from './install.mjs';
import { pinnedNode } from './node.mjs';
import { runInWorkspace, workspaceEnvironment } from './pnpm.mjs';
import { deleteReport, printSummary, reportArguments } from './summary.mjs';

/** The folder of the package that `npm run bench` runs. */
const COMPARISONS = 'benchmarks';

/** Checks that stand on their own; turbo runs each one's script of the root package.json. */
const CHECKS = [
  'check:lint',
  'check:format',
  'check:unused',
  'check:floors',
  'check:faces',
  'check:api',
  'check:tarballs',
  'check:lockfile',
  'check:changesets',
];

/** The test runs that leave a report; package.json's `test:consumer` names the second one's file. */
const REPORTED_RUNS = ['workspace', 'consumer'];

/** The packages and the tooling itself. */
const TYPECHECKS = ['typecheck', '//#typecheck:tooling'];

/** @typedef {(args: string[]) => Promise<number>} Task */

/** @type {Record<string, Task>} */
export const TASKS = {
  demo: (args) => afterInstall(() => runDemo(args)),
  test: (args) => afterInstall(() => runTests(args)),
  check: () =>
    afterInstall(() =>
      inTurn(
        () => runInWorkspace(['turbo', 'run', 'build', ...TYPECHECKS, '--continue=dependencies-successful']),
        () => runInWorkspace(['turbo', 'run', ...CHECKS, '--continue=always']),
      ),
    ),
  bench: (args) => afterInstall(() => runBenches(args)),
  format: () => afterInstall(() => runInWorkspace(['oxfmt'])),
  api: () =>
    afterInstall(
      async () => (await runInWorkspace(['turbo', 'run', 'build'])) || runInWorkspace(['node', 'tooling/api.mjs']),
    ),
  exec: (args) => afterInstall(() => runProgram(args)),
  install: () => install(),
};

/** @param {() => Promise<number>} task @returns {Promise<number>} */
async function afterInstall(task) {
  return (await install()) || task();
}

/** Runs every step, even after a failure, and fails if one failed. @param {(() => Promise<number>)[]} steps */
async function inTurn(...steps) {
  let worst = 0;
  for (const step of steps) worst = (await step()) || worst;
  return worst;
}

/** @param {string[]} args @returns {Promise<number>} */
function runVitest(args) {
  return runInWorkspace(['vitest', 'run', ...args]);
}

/** Everything; or, with arguments, what vitest makes of them. @param {string[]} args @returns {Promise<number>} */
async function runTests(args) {
  return bootstrap(workspacePackages()) || (args.length > 0 ? runVitest(args) : runAllTests());
}

async function runAllTests() {
  REPORTED_RUNS.forEach(deleteReport);
  const built = await runInWorkspace(['turbo', 'run', 'build', '--continue=dependencies-successful']);
  const tested = await inTurn(
    () => runInWorkspace(['turbo', 'run', ...TYPECHECKS, '--continue=dependencies-successful']),
    () => runVitest(reportArguments('workspace')),
    () => (built === 0 ? runInWorkspace(['turbo', 'run', '//#test:consumer']) : Promise.resolve(built)),
  );
  printSummary(REPORTED_RUNS);
  return built || tested;
}

/** The demo runs straight from its source: nothing to build, and its own terminal. @param {string[]} args */
function runDemo(args) {
  const demo = join(ROOT, 'apps', 'demo');
  const entry = join(demo, readManifest(demo).main ?? 'src/main.ts');
  buildDashboardPage(pinnedNode());
  return runInForeground(pinnedNode(), ['--conditions=@tradewind/source', entry, ...args], {
    cwd: callersFolder(),
    env: workspaceEnvironment(),
  });
}

/** Any program of the workspace, or Node itself, with the terminal. @param {string[]} args */
function runProgram([program, ...args]) {
  if (!program)
    throw new Error('Expected a program and its arguments; got none. Example: npm run exec -- vitest --project core');
  return runInForeground(program, args, { cwd: callersFolder(), env: workspaceEnvironment() });
}

/** Where the user typed the command, so that relative paths among the arguments mean what they say; npm itself changes to the root. */
function callersFolder() {
  return process.env['INIT_CWD'] ?? process.cwd();
}

/**
 * The comparisons of `packages/benchmarks`. The folder name of another package as the first argument runs that one's own benchmarks: `core --only NAME`.
 * One at a time: a second one is refused.
 *
 * @param {string[]} args
 */
async function runBenches(args) {
  const release = measures(args) ? takeBenchTurn(['npm run bench --', ...args].join(' ')) : undefined;
  return runBenchesOf(args).finally(release);
}

/** @param {string[]} args */
async function runBenchesOf(args) {
  const benches = workspacePackages().filter(({ manifest }) => manifest.scripts?.['bench']);
  const named = benches.find(({ path }) => basename(path) === args[0]);
  if (named) return runBench(named.path, args.slice(1));
  const comparisons = benches.find(({ path }) => basename(path) === COMPARISONS);
  if (comparisons) return runBench(comparisons.path, args);
  throw new Error(`Expected packages/${COMPARISONS} with a bench script, and found none.`);
}

/** The package's own script, without the banner that a package manager would print on stdout. @param {string} folder @param {string[]} args */
function runBench(folder, args) {
  const script = readManifest(folder).scripts?.['bench'];
  return runInForeground('sh', ['-c', `exec ${script} "$@"`, 'bench', ...args], {
    cwd: folder,
    env: workspaceEnvironment(),
  });
}
