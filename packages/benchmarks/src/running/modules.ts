import { bufferedClientContender } from '../contenders/buffered-client.ts';
import { findContender } from '../contenders/builtin.ts';
import type { Contender } from '../contenders/contender.ts';
import { messageBusContender, type CoreModule } from '../contenders/message-bus.ts';
import { slowed } from '../contenders/slowed.ts';
import { BenchmarkError } from '../errors.ts';
import { findWorkload } from '../workloads/builtin.ts';
import type { Workload } from '../workloads/workload.ts';

/**
 * The contender of a reference: a built-in name; the `file:` URL of a module that exports `contender`; `core:MessageBus:URL` for a bus of
 * another build of core; `slowed:STEPS:REFERENCE` for one with a planted slowdown.
 */
export async function loadContender(reference: string): Promise<Contender> {
  if (isModule(reference)) return (await exportOf(reference, 'contender', 'create')) as Contender;
  const [, core, entry] = /^core:(MessageBus|BufferedMessageBusClient):(file:.+)$/.exec(reference) ?? [];
  if (entry !== undefined) {
    const load = async (): Promise<CoreModule> => (await import(entry)) as CoreModule;
    return core === 'MessageBus' ? messageBusContender(load) : bufferedClientContender(load);
  }
  const [, steps, inner] = /^slowed:(\d+(?:\.\d+)?):(.+)$/.exec(reference) ?? [];
  if (inner !== undefined) return slowed(await loadContender(inner), Number(steps));
  return findContender(reference);
}

/** The workload of a built-in name, or the one that the module of a `file:` URL exports as `workload`. */
export async function loadWorkload(reference: string): Promise<Workload> {
  return isModule(reference)
    ? ((await exportOf(reference, 'workload', 'prepare')) as Workload)
    : findWorkload(reference);
}

function isModule(reference: string): boolean {
  return reference.startsWith('file:');
}

async function importModule(url: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(url)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw new BenchmarkError('INVALID_MODULE', {
      message: `Expected a module at ${url}; it cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}.`,
      hint: 'Give the file: URL of a module that loads by itself: node -e "import(URL)".',
      cause,
    });
  }
}

async function exportOf(url: string, name: string, method: string): Promise<unknown> {
  const loaded = await importModule(url);
  const found = loaded[name];
  if (typeof found === 'object' && found !== null && typeof Reflect.get(found, method) === 'function') return found;
  throw new BenchmarkError('INVALID_MODULE', {
    message: `Expected ${url} to export "${name}", an object with a method "${method}"; it exports ${Object.keys(loaded).join(', ') || 'nothing'}.`,
    hint: `Write: export const ${name} = { name: …, ${method}: … };`,
  });
}
