import type { Logger } from '@tradewind/core-types';
import { StateFiles } from '../state/state-files.ts';
import type { RemediationEntry } from './remediation-entry.ts';
import type { TreatmentState } from './treatment.ts';

/** That an operator has forbidden remedies. */
export interface Forbidden {
  readonly by?: string | undefined;
  readonly atMs: number;
}

/** Everything of the remediation that goes on after a restart where it stood. */
export interface KeptRemediation {
  readonly treatments: readonly TreatmentState[];
  readonly forbidden?: Forbidden | undefined;
}

/**
 * The state of remediation in its folder; without one nothing is kept. Remedies are run although their state cannot be written: it is said once as long
 * as the reason is the same.
 */
export class RemediationState {
  readonly #files: StateFiles<KeptRemediation, RemediationEntry> | undefined;
  readonly #logger: Logger;
  #failure: string | undefined;

  /** @throws MonitoringError `STATE_UNUSABLE` */
  constructor(folder: string | undefined, logger: Logger) {
    this.#logger = logger;
    if (folder !== undefined) this.#files = new StateFiles({ folder, name: 'remediation', version: 1, logger });
  }

  /** @throws MonitoringError `STATE_UNUSABLE`; the folder is given back then. */
  read(auditSize: number): { readonly trail: readonly RemediationEntry[]; readonly kept: KeptRemediation | undefined } {
    try {
      return { trail: this.#files?.auditTail(auditSize) ?? [], kept: this.#files?.read() };
    } catch (error) {
      this.close();
      throw error;
    }
  }

  write(kept: KeptRemediation, nowMs: number): void {
    this.#keep(() => this.#files?.write(kept, nowMs));
  }

  audit(entry: RemediationEntry): void {
    this.#keep(() => this.#files?.audit(entry));
  }

  close(): void {
    this.#keep(() => this.#files?.close());
  }

  #keep(write: () => void): void {
    try {
      write();
      this.#failure = undefined;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason === this.#failure) return;
      this.#failure = reason;
      this.#logger.warn({ event: 'remediation.state-unusable', error: reason }, reason);
    }
  }
}
