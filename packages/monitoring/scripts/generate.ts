import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { argv, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ALERT_RULES } from '../src/rules/rules.ts';
import { alertmanagerFile } from './output/alertmanager-file.ts';
import type { GeneratedFile } from './output/generated-file.ts';
import { grafanaFiles } from './output/grafana-files.ts';
import { prometheusFile } from './output/prometheus-file.ts';
import { ruleFiles } from './output/rule-files.ts';
import { runbooks } from './output/runbooks.ts';
import { testFiles } from './output/test-files.ts';

/** The root of the repository. */
export const ROOT: string = fileURLToPath(new URL('../../../', import.meta.url));

/** Folders in which nothing stands but what is generated. */
const FOLDERS = [
  'packages/monitoring/prometheus/rules',
  'packages/monitoring/prometheus/tests',
  'packages/monitoring/grafana',
  'docs/runbooks',
];

/** Everything that is made from the rule table. @param runbookBase Where the rules say that the runbooks are. Default: `docs/runbooks/`. */
export function generatedFiles(runbookBase?: string): readonly GeneratedFile[] {
  return [
    ...ruleFiles(ALERT_RULES, runbookBase),
    ...testFiles(ALERT_RULES, runbookBase),
    ...runbooks(ALERT_RULES),
    alertmanagerFile(ALERT_RULES),
    prometheusFile(),
    ...grafanaFiles(ALERT_RULES),
  ];
}

/** Files that are not as they would be generated, are missing, or should not be there. */
export function drift(): readonly string[] {
  const files = generatedFiles();
  const wanted = new Set(files.map(({ path }) => path));
  const strangers = FOLDERS.flatMap(filesIn).filter((path) => !wanted.has(path));
  return [...files.filter(({ path, text }) => textOf(path) !== text).map(({ path }) => path), ...strangers];
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`);
  } catch {
    return [];
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), 'utf8');
  } catch {
    return undefined;
  }
}

function write(): void {
  for (const folder of FOLDERS) rmSync(join(ROOT, folder), { recursive: true, force: true });
  const { values } = parseArgs({ options: { 'runbook-base': { type: 'string' } } });
  const files = generatedFiles(values['runbook-base']);
  for (const { path, text } of files) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
  stdout.write(`${files.length} files were written.\n`);
}

if (argv[1] === fileURLToPath(import.meta.url)) write();
