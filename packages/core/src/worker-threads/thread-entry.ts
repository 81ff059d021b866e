// What runs in each thread of a pool: it loads the handler's module once and calls the handler. Nothing of the bus is loaded here.
import type { ThreadFailure, ThreadHandler, ThreadTask } from './thread-task.ts';

const handlers = new Map<string, ThreadHandler>();

/** Calls the handler. Resolves with what it threw, in a form that survives the way back. */
export async function handle({ module, exportName, payload, meta }: ThreadTask): Promise<ThreadFailure | undefined> {
  const handler = await handlerOf(module, exportName);
  try {
    await handler(payload, meta);
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}

/** Loads the handler without calling it. Resolves with why it cannot be. */
export async function load({
  module,
  exportName,
}: Pick<ThreadTask, 'module' | 'exportName'>): Promise<ThreadFailure | undefined> {
  try {
    await handlerOf(module, exportName);
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}

async function handlerOf(module: string, exportName: string): Promise<ThreadHandler> {
  const key = `${module}#${exportName}`;
  const known = handlers.get(key);
  if (known !== undefined) return known;
  const exports = (await import(module)) as Readonly<Record<string, unknown>>;
  const handler = exports[exportName];
  if (typeof handler !== 'function') {
    throw new TypeError(
      `expected the module to export a function named ${exportName}; it exports ${Object.keys(exports).join(', ') || 'nothing'}`,
    );
  }
  handlers.set(key, handler as ThreadHandler);
  return handler as ThreadHandler;
}

function failureOf(error: unknown): ThreadFailure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), code: undefined, stack: undefined };
  const { name, message, stack } = error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { name, message, code, stack };
}
