import type { Health, Remedy } from '@tradewind/core-types';

/** A patient: ill as it is told, with a remedy that does what it is told. */
export class Patient {
  readonly name: string;
  runs = 0;
  status: Health['status'] = 'down';
  cure: (signal: AbortSignal | undefined) => void | Promise<void>;

  constructor(
    name: string,
    cure: (patient: Patient, signal: AbortSignal | undefined) => void | Promise<void> = (self) =>
      void (self.status = 'up'),
  ) {
    this.name = name;
    this.cure = (signal) => cure(this, signal);
  }

  health(): Health {
    return { status: this.status, reason: this.status === 'up' ? '' : `${this.name} is ill`, sinceMs: 0 };
  }

  remedies(): readonly Remedy[] {
    const run = async (signal?: AbortSignal) => {
      this.runs += 1;
      await this.cure(signal);
    };
    return [{ name: 'mend', description: 'Mends it.', run }];
  }
}
