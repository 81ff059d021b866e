import { randomUUID } from 'node:crypto';
import { MonitoringError } from '../errors.ts';
import { labelsMatch, type LabelMatch, type LabelsMatch } from '../history/series-store.ts';
import type { MetricLabels } from '@tradewind/core-types';

/** Alerts with labels as these are not told until a time. */
export interface Silence {
  readonly id: string;
  /** At least one label must have a value, or one of several; `alertname` and `severity` are labels too. */
  readonly match: LabelsMatch;
  readonly by: string;
  readonly reason: string;
  readonly fromMs: number;
  /** It ends by itself. */
  readonly untilMs: number;
}

/** What makes a silence. */
export interface SilenceRequest {
  readonly match: LabelsMatch;
  readonly by: string;
  readonly reason: string;
  /** How long, in milliseconds: more than 0, at most 30 days. */
  readonly forMs: number;
}

/** All silences that have not ended; at most 1,000. */
export class Silences {
  readonly #byId = new Map<string, Silence>();

  get all(): readonly Silence[] {
    return [...this.#byId.values()];
  }

  /** @throws MonitoringError `SILENCE_REFUSED` */
  add({ match, by, reason, forMs }: SilenceRequest, nowMs: number): Silence {
    if (!Object.values(match).some(isWanted)) {
      throw refused('at least one label with a value that it must have, as alertname or bus', JSON.stringify(match));
    }
    if (!(forMs > 0 && forMs <= MAX_MS)) throw refused('more than 0 ms and at most 30 days', `${forMs} ms`);
    if (by === '') throw refused('the name of whoever silences', 'an empty text');
    if (this.#byId.size >= MAX_SILENCES) throw refused(`at most ${MAX_SILENCES} silences`, 'one more');
    const silence = { id: randomUUID(), match, by, reason, fromMs: nowMs, untilMs: nowMs + forMs };
    this.#byId.set(silence.id, silence);
    return silence;
  }

  /** Ends one before its time. Undefined where there is none. */
  end(id: string): Silence | undefined {
    const silence = this.#byId.get(id);
    this.#byId.delete(id);
    return silence;
  }

  /** Takes out those whose time is over. */
  expire(nowMs: number): readonly Silence[] {
    const over = this.all.filter(({ untilMs }) => untilMs <= nowMs);
    for (const { id } of over) this.#byId.delete(id);
    return over;
  }

  /** One that covers these labels. */
  covering(labels: MetricLabels): Silence | undefined {
    for (const silence of this.#byId.values()) if (labelsMatch(labels, silence.match)) return silence;
    return undefined;
  }

  restore(silences: Iterable<Silence>): void {
    for (const silence of silences) this.#byId.set(silence.id, silence);
  }
}

/** Whether something must be there. A label that may be missing, or only must not be something, is so of nearly every alert. */
function isWanted(match: LabelMatch): boolean {
  if (typeof match === 'string') return match !== '';
  return 'oneOf' in match && match.oneOf.length > 0 && !match.oneOf.includes('');
}

function refused(expected: string, came: string): MonitoringError {
  return new MonitoringError('SILENCE_REFUSED', {
    message: `Expected ${expected} for a silence, and came ${came}.`,
    hint: 'Nothing was silenced; give what was expected.',
  });
}

const MAX_SILENCES = 1_000;
const MAX_MS = 30 * 86_400_000;
