import type { Part } from '@tradewind/core-types';

/** The faces that something from outside shows an operator, beside its name and health: those that it has, called on itself. */
export function facesOf(own: Partial<Part>): Omit<Part, 'name' | 'health' | 'standsFor'> {
  return {
    ...(own.collect === undefined ? {} : { collect: (into) => own.collect?.(into) }),
    ...(own.remedies === undefined ? {} : { remedies: () => own.remedies?.() ?? [] }),
    ...(own.knobs === undefined ? {} : { knobs: () => own.knobs?.() ?? [] }),
    ...(own.reconfigure === undefined ? {} : { reconfigure: (patch) => own.reconfigure?.(patch) ?? {} }),
    ...(own.parts === undefined ? {} : { parts: () => own.parts?.() ?? [] }),
  };
}
