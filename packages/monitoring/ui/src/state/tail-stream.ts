import type { TailBatch } from '../../../src/dashboard/protocol/index.ts';
import { failureText, refusalOf } from './requests.ts';
import { watchSight } from './sight.ts';

/** How a tail hears from the server. */
export interface TailLink {
  readonly isOpen: boolean;
  /** Why the server refuses it; undefined while it does not, or does not answer. */
  readonly refusal: string | undefined;
}

/** Who is told of a tail. */
export interface TailListener {
  readonly batch: (batch: TailBatch) => void;
  /** Called when it becomes another one. It is taken to be open at first. */
  readonly link: (link: TailLink) => void;
}

/**
 * The messages of one question, and the way back after they broke off.
 *
 * A stream of events tells nothing of a refusal, so the server is asked once more, by a request whose answer can be read. A question that is wrong is
 * not asked again; one for which there is no room is, every ten seconds. While nobody sees the page it lets go of the server.
 */
export class TailStream {
  readonly #address: string;
  readonly #listener: TailListener;
  readonly #endSight: () => void;
  #source: EventSource | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Ends the question why it broke off. */
  #asking: AbortController | undefined;
  #link: TailLink = OPEN;

  constructor(address: string, listener: TailListener) {
    this.#address = address;
    this.#listener = listener;
    this.#endSight = watchSight({ slept: () => this.#sleep(), woke: () => this.#open() });
    this.#open();
  }

  close(): void {
    this.#endSight();
    this.#letGo();
  }

  #open(): void {
    this.#letGo();
    const source = new EventSource(this.#address);
    this.#source = source;
    source.addEventListener('messages', ({ data }: MessageEvent<string>) => {
      this.#tell(OPEN);
      this.#listener.batch(JSON.parse(data) as TailBatch);
    });
    source.addEventListener('error', () => {
      source.close();
      if (source === this.#source) void this.#askWhy();
    });
  }

  async #askWhy(): Promise<void> {
    const asking = new AbortController();
    this.#asking = asking;
    // What was told of a refusal stays until it is known to be over.
    this.#tell({ isOpen: false, refusal: this.#link.refusal });
    const refused = await refusalOf(this.#address, asking.signal);
    if (asking.signal.aborted) return;
    const isAnswered = refused !== undefined && refused.status !== 0;
    this.#tell({ isOpen: false, refusal: isAnswered ? failureText(refused) : undefined });
    if (refused?.status === WRONG_QUESTION) return;
    this.#timer = setTimeout(() => this.#open(), isAnswered ? REFUSED_RETRY_MS : RETRY_MS);
  }

  #sleep(): void {
    this.#letGo();
    this.#tell({ isOpen: false, refusal: undefined });
  }

  #letGo(): void {
    this.#source?.close();
    this.#source = undefined;
    this.#asking?.abort();
    clearTimeout(this.#timer);
  }

  #tell(link: TailLink): void {
    if (link.isOpen === this.#link.isOpen && link.refusal === this.#link.refusal) return;
    this.#link = link;
    this.#listener.link(link);
  }
}

const OPEN: TailLink = { isOpen: true, refusal: undefined };
const WRONG_QUESTION = 400;
const RETRY_MS = 2_000;
const REFUSED_RETRY_MS = 10_000;
