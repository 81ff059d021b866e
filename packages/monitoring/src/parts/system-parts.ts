import { MonitoringError } from '../errors.ts';
import { walkParts, type Monitored, type PlacedPart } from './walk-parts.ts';

/** Everything that one monitoring looks at. */
export interface SystemPartsOptions {
  readonly bus: Monitored;
  readonly transports?: Readonly<Record<string, Monitored>> | undefined;
  readonly plugins?: readonly (Monitored & { readonly name: string })[] | undefined;
  readonly feeds?: readonly (Monitored & { readonly name: string })[] | undefined;
  readonly parts?: Readonly<Record<string, Monitored>> | undefined;
}

/** A bus and what was given beside it, as one list of placed parts. */
export class SystemParts {
  readonly #bus: Monitored;
  readonly #others: PlacedPart[];

  /** @throws MonitoringError `DUPLICATE_PART` */
  constructor({ bus, transports = {}, plugins = [], feeds = [], parts = {} }: SystemPartsOptions) {
    this.#bus = bus;
    this.#others = [
      ...Object.entries(transports).map(([name, part]) => ({ path: `transports/${name}`, part })),
      ...plugins.map((part) => ({ path: `plugins/${part.name}`, part })),
      ...feeds.map((part) => ({ path: `feeds/${part.name}`, part })),
      ...Object.entries(parts).map(([path, part]) => ({ path, part })),
    ];
    const twice = this.#others.find(({ path }, at) => this.#others.findIndex((other) => other.path === path) < at);
    if (twice !== undefined) throw duplicate(twice.path);
  }

  /** One more. @throws MonitoringError `DUPLICATE_PART` */
  add(placed: PlacedPart): void {
    if (this.#others.some(({ path }) => path === placed.path)) throw duplicate(placed.path);
    this.#others.push(placed);
  }

  /**
   * Asked again each time, because parts come and go. Of two at one place the first counts, and so it does of one object at two places: a plugin that the bus
   * runs is the bus's, whoever else shows it.
   */
  all(): readonly PlacedPart[] {
    const taken = new Set<string>();
    const met = new Set<object>();
    const found: PlacedPart[] = [];
    for (const root of [{ path: '', part: this.#bus }, ...this.#others]) {
      for (const placed of walkParts(root)) {
        const self = placed.part.standsFor ?? placed.part;
        if (taken.has(placed.path) || met.has(self)) continue;
        taken.add(placed.path);
        met.add(self);
        found.push(placed);
      }
    }
    return found;
  }
}

function duplicate(path: string): MonitoringError {
  return new MonitoringError('DUPLICATE_PART', {
    message: `Expected one part at ${path}, and two were given.`,
    hint: 'Give one of them another name.',
  });
}
