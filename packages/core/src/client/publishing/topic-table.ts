import { parseTopic, type PayloadSchema, type TopicCatalog } from '@tradewind/core-types';
import type { SeenTopics } from '../../matching/seen-topics.ts';
import type { PayloadSchemas } from './payload-schemas.ts';
import { TopicRecord } from './topic-record.ts';

/**
 * The topics that the client knows: a string becomes a record once, and is checked once.
 *
 * Workload: looked up per publish, thousands of topics, a few of them hot. The first `maxTopics` stay for good and have an id for
 * schedulers; beyond that, records live in two generations of as many again: what was not used while a generation filled up goes, so that
 * topics that are never repeated cost a bounded amount of memory and the hot ones stay.
 */
export class TopicTable implements TopicCatalog {
  readonly #known = new Map<string, TopicRecord>();
  #young = new Map<string, TopicRecord>();
  #old = new Map<string, TopicRecord>();
  readonly #maxTopics: number;
  readonly #schemas: PayloadSchemas | undefined;
  readonly #seen: SeenTopics;

  constructor(options: {
    readonly maxTopics: number;
    readonly schemas: PayloadSchemas | undefined;
    readonly seen: (knownTopics: () => Iterable<string>) => SeenTopics;
  }) {
    this.#maxTopics = options.maxTopics;
    this.#schemas = options.schemas;
    this.#seen = options.seen(() => this.#known.keys());
  }

  /** How many topics have a record for good. */
  get size(): number {
    return this.#known.size;
  }

  /**
   * The record of a topic.
   *
   * @throws ValidationError `INVALID_TOPIC`
   */
  record(topic: string): TopicRecord {
    return this.#known.get(topic) ?? this.#rare(topic);
  }

  topics(): Iterable<string> {
    return this.#seen.topics();
  }

  unlisted(): number {
    return this.#seen.unlisted();
  }

  onTopic(listener: (topic: string) => void): Disposable {
    return this.#seen.onTopic(listener);
  }

  #rare(topic: string): TopicRecord {
    const young = this.#young.get(topic);
    if (young !== undefined) return young;
    const kept = this.#old.get(topic);
    if (kept !== undefined) return this.#keep(kept);
    parseTopic(topic);
    const schemas: readonly PayloadSchema[] | undefined = this.#schemas?.of(topic);
    if (this.#seen.isRecording) this.#seen.note(topic);
    const { size } = this.#known;
    if (size >= this.#maxTopics) return this.#keep(new TopicRecord(topic, 0, schemas));
    const record = new TopicRecord(topic, size + 1, schemas);
    this.#known.set(topic, record);
    return record;
  }

  #keep(record: TopicRecord): TopicRecord {
    if (this.#young.size >= this.#maxTopics) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(record.topic, record);
    return record;
  }
}
