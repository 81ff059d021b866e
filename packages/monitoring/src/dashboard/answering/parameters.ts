import { showValue } from '@tradewind/core-types';
import { MonitoringError } from '../../errors.ts';

/** Reads the parameters of a URL: each says what it expected and what came. */
export class Parameters {
  readonly #query: URLSearchParams;

  constructor(query: URLSearchParams) {
    this.#query = query;
  }

  /** A text that is not empty; undefined where there is none. @throws MonitoringError `REQUEST_REFUSED` */
  text(name: string): string | undefined {
    const value = this.#query.get(name);
    if (value === null || value === '') return undefined;
    if (value.length > MAX_CHARACTERS) throw refused(name, `at most ${MAX_CHARACTERS} characters`, 'more');
    return value;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw refused(name, 'a text', 'none');
    return value;
  }

  /** An integer within bounds. @throws MonitoringError `REQUEST_REFUSED` */
  integer(name: string, fallback: number, [min, max]: readonly [number, number]): number {
    const value = this.number(name, fallback, [min, max]);
    if (!Number.isInteger(value)) throw refused(name, 'an integer', `${value}`);
    return value;
  }

  number(name: string, fallback: number, [min, max]: readonly [number, number]): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (value >= min && value <= max) return value;
    throw refused(name, `a number from ${min} to ${max}`, showValue(text));
  }
}

function refused(name: string, expected: string, came: string): MonitoringError {
  return new MonitoringError('REQUEST_REFUSED', {
    message: `Expected ${expected} as parameter ${name}, and came ${came}.`,
    hint: 'Leave it out for the default, where it has one.',
  });
}

const MAX_CHARACTERS = 500;
