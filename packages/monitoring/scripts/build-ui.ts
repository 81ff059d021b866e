// Builds the page of the dashboard into dist/ui: node scripts/build-ui.ts [FOLDER]
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

/** Where the page is in the tarball. */
export const BUILT_UI: string = join(PACKAGE, 'dist', 'ui');

/** What of the page's libraries ends up in its files, so that their licences go with it. */
const BUNDLED = ['preact', 'uplot'];

/** Sizes of what a browser loads, in bytes. */
export interface UiSizes {
  readonly javascript: number;
  readonly javascriptGzipped: number;
  readonly css: number;
}

/** Builds the page into a folder. What is there is written over, and never away for a moment: somebody may be looking. */
export async function buildUi(folder: string = BUILT_UI): Promise<UiSizes> {
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [
      { in: join(PACKAGE, 'ui', 'src', 'main.tsx'), out: 'app' },
      { in: join(PACKAGE, 'ui', 'styles', 'app.css'), out: 'app' },
    ],
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'warning',
    tsconfigRaw: '{}',
  });
  for (const name of ['index.html', 'icon.svg']) copyFileSync(join(PACKAGE, 'ui', name), join(folder, name));
  writeFileSync(join(folder, 'LICENSES.txt'), BUNDLED.map(licenseOf).join('\n\n'));
  const javascript = readFileSync(join(folder, 'app.js'));
  return {
    javascript: javascript.length,
    javascriptGzipped: gzipSync(javascript, { level: 9 }).length,
    css: readFileSync(join(folder, 'app.css')).length,
  };
}

function licenseOf(name: string): string {
  const folder = join(PACKAGE, 'node_modules', name);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return `${name} ${version}\n\n${readFileSync(join(folder, 'LICENSE'), 'utf8')}`;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const { javascript, javascriptGzipped, css } = await buildUi(argv[2]);
  stdout.write(`JavaScript ${javascript} bytes, ${javascriptGzipped} gzipped; styles ${css} bytes.\n`);
}
