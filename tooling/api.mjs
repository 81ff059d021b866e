// Writes the public face of each package into api/, one report an entry point; with --check, fails when one has drifted.
//
// A report is what reviewers read to see what a change does to users. Needs a build: it is made from `dist`.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

import { publishedPackages, ROOT } from './workspace.mjs';

/**
 * @typedef {import('./workspace.mjs').WorkspacePackage} WorkspacePackage
 *
 * @typedef {import('@microsoft/api-extractor').ExtractorMessage} ExtractorMessage
 *
 * @typedef {object} EntryPoint
 * @property {string} report Its file in api/: `core.testing.api.md`.
 * @property {string} types Path of its declarations.
 */

/** @param {WorkspacePackage} member @returns {EntryPoint[]} */
function entryPointsOf({ path, manifest }) {
  const packageName = manifest.name.split('/').at(-1);
  return Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) => {
    if (typeof target !== 'object' || target === null || !('types' in target)) return [];
    const suffix = subpath === '.' ? '' : subpath.slice(1).replaceAll('/', '.');
    return [{ report: `${packageName}${suffix}.api.md`, types: join(path, String(target.types)) }];
  });
}

/**
 * @param {WorkspacePackage} member
 * @param {EntryPoint} entry
 * @param {string} folder Where the report goes.
 * @returns {boolean} Whether the face is sound: everything that it mentions is exported.
 */
function writeReport(member, entry, folder) {
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: join(member.path, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: member.path,
      mainEntryPointFilePath: entry.types,
      newlineKind: 'lf',
      apiReport: {
        enabled: true,
        reportFileName: entry.report,
        reportFolder: folder,
        reportTempFolder: join(folder, 'temp'),
        // A step of a computed type is part of what a reviewer reads, although nobody can import it.
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      compiler: { overrideTsconfig: compilerSettings(member) },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Error, addToApiReportFile: false },
          // No release tags: what is exported is public.
          'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
          'ae-undocumented': { logLevel: ExtractorLogLevel.Error },
          // Editors resolve `{@link member}`, which this would want spelled in full.
          'ae-unresolved-link': { logLevel: ExtractorLogLevel.None },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
      },
    },
  });
  const result = Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      if (isChatter(message) || isDocumentedElsewhere(message) || isStepOfType(message))
        message.logLevel = ExtractorLogLevel.None;
    },
  });
  return result.errorCount === 0;
}

/** Progress, and the remark that its own TypeScript is older than the project's. @param {ExtractorMessage} message */
function isChatter(message) {
  return message.messageId.startsWith('console-');
}

/**
 * Every export must say what it is, with two exceptions: a member whose name, type and owner say it all, and the type of a
 * constant's values, `type Priority = (typeof Priority)[…]`, which the constant's docstring describes.
 *
 * @param {ExtractorMessage} message
 */
function isDocumentedElsewhere({ messageId, sourceFilePath = '', sourceFileLine = 0 }) {
  if (messageId !== 'ae-undocumented') return false;
  const declaration = readFileSync(sourceFilePath, 'utf8').split('\n')[sourceFileLine - 1] ?? '';
  const isMember = !declaration.startsWith('export ');
  return isMember || /^export type \w+ = \(typeof \w+\)\[/.test(declaration);
}

/**
 * Everything that a face mentions must be exported, with one exception: a step of a computed type, which is a generic alias that other
 * aliases of its own file refer to. It is a function on types: no value has it, and it differs from release to release without
 * its users noticing. The interface of a parameter or of a result never passes for one.
 *
 * @param {ExtractorMessage} message
 */
function isStepOfType({ messageId, text, sourceFilePath = '', sourceFileLine = 0 }) {
  if (messageId !== 'ae-forgotten-export') return false;
  const [, symbol] = /^The symbol "(\w+)"/.exec(text) ?? [];
  const source = readFileSync(sourceFilePath, 'utf8');
  const mention = source.split('\n')[sourceFileLine - 1] ?? '';
  return (
    /^(?:export )?(?:declare )?type /.test(mention) && new RegExp(`^(?:declare )?type ${symbol}<`, 'm').test(source)
  );
}

/** The package's settings without its condition for sources, which would lead past the declarations. @param {WorkspacePackage} member */
function compilerSettings(member) {
  return {
    compilerOptions: { target: 'es2024', module: 'nodenext', types: ['node'], strict: true, skipLibCheck: true },
    files: entryPointsOf(member).map(({ types }) => types),
  };
}

/** @param {string} folder */
const reportsIn = (folder) => readdirSync(folder).filter((file) => file.endsWith('.api.md'));

/** @param {string} path */
const readIfThere = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

/**
 * Writes or checks the reports of every published package; deletes, or finds, those whose entry point is gone.
 *
 * @param {string} root
 * @param {{ checkOnly: boolean }} options
 * @returns {string[]} One sentence for every problem.
 */
export function updateReports(root, { checkOnly }) {
  const api = join(root, 'api');
  const fresh = mkdtempSync(join(tmpdir(), 'tradewind-api-'));
  try {
    const problems = publishedPackages(root).flatMap((member) =>
      entryPointsOf(member).flatMap((entry) => {
        if (!existsSync(entry.types)) return [`${entry.types} is missing; run the build first`];
        return writeReport(member, entry, fresh) ? [] : [`api/${entry.report}: see the errors above`];
      }),
    );
    mkdirSync(api, { recursive: true });
    for (const report of new Set([...reportsIn(fresh), ...reportsIn(api)])) {
      const [now, before] = [readIfThere(join(fresh, report)), readIfThere(join(api, report))];
      if (now === before) continue;
      if (checkOnly) problems.push(`api/${report} has drifted; run "npm run api" and review the difference`);
      else if (now === undefined) rmSync(join(api, report));
      else writeFileSync(join(api, report), now);
    }
    return problems;
  } finally {
    rmSync(fresh, { recursive: true });
  }
}

if (import.meta.main) {
  const problems = updateReports(ROOT, { checkOnly: process.argv.includes('--check') });
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? 'api: reports agree with the code' : `api: ${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
