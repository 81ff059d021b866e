import type { PublishOptions, TopicHandle } from '@tradewind/core-types';
import type { Admission } from './publishing/admission.ts';
import type { TopicRecord } from './publishing/topic-record.ts';

/** A topic of the client that was looked up once. */
export class ClientTopicHandle<P> implements TopicHandle<P, PublishOptions> {
  readonly topic: string;
  readonly #record: TopicRecord;
  readonly #admission: Admission;
  readonly #hasSubscribers: (topic: string) => boolean;

  constructor(record: TopicRecord, admission: Admission, hasSubscribers: (topic: string) => boolean) {
    this.topic = record.topic;
    this.#record = record;
    this.#admission = admission;
    this.#hasSubscribers = hasSubscribers;
  }

  publish(payload: P, options?: PublishOptions): boolean {
    return this.#admission.publish(this.#record, payload, options);
  }

  hasSubscribers(): boolean {
    return this.#hasSubscribers(this.topic);
  }
}
