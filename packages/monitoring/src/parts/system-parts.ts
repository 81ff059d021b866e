import { silentLogger, type Logger } from '@tradewind/core-types';
import { MonitoringError } from '../errors.ts';
import { walkParts, type Monitored, type PlacedPart } from './walk-parts.ts';

/** Everything that one monitoring looks at. */
export interface SystemPartsOptions {
  readonly bus: Monitored;
  readonly transports?: Readonly<Record<string, Monitored>> | undefined;
  readonly plugins?: readonly (Monitored & { readonly name: string })[] | undefined;
  readonly feeds?: readonly (Monitored & { readonly name: string })[] | undefined;
  readonly parts?: Readonly<Record<string, Monitored>> | undefined;
  /** Told of what is shown once although it was given twice. Default: silent. */
  readonly logger?: Logger | undefined;
}

/** A bus and what was given beside it, as one list of placed parts. */
export class SystemParts {
  readonly #bus: Monitored;
  readonly #others: PlacedPart[];

  /** @throws MonitoringError `DUPLICATE_PART` */
  constructor({
    bus,
    transports = {},
    plugins = [],
    feeds = [],
    parts = {},
    logger = silentLogger,
  }: SystemPartsOptions) {
    this.#bus = bus;
    this.#others = [
      ...Object.entries(transports).map(([name, part]) => ({ path: `transports/${name}`, part })),
      ...plugins.map((part) => ({ path: `plugins/${part.name}`, part })),
      ...feeds.map((part) => ({ path: `feeds/${part.name}`, part })),
      ...Object.entries(parts).map(([path, part]) => ({ path, part })),
    ];
    const twice = this.#others.find(({ path }, at) => this.#others.findIndex((other) => other.path === path) < at);
    if (twice !== undefined) throw duplicate(twice.path);
    this.#sayWhoIsOne(logger);
  }

  /** Two names for one object are most often a slip: whoever looks for the second one finds nothing. */
  #sayWhoIsOne(logger: Logger): void {
    const firsts = new Map<object, string>();
    for (const { path, part } of this.#others) {
      const first = firsts.get(selfOf(part));
      firsts.set(selfOf(part), first ?? path);
      if (first === undefined) continue;
      logger.warn(
        { event: 'monitoring.same-part', path, shownAt: first },
        `${path} and ${first} are one object: it is shown as ${first} alone.`,
      );
    }
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
        const self = selfOf(placed.part);
        if (taken.has(placed.path) || met.has(self)) continue;
        taken.add(placed.path);
        met.add(self);
        found.push(placed);
      }
    }
    return found;
  }
}

function selfOf(part: Monitored): object {
  return part.standsFor ?? part;
}

function duplicate(path: string): MonitoringError {
  return new MonitoringError('DUPLICATE_PART', {
    message: `Expected one part at ${path}, and two were given.`,
    hint: 'Give one of them another name.',
  });
}
