/** Something that was decided on its own. */
export interface OptimizerDecisionRow {
  /** Whose decision it is; `undo` needs it. */
  readonly source: string;
  readonly bus: string;
  readonly id: string;
  readonly atMs: number;
  readonly description: string;
  readonly undone: boolean;
}

/** `GET /api/optimizer`, and the event `optimizer` of the stream. Newest first; the last 200. */
export interface OptimizerAnswer {
  readonly decisions: readonly OptimizerDecisionRow[];
}

/** `POST /api/optimizer/undo` */
export interface UndoBody {
  readonly source: string;
  readonly bus: string;
  readonly id: string;
  readonly by?: string | undefined;
}
