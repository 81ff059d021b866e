import { ValidationError, showValue, type RoutingPlugin, type ValidationIssue } from '@tradewind/core-types';
import { BusError } from '../errors.ts';

/**
 * Checks the plugins of a client before any of them is called.
 *
 * @throws ValidationError `INVALID_OPTIONS` with every member that has the wrong type; BusError `DUPLICATE_PLUGIN`.
 */
export function validatePlugins(plugins: unknown): asserts plugins is readonly RoutingPlugin[] {
  const issues = Array.isArray(plugins)
    ? plugins.flatMap((plugin: unknown, index) => pluginIssues(plugin, `plugins[${index}]`))
    : [issue('plugins', 'an array of routing plugins', plugins)];
  const [first] = issues;
  if (first !== undefined) {
    throw new ValidationError('INVALID_OPTIONS', {
      ...first,
      issues,
      hint: 'A routing plugin has a name and, each optional, route(), observe(), state and [Symbol.asyncDispose]().',
    });
  }
  refuseDuplicates(plugins as readonly RoutingPlugin[]);
}

function pluginIssues(plugin: unknown, path: string): ValidationIssue[] {
  if (typeof plugin !== 'object' || plugin === null) return [issue(path, 'a routing plugin', plugin)];
  const { name, route, observe, state, [Symbol.asyncDispose]: dispose } = plugin as Record<PropertyKey, unknown>;
  const issues: ValidationIssue[] = [];
  if (typeof name !== 'string' || name === '') issues.push(issue(`${path}.name`, 'a string that is not empty', name));
  for (const [member, value] of [
    ['route', route],
    ['observe', observe],
    ['[Symbol.asyncDispose]', dispose],
  ] as const) {
    if (value !== undefined && typeof value !== 'function')
      issues.push(issue(`${path}.${member}`, 'a function', value));
  }
  if (state !== undefined && !isStateOwner(state)) {
    issues.push(issue(`${path}.state`, 'an object with snapshot() and restore()', state));
  }
  return issues;
}

function isStateOwner(state: unknown): boolean {
  if (typeof state !== 'object' || state === null) return false;
  const { snapshot, restore } = state as Record<string, unknown>;
  return typeof snapshot === 'function' && typeof restore === 'function';
}

function refuseDuplicates(plugins: readonly RoutingPlugin[]): void {
  const names = new Set<string>();
  for (const { name } of plugins) {
    if (names.has(name)) {
      throw new BusError('DUPLICATE_PLUGIN', {
        message: `Expected plugins with different names, received ${JSON.stringify(name)} twice.`,
        hint: 'Give the second one a name of its own, or leave it out.',
      });
    }
    names.add(name);
  }
}

function issue(path: string, expected: string, received: unknown): ValidationIssue {
  return { path, expected, received: showValue(received) };
}
