/**
 * The messages that a bus did not take: those for which `publish` returned false, or a promise of false, or one that rejects. They are a problem of the run, and
 * are not waited for.
 */
export class Refusals {
  #count = 0;
  #reason: string | undefined;
  readonly #resolved = (answer: unknown): void => {
    if (answer === false) this.#count += 1;
  };
  readonly #rejected = (reason: unknown): void => {
    this.#count += 1;
    this.#reason ??= reason instanceof Error ? reason.message : String(reason);
  };

  get count(): number {
    return this.#count;
  }

  /** Enters what `publish` returned. */
  note(answer: unknown): void {
    if (answer === false) this.#count += 1;
    else if (isThenable(answer)) answer.then(this.#resolved, this.#rejected);
  }

  /** As a phrase, with the first reason that was given; nothing when everything was taken. */
  problems(sent: number): readonly string[] {
    if (this.#count === 0) return [];
    const why = this.#reason === undefined ? '' : `, the first one since: ${this.#reason}`;
    return [`refused ${this.#count} of ${sent} messages${why}`];
  }
}

/** A promise, or what another library has in its place. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { readonly then?: unknown }).then === 'function'
  );
}
