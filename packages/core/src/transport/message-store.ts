import {
  PRIORITIES,
  PRIORITY_NAMES,
  showValue,
  type RejectedMessage,
  type TransportMessage,
} from '@tradewind/core-types';
import type { BrokerSettings } from './broker-options.ts';
import type { ConsumerGroup } from './consumer-group.ts';
import { storedMessage, type StoredMessage } from './delivery.ts';
import { History } from './history.ts';
import type { Interests } from './interests.ts';
import { TransportFailure } from './transport-failure.ts';

interface Encoded {
  readonly message: TransportMessage;
  /** As the codec left it; the publisher's own object without one. */
  readonly payload: unknown;
}

/** Takes batches in: checks and encodes them, keeps the history, and offers each message to the groups that want it. */
export class MessageStore {
  readonly #settings: BrokerSettings;
  readonly #interests: Interests;
  readonly #histories: readonly History[];
  readonly #groups: ConsumerGroup[] = [];
  #offset = 0;
  #stored = 0;

  constructor(settings: BrokerSettings, interests: Interests) {
    this.#settings = settings;
    this.#interests = interests;
    this.#histories = PRIORITIES.map(() => new History(settings.historySize));
  }

  get stored(): number {
    return this.#stored;
  }

  /** Stores messages of one lane, or throws a `TransportFailure`. A full group refuses all of them; a message that can never be stored only itself. */
  store(messages: readonly TransportMessage[]): void {
    const rejections: RejectedMessage[] = [];
    const encoded: Encoded[] = [];
    for (const [index, message] of messages.entries()) {
      const rejection = this.#check(message, index, messages.length);
      if (rejection !== undefined) rejections.push(rejection);
      else this.#encode(message, index, encoded, rejections);
    }
    for (const { message, payload } of encoded) this.#accept(message, payload);
    if (rejections.length > 0) throw rejectedOf(rejections, messages.length);
  }

  /** What of the history a new group gets, oldest first within each lane. */
  *kept(): Generator<StoredMessage> {
    for (const history of this.#histories) yield* history.messages();
  }

  #check(message: TransportMessage, index: number, batchSize: number): RejectedMessage | undefined {
    try {
      this.#interests.collect(message.topic, this.#groups);
    } catch (cause) {
      return { index, code: 'TOPIC_NOT_ALLOWED', message: textOf(cause) };
    }
    for (const group of this.#groups) {
      if (group.waiting(message.priority) + batchSize > this.#settings.maxBacklog)
        throw full(group, message, this.#settings.maxBacklog);
    }
    return undefined;
  }

  #encode(message: TransportMessage, index: number, encoded: Encoded[], rejections: RejectedMessage[]): void {
    const { codec, maxPayloadBytes } = this.#settings;
    if (codec === undefined) {
      encoded.push({ message, payload: message.payload });
      return;
    }
    try {
      const bytes = codec.encode(message.payload);
      if (bytes.byteLength <= maxPayloadBytes) encoded.push({ message, payload: bytes });
      else rejections.push({ index, code: 'PAYLOAD_TOO_LARGE', message: tooLarge(bytes.byteLength, maxPayloadBytes) });
    } catch (cause) {
      rejections.push({ index, code: 'PAYLOAD_NOT_ENCODABLE', message: textOf(cause) });
    }
  }

  #accept(published: TransportMessage, payload: unknown): void {
    this.#offset += 1;
    this.#stored += 1;
    const message = storedMessage(published, payload, this.#offset);
    this.#histories[published.priority]?.add(message);
    this.#interests.collect(published.topic, this.#groups);
    for (const group of this.#groups) group.offer(message);
  }
}

function full(group: ConsumerGroup, message: TransportMessage, maxBacklog: number): TransportFailure {
  return new TransportFailure('TRANSPORT_FULL', {
    message: `Expected room in the backlog of ${group.name}, lane ${PRIORITY_NAMES[message.priority]}, and it holds ${group.waiting(message.priority)} of at most ${maxBacklog} messages.`,
    hint: 'Publish again when its consumers have caught up; a group that nobody serves any more is ended by broker.deleteGroup(name).',
    retryable: true,
    mayHaveBeenStored: false,
  });
}

function tooLarge(bytes: number, maxPayloadBytes: number): string {
  return `Expected a payload of at most ${maxPayloadBytes} bytes, received ${bytes}. Send large data by reference.`;
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : showValue(cause);
}

function rejectedOf(rejected: readonly RejectedMessage[], batchSize: number): TransportFailure {
  const [first] = rejected;
  return new TransportFailure(first?.code ?? 'PAYLOAD_NOT_ENCODABLE', {
    message: `${rejected.length} of ${batchSize} messages can never be stored; that at index ${first?.index}: ${first?.message}`,
    hint: `${rejected.length < batchSize ? 'The others were stored' : 'None was stored'}. Put these aside: they need no retry.`,
    retryable: false,
    mayHaveBeenStored: rejected.length < batchSize,
    rejected,
  });
}
