#!/usr/bin/env node
// The command line of the benchmarks; see usage.ts.
import { runProgram } from './program.ts';
import { endWithItsReader } from './quiet-pipes.ts';

endWithItsReader([process.stdout, process.stderr]);
process.exitCode = await runProgram(process.argv.slice(2));
