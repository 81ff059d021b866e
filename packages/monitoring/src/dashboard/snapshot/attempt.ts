/** Makes something from one part, or undefined where that part throws. */
export type Attempt = <Made>(make: () => Made) => Made | undefined;

/** Lets what a part throws go on to whoever asked. */
export const letThrow: Attempt = (make) => make();
