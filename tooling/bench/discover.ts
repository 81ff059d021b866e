import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Workload } from './workload.ts';

/** A workload and the folder and file that it comes from, which a child process loads again. */
export interface FoundWorkload {
  readonly folder: string;
  readonly file: string;
  readonly workload: Workload;
}

const SUFFIX = '.bench.ts';

/** All workloads of a folder, by file name and then in the order of the file. */
export async function findWorkloads(folder: string): Promise<readonly FoundWorkload[]> {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(SUFFIX))
    .toSorted();
  const found = await Promise.all(
    files.map(async (file) => (await loadWorkloads(folder, file)).map((workload) => ({ folder, file, workload }))),
  );
  return found.flat();
}

export async function findWorkload(folder: string, file: string, name: string): Promise<Workload> {
  const workload = (await loadWorkloads(folder, file)).find((candidate) => candidate.name === name);
  if (workload === undefined) throw new Error(`Expected a workload "${name}" in ${file}.`);
  return workload;
}

async function loadWorkloads(folder: string, file: string): Promise<readonly Workload[]> {
  const loaded = (await import(pathToFileURL(join(folder, file)).href)) as { readonly workloads?: readonly Workload[] };
  if (loaded.workloads === undefined) throw new Error(`Expected ${file} to export "workloads", an array of workloads.`);
  return loaded.workloads;
}
