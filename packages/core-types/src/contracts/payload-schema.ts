/**
 * Any validator that follows the Standard Schema specification (version 1): zod, valibot, arktype and others fit unwrapped.
 * Only the members that the bus uses are named here. Source: https://standardschema.dev.
 */
export interface PayloadSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
  };
}

/**
 * What a validation comes to: the value when there are no issues, otherwise everything that is wrong. The bus asks only which of the two
 * it is: what travels is what was published, not the `value` that a schema may have transformed.
 */
export type SchemaResult<Output = unknown> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** One thing that is wrong with a payload: a sentence, and the keys that lead to the place, outermost first. No path: the payload itself. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
