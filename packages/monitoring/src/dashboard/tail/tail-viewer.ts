import { PRIORITY_NAMES, parsePattern, patternMatches, type Pattern, type Priority } from '@tradewind/core-types';
import type { TailBatch, TailMessage } from '../protocol/index.ts';
import { Allowance } from './allowance.ts';
import { payloadText, type PayloadText } from './payload-text.ts';
import type { WritingBudget } from './writing-budget.ts';

/** A message as a tap sees it. */
export interface Sighting {
  readonly bus: string;
  readonly direction: TailMessage['direction'];
  readonly topic: string;
  readonly payload: unknown;
  readonly priority: Priority | undefined;
  readonly publisher: string | undefined;
  readonly atMs: number;
}

/** What one viewer of the tail wants. */
export interface TailRequest {
  readonly pattern: string;
  readonly perSecond: number;
  readonly payloads: boolean;
}

/** One who looks at messages: a pattern, a rate, and what has gathered for the next batch. */
export class TailViewer {
  readonly pattern: string;
  readonly #pattern: Pattern;
  readonly #payloads: boolean;
  readonly #budget: WritingBudget;
  readonly #allowance: Allowance;
  /** Topics that were compared: a topic is compared once. */
  readonly #known = new Map<string, boolean>();
  #messages: TailMessage[] = [];

  /** @throws ValidationError `INVALID_PATTERN` */
  constructor({ pattern, perSecond, payloads }: TailRequest, budget: WritingBudget) {
    this.pattern = pattern;
    this.#pattern = parsePattern(pattern);
    this.#payloads = payloads;
    this.#budget = budget;
    this.#allowance = new Allowance(perSecond / BATCHES_PER_SECOND);
  }

  wants(topic: string): boolean {
    let wanted = this.#known.get(topic);
    if (wanted === undefined) {
      wanted = patternMatches(this.#pattern, topic);
      if (this.#known.size >= MAX_KNOWN) this.#known.clear();
      this.#known.set(topic, wanted);
    }
    return wanted;
  }

  /** Whether one more message of its pattern may be shown; otherwise it is counted. */
  hasRoom(): boolean {
    return this.#allowance.take();
  }

  /** Whether all is shown that may be shown until the next batch. */
  get isFull(): boolean {
    return this.#allowance.isSpent;
  }

  /** Keeps what is shown of a message: its text is made now, because its owner may change it. */
  show({ bus, direction, topic, payload, priority, publisher, atMs }: Sighting): void {
    const shown: PayloadText | undefined = this.#payloads ? payloadText(payload, undefined, this.#budget) : undefined;
    this.#messages.push({
      atMs,
      bus,
      direction,
      topic,
      priority: priority === undefined ? null : PRIORITY_NAMES[priority],
      publisher: publisher ?? null,
      payload: shown?.text ?? null,
      payloadCut: shown?.isCut ?? false,
    });
  }

  /** What has gathered; from now on there is room again. */
  takeBatch(unseen: number): TailBatch {
    const batch = { messages: this.#messages, leftOut: this.#allowance.takeRefused(), unseen };
    this.#messages = [];
    this.#allowance.refill();
    return batch;
  }
}

/** A batch each quarter of a second. */
export const BATCHES_PER_SECOND = 4;
const MAX_KNOWN = 1_000;
