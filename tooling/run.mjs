// The workspace's commands: node tooling/run.mjs TASK [-- ARGUMENTS]
//
// Needs Node 20 and npm and nothing else; package.json's scripts call it. Everything the tasks need beyond that is installed
// on the way: the pinned pnpm, the packages of the lockfile, the pinned Node that runs them.

import { TASKS } from './run/tasks.mjs';

const OLDEST_NODE = 20;

/** @param {string[]} argv @returns {Promise<number>} */
async function main([name = '', ...args]) {
  const task = Object.hasOwn(TASKS, name) ? TASKS[name] : undefined;
  if (!task) {
    console.error(`Expected a task, one of ${Object.keys(TASKS).join(', ')}; got "${name}". Example: npm run demo`);
    return 2;
  }
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    console.error(
      `Expected Node ${OLDEST_NODE} or newer; this is ${process.version}. Install a newer Node, then run the same command.`,
    );
    return 2;
  }
  return task(args[0] === '--' ? args.slice(1) : args);
}

process.exitCode = await main(process.argv.slice(2)).catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
