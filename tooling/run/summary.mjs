// One closing line for all test runs: "N passed, N failed".

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../workspace.mjs';

/** @param {string} run */
const reportPath = (run) => join('node_modules', '.cache', 'test-reports', `${run}.json`);

/** So that no summary counts an older run. @param {string} run */
export function deleteReport(run) {
  rmSync(join(ROOT, reportPath(run)), { force: true });
}

/** The arguments that make vitest leave a report for `printSummary`. @param {string} run */
export function reportArguments(run) {
  return ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath(run)}`];
}

/**
 * @typedef {object} Report What is read of vitest's JSON report.
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {{ status: string, assertionResults: unknown[] }[]} testResults One a file.
 */

/** A file that could not even be loaded has no tests to count: it is one failure. @param {Report} report */
export function countTests(report) {
  const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length };
}

/** @param {string[]} runs @returns {number} An exit code: 0 when no test failed. */
export function printSummary(runs) {
  const counts = runs
    .map((run) => join(ROOT, reportPath(run)))
    .filter((path) => existsSync(path))
    .map((path) => countTests(JSON.parse(readFileSync(path, 'utf8'))));
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
