// Packs every published package and looks at the tarball as its users' tools will: contents, manifest, publint, attw.
//
// Needs a build. Types are judged for ESM users (`require()` of ESM works on every Node that the packages serve, and the
// consumer test shows that it does).

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { packTarball } from './pack.mjs';
import { publishedPackages } from './workspace.mjs';

const REQUIRED = ['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts', 'src/index.ts'];
const ALLOWED = /^(?:LICENSE|README\.md|CHANGELOG\.md|package\.json|(?:dist|src|prometheus|grafana)\/.*)$/;

/** What only means something inside the workspace, and breaks an install or a resolution outside of it. */
const WORKSPACE_ONLY = ['@tradewind/source', 'workspace:', 'catalog:'];

/**
 * @param {string[]} files Paths inside the package.
 * @param {import('./workspace.mjs').Manifest} manifest
 * @returns {string[]} What is wrong with them.
 */
export function findTarballProblems(files, { exports, dependencies, peerDependencies, optionalDependencies }) {
  const manifest = JSON.stringify({ exports, dependencies, peerDependencies, optionalDependencies });
  return [
    ...REQUIRED.filter((file) => !files.includes(file)).map((file) => `lacks ${file}`),
    ...files.filter((file) => !ALLOWED.test(file)).map((file) => `has ${file}, which users do not need`),
    ...WORKSPACE_ONLY.filter((text) => manifest.includes(text)).map((text) => `package.json mentions ${text}`),
  ];
}

/** @param {string} command @param {string[]} args @returns {{ status: number | null, output: string }} */
function capture(command, args) {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (done.error) throw done.error;
  return { status: done.status, output: `${done.stdout}${done.stderr}` };
}

/** What a program printed that must succeed. @param {string} command @param {string[]} args */
function outputOf(command, args) {
  const { status, output } = capture(command, args);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${output}`);
  return output;
}

/** A judge's verdict: nothing, or all that it printed. @param {string} command @param {string[]} args @returns {string[]} */
function verdictOf(command, args) {
  const { status, output } = capture(command, args);
  return status === 0 ? [] : [`does not satisfy ${command}:\n${output}`];
}

/** @param {string} tarball @returns {string[]} */
function checkTarball(tarball) {
  const files = outputOf('tar', ['-tzf', tarball])
    .split('\n')
    .filter((line) => line !== '' && !line.endsWith('/'))
    .map((line) => line.slice('package/'.length));
  const manifest = JSON.parse(outputOf('tar', ['-xzOf', tarball, 'package/package.json']));
  return [
    ...findTarballProblems(files, manifest),
    ...verdictOf('publint', ['run', tarball, '--strict']),
    ...verdictOf('attw', [tarball, '--profile', 'esm-only']),
  ];
}

if (import.meta.main) {
  const folder = mkdtempSync(join(tmpdir(), 'tradewind-tarballs-'));
  try {
    const problems = publishedPackages().flatMap((member) =>
      checkTarball(packTarball(member, folder)).map((problem) => `${member.folder}: the tarball ${problem}`),
    );
    for (const problem of problems) console.error(problem);
    console.log(problems.length === 0 ? 'tarballs: fit to publish' : `tarballs: ${problems.length} problems`);
    process.exitCode = problems.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
