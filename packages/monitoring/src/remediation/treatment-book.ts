import type { ResolvedRule } from './remediation-rule.ts';
import { Treatment, type OpenRun, type TreatmentState } from './treatment.ts';

/** The records of all rules on all components: which ran when, which rest. */
export class TreatmentBook {
  readonly #treatments = new Map<string, Treatment>();

  /** The record of a rule on a component, which may be empty. */
  of(rule: ResolvedRule, component: string): Treatment {
    const key = `${rule.name} ${component}`;
    let treatment = this.#treatments.get(key);
    if (treatment === undefined) {
      treatment = new Treatment(rule, component);
      this.#treatments.set(key, treatment);
    }
    return treatment;
  }

  /** How many rules rest on a component because they did not heal it. */
  openCircuits(nowMs: number): number {
    let open = 0;
    for (const treatment of this.#treatments.values()) if (treatment.isOpen(nowMs)) open += 1;
    return open;
  }

  /** What must not be forgotten. */
  states(nowMs: number): readonly TreatmentState[] {
    return [...this.#treatments.values()].flatMap((treatment) => treatment.state(nowMs) ?? []);
  }

  /** Goes on from before a restart; what was kept of rules that are gone is forgotten. @returns The runs that a restart interrupted. */
  restore(
    states: readonly TreatmentState[],
    rules: readonly ResolvedRule[],
    nowMs: number,
  ): readonly (OpenRun & { readonly rule: ResolvedRule; readonly component: string })[] {
    return states.flatMap((state) => {
      const rule = rules.find(({ name }) => name === state.rule);
      const open = rule === undefined ? undefined : this.of(rule, state.component).restore(state, nowMs);
      return rule === undefined || open === undefined ? [] : [{ ...open, rule, component: state.component }];
    });
  }
}
