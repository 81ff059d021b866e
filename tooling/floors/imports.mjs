// Which modules a source file names, type-only imports and import types included.

import { parseSync, Visitor } from 'oxc-parser';

/**
 * @typedef {object} ImportedModule
 * @property {string} specifier
 * @property {number} line From 1.
 */

/**
 * @param {string} path Its extension says how to parse.
 * @param {string} source
 * @returns {ImportedModule[]} In the order of the file.
 */
export function importsOf(path, source) {
  const { program, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);

  /** @type {{ specifier: string, start: number }[]} */
  const found = [];
  /** @param {{ source?: import('oxc-parser').Expression | null }} node */
  const add = ({ source: module }) => {
    if (module?.type === 'Literal' && typeof module.value === 'string') {
      found.push({ specifier: module.value, start: module.start });
    }
  };
  new Visitor({
    ImportDeclaration: add,
    ExportNamedDeclaration: add,
    ExportAllDeclaration: add,
    ImportExpression: add,
    TSImportType: add,
  }).visit(program);

  return found
    .toSorted((a, b) => a.start - b.start)
    .map(({ specifier, start }) => ({ specifier, line: source.slice(0, start).split('\n').length }));
}
