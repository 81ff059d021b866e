import type { LogFields, Logger } from '@tradewind/core-types';

/** A logger that keeps its lines. */
export class Recorder implements Logger {
  readonly lines: LogFields[] = [];
  readonly debug = (fields: LogFields): void => void this.lines.push(fields);
  readonly info = (fields: LogFields): void => void this.lines.push(fields);
  readonly warn = (fields: LogFields): void => void this.lines.push(fields);
  readonly error = (fields: LogFields): void => void this.lines.push(fields);

  get events(): readonly string[] {
    return this.lines.map(({ event }) => event);
  }
}
