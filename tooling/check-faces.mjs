// Fails when an index.ts, the public face of a package or of a folder in it, holds anything but named re-exports.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseSync } from 'oxc-parser';

import { publishedPackages } from './workspace.mjs';

/**
 * One sentence for every statement that is no named re-export.
 *
 * @param {string} path
 * @param {string} source
 * @returns {string[]}
 */
export function findFaceViolations(path, source) {
  const { program, errors } = parseSync(path, source);
  if (errors.length > 0) return [`${path} cannot be parsed: ${errors[0]?.message}`];
  return program.body
    .filter((statement) => statement.type !== 'ExportNamedDeclaration' || statement.source === null)
    .map((statement) => {
      const line = source.slice(0, statement.start).split('\n').length;
      return `${path}:${line}: expected only "export { … } from" and "export type { … } from"; got ${statement.type}`;
    });
}

if (import.meta.main) {
  const violations = publishedPackages().flatMap(({ folder, path }) => {
    const src = join(path, 'src');
    const files = existsSync(src) ? readdirSync(src, { recursive: true, encoding: 'utf8' }) : [];
    return files
      .filter((file) => /(?:^|[\\/])index\.ts$/.test(file))
      .flatMap((file) => findFaceViolations(`${folder}/src/${file}`, readFileSync(join(src, file), 'utf8')));
  });
  for (const violation of violations) console.error(violation);
  console.log(violations.length === 0 ? 'faces: named re-exports only' : `faces: ${violations.length} violations`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
