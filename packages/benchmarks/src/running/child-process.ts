import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE_CONDITION = '--conditions=@tradewind/source';
/** Children share what Node compiled of the modules, so that starting one takes less of the machine. It holds bytecode, no optimized code. */
const COMPILE_CACHE = join(tmpdir(), 'tradewind-benchmarks-compile-cache');

/** The flags of Node for a child: the conditions of this process, and the garbage collector exposed. */
export function childFlags(...contenders: readonly string[]): readonly string[] {
  const own = process.execArgv.filter((flag) => flag.startsWith('--conditions='));
  // A build of core that is compared runs from its sources, also where this package does not.
  const usesCore = contenders.some((contender) => /(?:^|:)core:/.test(contender));
  const conditions = usesCore ? [...new Set([...own, SOURCE_CONDITION])] : own;
  return ['--expose-gc', '--no-warnings', ...conditions];
}

/** The environment of a child. */
export function childEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE };
}

/** The path of a module beside the one with this URL, `./child` for example: TypeScript where this runs from its source, JavaScript where it is built. */
export function moduleBeside(url: string, name: string): string {
  return fileURLToPath(new URL(`${name}${url.endsWith('.ts') ? '.ts' : '.js'}`, url));
}
