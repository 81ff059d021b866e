// Fails when pnpm-lock.yaml names an address: a lockfile must install from whichever registry its user has.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from './workspace.mjs';

/** A scheme, or a key that only packages from outside the registry have. */
const ADDRESS = /\b(?:https?|git|ssh|file):\/\/|\btarball:/;

/** @param {string} lockfile @returns {string[]} `line N: text` of every line that names an address. */
export function addressesIn(lockfile) {
  return lockfile
    .split('\n')
    .flatMap((line, index) => (ADDRESS.test(line) ? [`line ${index + 1}: ${line.trim()}`] : []));
}

if (import.meta.main) {
  const found = addressesIn(readFileSync(join(ROOT, 'pnpm-lock.yaml'), 'utf8'));
  for (const line of found) console.error(`pnpm-lock.yaml ${line}`);
  console.log(
    found.length === 0 ? 'lockfile: names no address' : `lockfile: ${found.length} addresses; none is expected`,
  );
  process.exitCode = found.length === 0 ? 0 : 1;
}
