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
const ALLOWED = /^(?:LICENSE|README\.md|CHANGELOG\.md|package\.json|(?:dist|src)\/.*)$/;

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

/** @param {string} command @param {string[]} args @returns {string} */
function capture(command, args) {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (done.error) throw done.error;
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${done.stderr}`);
  return done.stdout;
}

/** @param {string} command @param {string[]} args */
function passes(command, args) {
  return spawnSync(command, args, { stdio: 'inherit' }).status === 0;
}

/** @param {string} tarball @returns {string[]} */
function checkTarball(tarball) {
  const files = capture('tar', ['-tzf', tarball])
    .split('\n')
    .filter((line) => line !== '' && !line.endsWith('/'))
    .map((line) => line.slice('package/'.length));
  const manifest = JSON.parse(capture('tar', ['-xzOf', tarball, 'package/package.json']));
  const problems = findTarballProblems(files, manifest);
  if (!passes('publint', ['run', tarball, '--strict'])) problems.push('publint --strict found problems, see above');
  if (!passes('attw', [tarball, '--profile', 'esm-only'])) problems.push('attw found problems, see above');
  return problems;
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
