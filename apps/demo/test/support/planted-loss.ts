import { runCommandLine } from '../../src/command-line.ts';
import { dropsOne } from './drops-one.ts';

/** The demo with a plugin that makes away with a single trade. */
process.exitCode = await runCommandLine(process.argv.slice(2), {
  plugins: [dropsOne('data.trades.', 100)],
  patienceMs: 500,
});
