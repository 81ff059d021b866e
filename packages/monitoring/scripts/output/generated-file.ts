/** A file that is made from the rule table. */
export interface GeneratedFile {
  /** From the root of the repository on. */
  readonly path: string;
  readonly text: string;
}
