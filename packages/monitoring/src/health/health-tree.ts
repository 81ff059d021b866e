import type { Clock, Health, HealthStatus } from '@tradewind/core-types';
import type { PlacedPart } from '../parts/walk-parts.ts';

/** How a component is, and those below it. */
export interface ComponentHealth extends Health {
  /** The last part of its path: `regime`. */
  readonly name: string;
  /** `plugins/regime`; of the bus itself `bus`. */
  readonly component: string;
  readonly parts: readonly ComponentHealth[];
}

/**
 * The health of all parts as a tree.
 *
 * A component is as it says itself; one that says nothing, as a group, is as the worst of its parts, at most degraded. `sinceMs` is kept here
 * from look to look, because not every part keeps it: it is at most one interval between two looks late.
 */
export class HealthTree {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #known = new Map<string, Health>();
  #lookedAtMs: number;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
    this.#lookedAtMs = clock.now();
  }

  /** @param name - What the root is called. */
  look(name: string, placed: readonly PlacedPart[]): ComponentHealth {
    const nowMs = this.#clock.now();
    const root: Branch = { name, component: ROOT, part: undefined, branches: new Map() };
    for (const { path, part } of placed) branchAt(root, path).part = part;
    const seen = new Set<string>();
    const health = this.#grow(root, nowMs, seen);
    for (const component of this.#known.keys()) if (!seen.has(component)) this.#known.delete(component);
    this.#lookedAtMs = nowMs;
    return health;
  }

  #grow(branch: Branch, nowMs: number, seen: Set<string>): ComponentHealth {
    const { name, component, part } = branch;
    const parts = [...branch.branches.values()].map((below) => this.#grow(below, nowMs, seen));
    const said = askHealth(part, nowMs);
    const found = branch.component === ROOT ? worse(said, fromParts(parts)) : (said ?? fromParts(parts));
    seen.add(component);
    return { name, component, ...this.#since(component, found, nowMs), parts };
  }

  #since(component: string, found: Health, nowMs: number): Health {
    const known = this.#known.get(component);
    let { sinceMs } = found;
    if (known?.status === found.status) ({ sinceMs } = known);
    // A part that tells a time before the last look has not kept it: then it was still otherwise.
    else if (known !== undefined && !(sinceMs > this.#lookedAtMs && sinceMs <= nowMs)) sinceMs = nowMs;
    const health = { status: found.status, reason: found.reason, sinceMs };
    this.#known.set(component, health);
    return health;
  }
}

/** All components of a tree, a component before those below it. */
export function* componentsOf(health: ComponentHealth): Iterable<ComponentHealth> {
  yield health;
  for (const part of health.parts) yield* componentsOf(part);
}

/** As a gauge: 1 up, 0.5 degraded, 0 down. */
export function healthValue(status: HealthStatus): number {
  return HEALTH_VALUES[status];
}

interface Branch {
  readonly name: string;
  readonly component: string;
  part: PlacedPart['part'] | undefined;
  readonly branches: Map<string, Branch>;
}

function branchAt(root: Branch, path: string): Branch {
  let branch = root;
  if (path === '') return branch;
  for (const name of path.split('/')) {
    let below = branch.branches.get(name);
    if (below === undefined) {
      const component = branch === root ? name : `${branch.component}/${name}`;
      below = { name, component, part: undefined, branches: new Map() };
      branch.branches.set(name, below);
    }
    branch = below;
  }
  return branch;
}

/** A part that throws where it must not is down. */
function askHealth(part: PlacedPart['part'] | undefined, nowMs: number): Health | undefined {
  try {
    return part?.health?.();
  } catch (error) {
    return { status: 'down', reason: `its health cannot be asked: ${reasonOf(error)}`, sinceMs: nowMs };
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A whole of which a part is down works with less. */
function fromParts(parts: readonly ComponentHealth[]): Health {
  const ill = parts.filter(({ status }) => status !== 'up');
  const sinceMs = Math.min(...(ill.length === 0 ? parts : ill).map((part) => part.sinceMs));
  if (ill.length === 0) return { status: 'up', reason: '', sinceMs: Number.isFinite(sinceMs) ? sinceMs : 0 };
  return { status: 'degraded', reason: ill.map(({ name, reason }) => `${name}: ${reason}`).join('; '), sinceMs };
}

function worse(said: Health | undefined, parts: Health): Health {
  if (said === undefined) return parts;
  return said.status === 'up' && parts.status !== 'up' ? parts : said;
}

const HEALTH_VALUES: Readonly<Record<HealthStatus, number>> = { up: 1, degraded: 0.5, down: 0 };
const ROOT = 'bus';
