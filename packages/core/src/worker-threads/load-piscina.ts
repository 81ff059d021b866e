import { createRequire } from 'node:module';
import { errorCode } from '@tradewind/core-types';
import { BusError } from '../errors.ts';

/** The options of piscina's pool that are used here. */
export interface PiscinaOptions {
  readonly filename: string;
  readonly minThreads: number;
  readonly maxThreads: number;
  readonly recordTiming: boolean;
}

/** The part of piscina's pool that is used here. Its own types do not compile under `exactOptionalPropertyTypes`, and a peer's types must not reach ours. */
export interface Piscina {
  run(task: unknown, options: { readonly name: string; readonly signal?: AbortSignal }): Promise<unknown>;
  close(): Promise<void>;
  destroy(): Promise<void>;
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

/** The module of the optional peer. */
export interface PiscinaModule {
  readonly Piscina: new (options: PiscinaOptions) => Piscina;
}

/**
 * Loads the optional peer.
 *
 * @throws BusError `MISSING_PEER` when it is not installed.
 */
export async function loadPiscina(load: () => Promise<unknown> = requirePiscina): Promise<PiscinaModule> {
  try {
    return (await load()) as PiscinaModule;
  } catch (cause) {
    const code = errorCode(cause);
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause;
    throw new BusError('MISSING_PEER', {
      message: 'Expected the package piscina, which runs handlers in threads, and it is not installed.',
      hint: 'Install it: npm install piscina@5',
      cause,
    });
  }
}

/** Required, so that the compiler does not look at the peer's types; piscina is CommonJS anyway. */
async function requirePiscina(): Promise<unknown> {
  const require = createRequire(import.meta.url);
  return require('piscina') as unknown;
}
