import { parseTopic, type PayloadSchema, type TopicCatalog } from '@tradewind/core-types';
import { Doorkeeper } from '../../matching/doorkeeper.ts';
import type { SeenTopics } from '../../matching/seen-topics.ts';
import { spreadHash, textHash } from '../../matching/text-hash.ts';
import type { PayloadSchemas } from './payload-schemas.ts';
import { TopicRecord } from './topic-record.ts';

/**
 * The topics that the client knows: a string becomes a record once, and is checked once.
 *
 * Workload: looked up per publish, thousands of topics, a few of them hot, and some that never come again. A topic is kept at its second
 * sighting: it gets its record for good, with an id for schedulers, until there are `maxTopics`; beyond that, records live in two bounded
 * generations, of which the older goes when the younger is full. A topic that is seen once leaves two bytes behind, in fixed memory.
 */
export class TopicTable implements TopicCatalog {
  readonly #known = new Map<string, TopicRecord>();
  #doorkeeper: Doorkeeper | undefined = undefined;
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

  /**
   * The record of a topic that will be used often, such as a handle's: kept from its first sighting on, while there is room.
   *
   * @throws ValidationError `INVALID_TOPIC`
   */
  keep(topic: string): TopicRecord {
    return this.#known.get(topic) ?? this.#admit(this.#read(topic));
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
    const old = this.#old.get(topic);
    if (old !== undefined) return this.#rejuvenate(old);
    const schemas = this.#read(topic).schemas;
    this.#doorkeeper ??= new Doorkeeper(doorkeeperCapacity(this.#maxTopics));
    const isSecondSighting = this.#doorkeeper.isSecondSighting(spreadHash(textHash(topic, 0, topic.length)));
    return isSecondSighting ? this.#admit({ topic, schemas }) : new TopicRecord(topic, 0, schemas);
  }

  #read(topic: string): TopicFacts {
    parseTopic(topic);
    if (this.#seen.isRecording) this.#seen.note(topic);
    return { topic, schemas: this.#schemas?.of(topic) };
  }

  #admit({ topic, schemas }: TopicFacts): TopicRecord {
    const { size } = this.#known;
    if (size >= this.#maxTopics) return this.#rejuvenate(new TopicRecord(topic, 0, schemas));
    const record = new TopicRecord(topic, size + 1, schemas);
    this.#known.set(topic, record);
    return record;
  }

  #rejuvenate(record: TopicRecord): TopicRecord {
    if (this.#young.size >= GENERATION_SIZE) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(record.topic, record);
    return record;
  }
}

/** What a record is made of. */
interface TopicFacts {
  readonly topic: string;
  readonly schemas: readonly PayloadSchema[] | undefined;
}

/** A power of two: enough to see each of `maxTopics` twice though it stands between all the others; 2 MiB at most. */
function doorkeeperCapacity(maxTopics: number): number {
  return 2 ** Math.ceil(Math.log2(Math.min(Math.max(2 * maxTopics, SMALLEST_DOORKEEPER), LARGEST_DOORKEEPER)));
}

const GENERATION_SIZE = 16_384;
const SMALLEST_DOORKEEPER = 256;
const LARGEST_DOORKEEPER = 2 ** 20;
