import type { Logger, Remedy } from '@tradewind/core-types';
import type { PlacedPart } from '../parts/walk-parts.ts';

/** A remedy, and the component that has it. */
export interface OfferedRemedy {
  readonly component: string;
  readonly remedy: Remedy;
}

/** Which remedies there are: those of the parts, and those that were given. */
export class RemedyCatalog {
  readonly #parts: () => readonly PlacedPart[];
  readonly #given: readonly OfferedRemedy[];
  readonly #logger: Logger;
  readonly #unread = new Set<string>();

  constructor(parts: () => readonly PlacedPart[], given: Readonly<Record<string, readonly Remedy[]>>, logger: Logger) {
    this.#parts = parts;
    this.#given = Object.entries(given).flatMap(([component, list]) => list.map((remedy) => ({ component, remedy })));
    this.#logger = logger;
  }

  /** All of them, as they are now. A part that throws when it is asked has none; that is logged once. */
  all(): readonly OfferedRemedy[] {
    const own = this.#parts().flatMap((placed) => {
      const component = placed.path === '' ? 'bus' : placed.path;
      return this.#remediesOf(component, placed).map((remedy) => ({ component, remedy }));
    });
    return [...own, ...this.#given];
  }

  find(component: string, name: string): Remedy | undefined {
    return this.all().find((each) => each.component === component && each.remedy.name === name)?.remedy;
  }

  #remediesOf(component: string, { part }: PlacedPart): readonly Remedy[] {
    try {
      return [...(part.remedies?.() ?? [])];
    } catch (error) {
      if (!this.#unread.has(component)) {
        this.#unread.add(component);
        this.#logger.warn(
          { event: 'remediation.remedies-unread', component, error },
          `The remedies of ${component} cannot be asked; those of others can.`,
        );
      }
      return [];
    }
  }
}
