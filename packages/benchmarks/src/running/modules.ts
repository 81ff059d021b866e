import { findContender } from '../contenders/builtin.ts';
import type { Contender } from '../contenders/contender.ts';
import { BenchmarkError } from '../errors.ts';
import { findWorkload } from '../workloads/builtin.ts';
import type { Workload } from '../workloads/workload.ts';

/** The contender of a built-in name, or the one that the module of a `file:` URL exports as `contender`. */
export async function loadContender(reference: string): Promise<Contender> {
  return isModule(reference)
    ? ((await exportOf(reference, 'contender', 'create')) as Contender)
    : findContender(reference);
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

async function exportOf(url: string, name: string, method: string): Promise<unknown> {
  const loaded = (await import(url)) as Readonly<Record<string, unknown>>;
  const found = loaded[name];
  if (typeof found === 'object' && found !== null && typeof Reflect.get(found, method) === 'function') return found;
  throw new BenchmarkError('INVALID_MODULE', {
    message: `Expected ${url} to export "${name}", an object with a method "${method}"; it exports ${Object.keys(loaded).join(', ') || 'nothing'}.`,
    hint: `Write: export const ${name} = { name: …, ${method}: … };`,
  });
}
