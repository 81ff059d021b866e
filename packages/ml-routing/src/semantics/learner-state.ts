import type { JsonValue, PluginState, StateOwner } from '@tradewind/core-types';
import type { Tally } from './context-evidence.ts';
import type { FacetTerm } from './facets.ts';
import { MAX_CONTEXTS, type WordEvidence } from './word-evidence.ts';
import { isRecord } from '../state/json-shapes.ts';
import { unreadableState } from '../state/unreadable-state.ts';

/** What a learner keeps. */
interface LearnerContent {
  readonly words: ReadonlyMap<string, WordEvidence>;
  readonly forgotten: number;
  readonly outcomes: number;
}

/** The learner's side of its state. */
export interface LearnerStateOptions {
  readonly read: () => LearnerContent;
  /** Evidence without anything in it. */
  readonly make: () => WordEvidence;
  readonly write: (content: LearnerContent) => void;
}

/** What was learned as JSON and back. Everything is read before anything is changed. */
export class LearnerState implements StateOwner {
  readonly #options: LearnerStateOptions;

  constructor(options: LearnerStateOptions) {
    this.#options = options;
  }

  snapshot(): PluginState {
    const { words, forgotten, outcomes } = this.#options.read();
    const data = {
      forgotten,
      outcomes,
      words: [...words].map(([word, evidence]) => ({
        word,
        contexts: [...evidence.contexts].map(([name, context]) => ({
          name,
          successes: context.successes,
          failures: context.failures,
          values: rows(context.values),
          topics: rows(context.topics),
        })),
      })),
    };
    return { version: VERSION, data };
  }

  /** @throws ValidationError `INVALID_OPTIONS` on a state that it cannot read, and is then unchanged. */
  restore({ version, data }: PluginState): void {
    if (version !== VERSION) throw unreadable('version', `version ${VERSION}`, version);
    const content = record('data', data);
    const words = new Map<string, WordEvidence>();
    for (const [at, each] of list('data.words', content['words']).entries()) {
      const path = `data.words[${at}]`;
      const { word, contexts } = record(path, each);
      words.set(text(`${path}.word`, word), this.#readEvidence(`${path}.contexts`, contexts));
    }
    const forgotten = amount('data.forgotten', content['forgotten']);
    const outcomes = amount('data.outcomes', content['outcomes']);
    this.#options.write({ words, forgotten, outcomes });
  }

  #readEvidence(path: string, from: unknown): WordEvidence {
    const evidence = this.#options.make();
    for (const [at, each] of list(path, from).entries()) {
      const context = record(`${path}[${at}]`, each);
      const made = evidence.open(text(`${path}[${at}].name`, context['name']));
      if (made === undefined) throw unreadable(path, `at most ${MAX_CONTEXTS + 1} contexts`, from);
      made.successes = amount(`${path}[${at}].successes`, context['successes']);
      made.failures = amount(`${path}[${at}].failures`, context['failures']);
      for (const [key, tally] of readRows(`${path}[${at}].values`, context['values'])) {
        if (!key.includes('=')) throw unreadable(`${path}[${at}].values`, 'terms such as base=BTC', key);
        made.values.set(key as FacetTerm, tally);
      }
      for (const [key, tally] of readRows(`${path}[${at}].topics`, context['topics'])) made.topics.set(key, tally);
    }
    return evidence;
  }
}

function rows(tallies: ReadonlyMap<string, Tally>): JsonValue {
  return [...tallies].map(([key, { successes, failures }]) => [key, successes, failures]);
}

function readRows(path: string, from: unknown): readonly (readonly [string, Tally])[] {
  const found = list(path, from);
  if (found.length > MAX_ROWS) throw unreadable(path, `at most ${MAX_ROWS} rows`, `${found.length} rows`);
  return found.map((row, at) => {
    const [key, successes, failures] = list(`${path}[${at}]`, row);
    return [
      text(`${path}[${at}]`, key),
      { successes: amount(`${path}[${at}]`, successes), failures: amount(`${path}[${at}]`, failures) },
    ] as const;
  });
}

function record(path: string, value: unknown): Readonly<Record<string, unknown>> {
  if (isRecord(value)) return value;
  throw unreadable(path, 'an object', value);
}

function list(path: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw unreadable(path, 'an array', value);
}

function text(path: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw unreadable(path, 'a text', value);
}

function amount(path: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw unreadable(path, 'a finite number of at least 0', value);
}

const unreadable = unreadableState('the meanings of words are learned again');
const VERSION = 1;
const MAX_ROWS = 64;
