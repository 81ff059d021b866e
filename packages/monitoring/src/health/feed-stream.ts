import type {
  Clock,
  DataAdapter,
  DataEvent,
  DataKind,
  DataRequest,
  StreamListener,
  StreamState,
  StreamStateChange,
  StreamSubscription,
  VenueCallOptions,
} from '@tradewind/core-types';

/** What a stream is asked for, by whom, and by which clock its interruptions are told. */
interface FeedStreamOptions<K extends DataKind> {
  readonly request: DataRequest<K> & { readonly kind: K };
  readonly listener: StreamListener<DataEvent<K>>;
  readonly clock: Pick<Clock, 'now'>;
}

/** One stream of a feed: passes everything on, counts it, and can be subscribed to anew behind its subscriber's back. */
export class FeedStream<K extends DataKind = DataKind> implements StreamListener<DataEvent<K>>, StreamSubscription {
  readonly kind: K;
  events = 0;
  gaps = 0;
  resubscriptions = 0;
  readonly #adapter: DataAdapter;
  readonly #request: DataRequest<K> & { readonly kind: K };
  readonly #listener: StreamListener<DataEvent<K>>;
  readonly #clock: Pick<Clock, 'now'>;
  #inner: StreamSubscription | undefined;
  #state: StreamState = 'interrupted';
  #sequence = 0;
  /** What is added to the numbers of the inner stream, which begins anew with each subscription. */
  #offset = 0;
  #gapNext = false;
  #isOver = false;
  #generation = 0;

  constructor(adapter: DataAdapter, { request, listener, clock }: FeedStreamOptions<K>) {
    this.#adapter = adapter;
    this.#clock = clock;
    this.kind = request.kind;
    this.#request = request;
    this.#listener = listener;
  }

  get state(): StreamState {
    return this.#state;
  }

  /** Whether its subscriber has ended it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  async open(options?: VenueCallOptions): Promise<void> {
    this.#generation += 1;
    const generation = this.#generation;
    // What the stream before this one still says is no longer heard.
    const listener: StreamListener<DataEvent<K>> = {
      onEvent: (event) => {
        if (generation === this.#generation) this.onEvent(event);
      },
      onState: (change) => {
        if (generation === this.#generation) this.onState(change);
      },
    };
    const inner = await this.#adapter.subscribe(this.#request, listener, options);
    if (this.#isOver) inner.unsubscribe();
    else this.#inner = inner;
  }

  /** Its subscriber sees an interruption, then events that go on counting, the first with a gap before it. */
  async reopen(): Promise<void> {
    const before = this.#inner;
    this.#generation += 1;
    before?.unsubscribe();
    this.#offset = this.#sequence;
    this.#gapNext = true;
    if (this.#state === 'live') this.#tell({ state: 'interrupted', atMs: this.#clock.now() });
    this.resubscriptions += 1;
    await this.open();
  }

  onEvent(event: DataEvent<K>): void {
    this.events += 1;
    if (event.gapBefore !== undefined) this.gaps += 1;
    this.#sequence = event.sequence + this.#offset;
    // Only a stream that was subscribed to anew pays for a copy of each event.
    this.#listener.onEvent(this.#offset === 0 && !this.#gapNext ? event : this.#renumbered(event));
  }

  onState(change: StreamStateChange): void {
    if (change.state !== this.#state || change.state === 'ended') this.#tell(change);
  }

  unsubscribe(): void {
    this.#isOver = true;
    this.#inner?.unsubscribe();
  }

  [Symbol.dispose](): void {
    this.unsubscribe();
  }

  #renumbered(event: DataEvent<K>): DataEvent<K> {
    const gapBefore = this.#gapNext ? 'unknown' : event.gapBefore;
    this.#gapNext = false;
    return { ...event, sequence: this.#sequence, ...(gapBefore === undefined ? {} : { gapBefore }) };
  }

  #tell(change: StreamStateChange): void {
    this.#state = change.state;
    this.#listener.onState?.(change);
  }
}
