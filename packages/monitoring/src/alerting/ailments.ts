import type { Health } from '@tradewind/core-types';

/** What keeps the alerting from seeing or telling everything: of each kind the reason, as one sentence of health. */
export class Ailments {
  readonly #reasons = new Map<string, string>();
  readonly #rules = new Set<string>();
  #sinceMs: number;

  /** @param sinceMs When it was made, well. */
  constructor(sinceMs: number) {
    this.#sinceMs = sinceMs;
  }

  health(): Health {
    const reason = [...this.#reasons.values()].join('; ');
    return { status: reason === '' ? 'up' : 'degraded', reason, sinceMs: this.#sinceMs };
  }

  /** @param reason Undefined: there is none any more. @returns Whether there was none before. */
  note(kind: string, reason: string | undefined, nowMs: number): boolean {
    const isNew = reason !== undefined && !this.#reasons.has(kind);
    const wereSome = this.#reasons.size > 0;
    if (reason === undefined) this.#reasons.delete(kind);
    else this.#reasons.set(kind, reason);
    if (wereSome !== this.#reasons.size > 0) this.#sinceMs = nowMs;
    return isNew;
  }

  /** @returns Whether the rule did not fail before. */
  noteRule(rule: string, isFailing: boolean, nowMs: number): boolean {
    const isNew = isFailing && !this.#rules.has(rule);
    if (isFailing) this.#rules.add(rule);
    else if (!this.#rules.delete(rule)) return false;
    const reason = this.#rules.size > 0 ? `cannot evaluate ${[...this.#rules].join(', ')}` : undefined;
    this.note('rules', reason, nowMs);
    return isNew;
  }
}
