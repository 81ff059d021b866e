import { vi } from 'vitest';

/** What of a browser the streams of the page use, played: nothing happens until the test says so. */
export interface PlayedBrowser extends Disposable {
  /** Every stream that was opened, in order. */
  readonly sources: readonly PlayedSource[];
  /** Those that hold a connection. */
  readonly open: readonly PlayedSource[];
  /** What `fetch` answers from now on. */
  answer: () => Promise<Response>;
  /** Shows or hides the page. */
  show(isSeen: boolean): void;
}

/** A stream of events that the test feeds. */
class PlayedSource extends EventTarget {
  readonly url: URL;
  isClosed = false;

  constructor(url: string) {
    super();
    this.url = new URL(url);
  }

  close(): void {
    this.isClosed = true;
  }

  say(event: string, data: object): void {
    this.dispatchEvent(new MessageEvent(event, { data: JSON.stringify(data) }));
  }

  fail(): void {
    this.dispatchEvent(new Event('error'));
  }
}

/** Puts a played browser in the place of the real one, with a clock that stands, until it is disposed. */
export function playBrowser(): PlayedBrowser {
  const sources: PlayedSource[] = [];
  const page = Object.assign(new EventTarget(), { hidden: false, baseURI: 'http://dashboard.test/' });
  const browser: PlayedBrowser = {
    sources,
    get open() {
      return sources.filter(({ isClosed }) => !isClosed);
    },
    answer: () => Promise.reject(new TypeError('Nobody answers.')),
    show: (isSeen) => {
      page.hidden = !isSeen;
      page.dispatchEvent(new Event('visibilitychange'));
    },
    [Symbol.dispose]: () => {
      vi.unstubAllGlobals();
      vi.useRealTimers();
    },
  };
  class Source extends PlayedSource {
    constructor(url: string) {
      super(url);
      sources.push(this);
    }
  }
  vi.useFakeTimers();
  vi.stubGlobal('document', page);
  vi.stubGlobal('EventSource', Source);
  vi.stubGlobal('fetch', () => browser.answer());
  return browser;
}
