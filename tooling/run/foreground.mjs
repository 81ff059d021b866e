// Runs one program in the foreground, as if it had been started by hand: same terminal, each signal once, same exit code.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * A signal that comes again this soon is the same key press. Ctrl-C reaches the whole foreground group, npm and this process
 * alike, and npm passes its own copy on; the two arrive within a few milliseconds, a person's second Ctrl-C does not.
 */
export const SAME_KEY_PRESS_MS = 150;

/** @type {readonly NodeJS.Signals[]} */
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGWINCH'];

/**
 * Starts the program and resolves to its exit code, or 128 + the number of the signal that ended it.
 *
 * The program gets a process group of its own, so that every signal comes through here: otherwise a terminal's Ctrl-C would
 * reach it twice, once directly and once passed on by npm, and the second would cut short what the first began.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>}
 */
export function runInForeground(command, args, options) {
  const child = spawn(command, args, { ...options, stdio: 'inherit', detached: true });
  const stopListening = passSignalsOn(child);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
  }).finally(stopListening);
}

/** @param {import('node:child_process').ChildProcess} child @returns {() => void} */
function passSignalsOn(child) {
  /** @type {Map<NodeJS.Signals, number>} */
  const lastSeenMs = new Map();
  /** @type {(signal: NodeJS.Signals) => void} */
  const passOn = (signal) => {
    const nowMs = performance.now();
    const repeated = nowMs - (lastSeenMs.get(signal) ?? -Infinity) < SAME_KEY_PRESS_MS;
    if (repeated && signal !== 'SIGWINCH') return;
    lastSeenMs.set(signal, nowMs);
    child.kill(signal);
  };
  const suspend = () => {
    child.kill('SIGSTOP');
    process.kill(process.pid, 'SIGSTOP');
  };
  const resume = () => child.kill('SIGCONT');
  const onExit = () => child.kill();

  for (const signal of PASSED_ON) process.on(signal, passOn);
  process.on('SIGTSTP', suspend).on('SIGCONT', resume).on('exit', onExit);
  return () => {
    for (const signal of PASSED_ON) process.off(signal, passOn);
    process.off('SIGTSTP', suspend).off('SIGCONT', resume).off('exit', onExit);
  };
}
