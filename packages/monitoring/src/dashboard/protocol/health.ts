import type { ComponentHealth } from '../../health/health-tree.ts';
import type { RemediationEntry } from '../../remediation/remediation-entry.ts';

/** A remedy that a component offers. */
export interface RemedyRow {
  readonly bus: string;
  readonly component: string;
  readonly remedy: string;
  readonly description: string;
}

/** One remediator. */
export interface RemediationRow {
  readonly bus: string;
  /** False: dry-run, remedies are only written down. */
  readonly enabled: boolean;
  /** The component that is treated now. */
  readonly busyWith: string | null;
  /** Newest first; the last 100. */
  readonly entries: readonly RemediationEntry[];
}

/** `GET /api/health`, and the event `health` of the stream. */
export interface HealthAnswer {
  /** One tree for each bus. */
  readonly buses: readonly ComponentHealth[];
  /** Empty: nothing is remedied. */
  readonly remediation: readonly RemediationRow[];
  readonly remedies: readonly RemedyRow[];
}

/** `POST /api/health/remedy`: runs one now. The answer comes when it is done: `{ ok: true, entry }`. */
export interface RemedyBody {
  readonly bus: string;
  readonly component: string;
  readonly remedy: string;
  readonly by?: string | undefined;
}

export interface RemedyRun {
  readonly ok: true;
  readonly entry: RemediationEntry;
}

/** `POST /api/remediation`: from now on remedies run on their own, or are only written down. */
export interface RemediationBody {
  readonly bus: string;
  readonly enabled: boolean;
  readonly by?: string | undefined;
}
