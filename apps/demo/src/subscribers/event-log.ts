/** Something worth a line. */
export interface LogLine {
  readonly atMicros: number;
  readonly kind: 'order' | 'fill' | 'risk' | 'market' | 'system';
  readonly text: string;
}

/** The last things worth a line: bounded, oldest forgotten first. */
export class EventLog {
  readonly #lines: LogLine[] = [];

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  add(line: LogLine): void {
    this.#lines.push(line);
    if (this.#lines.length > MAX_LINES) this.#lines.shift();
  }
}

const MAX_LINES = 12;
