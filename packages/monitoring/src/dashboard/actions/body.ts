import type { IncomingMessage } from 'node:http';
import { showValue } from '@tradewind/core-types';
import { MonitoringError } from '../../errors.ts';
import { MAX_NAME_CHARACTERS, type Visitor } from '../access/permissions.ts';

/** What reading a body can come to, beside the body. */
export type BodyFault = 'too-large' | 'broken';

/** Reads a body of at most 64 kB as text; one that does not come within ten seconds is given up. */
export function readBody(request: IncomingMessage): Promise<string | { readonly fault: BodyFault }> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let size = 0;
    const settle = (outcome: string | { readonly fault: BodyFault }): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    const timer = setTimeout(() => settle({ fault: 'broken' }), BODY_TIMEOUT_MS);
    timer.unref();
    request.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size <= MAX_BODY_BYTES) pieces.push(piece);
      else {
        request.pause();
        settle({ fault: 'too-large' });
      }
    });
    request.on('end', () => settle(Buffer.concat(pieces).toString('utf8')));
    request.on('error', () => settle({ fault: 'broken' }));
    request.on('close', () => settle({ fault: 'broken' }));
  });
}

/** A body that was parsed, and how its members are read: each says what it expected and what came. */
export class Body {
  readonly #members: Readonly<Record<string, unknown>>;

  /** @throws MonitoringError `REQUEST_REFUSED` */
  constructor(text: string) {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw refused('body', 'an object as JSON', 'a text that is none');
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw refused('body', 'an object as JSON', showValue(value));
    }
    this.#members = value as Readonly<Record<string, unknown>>;
  }

  /** Refuses what it has besides these and `by`. @throws MonitoringError `REQUEST_REFUSED` */
  only(names: readonly string[]): void {
    for (const name of Object.keys(this.#members)) {
      if (name === 'by' || names.includes(name)) continue;
      throw refused('members', `none but ${['by', ...names].join(', ')}`, showValue(name));
    }
  }

  /** A text that is not empty. @throws MonitoringError `REQUEST_REFUSED` */
  text(name: string, maxCharacters: number = MAX_TEXT_CHARACTERS): string {
    const value = this.#members[name];
    if (typeof value === 'string' && value !== '' && value.length <= maxCharacters) return value;
    throw refused(name, `a text of 1 to ${maxCharacters} characters`, showValue(value));
  }

  optionalText(name: string): string | undefined {
    const value = this.#members[name];
    return value === undefined || value === null || value === '' ? undefined : this.text(name);
  }

  optionalNumber(name: string): number | undefined {
    const value = this.#members[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw refused(name, 'a number', showValue(value));
  }

  boolean(name: string): boolean {
    const value = this.#members[name];
    if (typeof value === 'boolean') return value;
    throw refused(name, 'true or false', showValue(value));
  }

  optionalTexts(name: string, max: number): readonly string[] | undefined {
    const value = this.#members[name];
    if (value === undefined || value === null) return undefined;
    const isList = Array.isArray(value) && value.length > 0 && value.length <= max;
    if (isList && value.every((one) => typeof one === 'string' && one !== '' && one.length <= MAX_TEXT_CHARACTERS)) {
      return value as readonly string[];
    }
    throw refused(name, `1 to ${max} texts`, showValue(value));
  }

  /** Anything, for whoever checks it himself. */
  raw(name: string): unknown {
    return this.#members[name];
  }

  /** Who acts: whoever is logged in, otherwise who he says that he is. @throws MonitoringError `REQUEST_REFUSED` */
  by({ name }: Visitor): string {
    return name ?? this.text('by', MAX_NAME_CHARACTERS);
  }
}

/** The error of a request that is not as it must be. */
export function refused(where: string, expected: string, came: string): MonitoringError {
  return new MonitoringError('REQUEST_REFUSED', {
    message: `Expected ${expected} as ${where}, and came ${came}.`,
    hint: 'Nothing was changed.',
  });
}

/** The error of a request about something that is not there. */
export function missing(what: string): MonitoringError {
  return new MonitoringError('NOT_FOUND', {
    message: `Expected ${what}, and there is none.`,
    hint: 'Read the list again: it may have gone meanwhile.',
  });
}

const MAX_BODY_BYTES = 65_536;
const MAX_TEXT_CHARACTERS = 500;
const BODY_TIMEOUT_MS = 10_000;
